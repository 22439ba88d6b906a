"""brief: the brief of a conversation as files, for people who do not use a chat."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import loaded_core, operator
from bot.core.errors import UserFacingError
from bot.features.briefs.service import draw
from knowledge.members import audit

app = typer.Typer()


@app.command()
def brief(
    conversation: Annotated[int, typer.Argument(help="The number of the conversation.", min=1)],
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.")] = Path(),
) -> None:
    """Write the brief of a conversation into a folder, to print or to mail; the audit keeps it."""
    with loaded_core() as core:
        composed = asyncio.run(core.briefing.composed(conversation))
        if composed is None:
            raise UserFacingError("no_brief_here", number=conversation)
        files = draw(composed.brief)
        to.mkdir(parents=True, exist_ok=True)
        core.store.write(
            lambda session: audit.record(
                session, operator(), "brief.write", f"conversation:{conversation}"
            )
        )
        for file in files:
            written = to / f"conversation-{conversation}-{file.name}"
            written.write_bytes(file.data)
            typer.echo(str(written))
