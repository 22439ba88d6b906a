"""The operator's commands. What fails says why in one sentence and ends with exit code 1."""

import logging
import sys

import structlog
import typer

from bot.cli import cases, evaluating, keeping, members, talking
from bot.errors import UserFacingError
from bot.wording import refusals, words
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
for commands in (talking.app, keeping.app, evaluating.app):
    app.registered_commands.extend(commands.registered_commands)


def main() -> None:
    """Run one command; errors never show internals unless LOG_LEVEL=DEBUG."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        app()
    except KnowledgeError as refused:
        sys.exit(f"crosswalk: {refused}")
    except UserFacingError as refused:
        sys.exit(f"crosswalk: {refusals.sentence(words('en'), refused)}")
    except KeyboardInterrupt:
        sys.exit(130)
