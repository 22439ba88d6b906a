"""The operator's commands. What fails says why in one sentence and ends with exit code 1."""

import os
import secrets
import sys

import structlog
import typer

from bot import logs
from bot.cli import briefs, cases, chat, evaluate, maintenance, members, rounds, serve
from bot.core import error_messages
from bot.core.errors import InvalidForm, UserFacingError
from bot.i18n import words
from bot.settings import SettingsRefused, read_settings
from knowledge.errors import KnowledgeError

app = typer.Typer(
    name="crosswalk",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Matches questions of city data officers and statistics offices to cases and people.",
)
app.add_typer(cases.app, name="cases", help="Bring cases in, review them, write them out.")
app.add_typer(members.app, name="members", help="Invite, approve, link and remove people.")
app.add_typer(rounds.app, name="round", help="Plan a round of peer exchange, or try some out.")
for commands in (serve.app, chat.app, maintenance.app, evaluate.app, briefs.app):
    app.registered_commands.extend(commands.registered_commands)


def main() -> None:
    """Run one command; a failure that nobody foresaw stands in the log under a reference."""
    os.umask(0o077)  # what the commands write holds secrets and personal data
    _configure_log()
    try:
        app()
    except KnowledgeError as refused:
        sys.exit(f"crosswalk: {refused}")
    except InvalidForm as refused:
        problems = refused.problems.values()
        sys.exit("\n".join(error_messages.in_plain_text(words("en"), each) for each in problems))
    except UserFacingError as refused:
        sys.exit(f"crosswalk: {error_messages.in_plain_text(words('en'), refused)}")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001  (the last line of defence of a process)
        reference = secrets.token_hex(4)
        structlog.get_logger().exception("A command failed.", reference=reference)
        sys.exit(
            "crosswalk: something went wrong that should not. What happened stands above, "
            f"under the reference {reference}."
        )


def _configure_log() -> None:
    try:
        settings = read_settings()
    except SettingsRefused:  # the command says so itself, if it needs them
        logs.configure("console", "INFO")
    else:
        logs.configure(settings.log_format, settings.log_level)
