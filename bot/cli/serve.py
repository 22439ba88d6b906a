"""run, doctor: the bot on its platforms, and whether it could run."""

import asyncio
import contextlib
import signal
import sys

import structlog
import typer

from bot.app import platform_adapters
from bot.cli.maintenance import ENV_FILE
from bot.cli.session import loaded_core, using_database
from bot.contract import Checkable
from bot.settings import Settings, platform_values, read_settings
from knowledge.database.store import Store
from knowledge.encoders import runtime
from knowledge.errors import KnowledgeError

log = structlog.get_logger()

app = typer.Typer()

CHECKING = 30.0
"""Seconds in which a platform must have answered to the doctor."""


@app.command()
def run() -> None:
    """Run the bot on every platform whose tokens are set, until it is told to stop."""
    # Here, since no other command needs a server, a scheduler and figures.
    from bot.runtime.http import take_port
    from bot.runtime.platforms import NoPlatform
    from bot.runtime.server import Runtime

    signal.signal(signal.SIGTERM, _leave)
    settings = read_settings()
    adapters = platform_adapters(platform_values())
    if not adapters:
        raise NoPlatform(NoPlatform.SENTENCE)
    # The port first: whoever starts a second bot hears of it at once, not after the model.
    taken = take_port(settings.http_host, settings.http_port)
    log.info(
        "Opening the database and loading the model, which may take a minute.",
        model=settings.embedding_model,
    )
    with (
        contextlib.closing(taken),
        using_database(settings) as lock,
        loaded_core(settings) as core,
    ):
        log.info("The library is loaded. Connecting.", platforms=[each.name for each in adapters])

        async def serve() -> None:
            running = Runtime(
                core,
                adapters,
                host=settings.http_host,
                port=settings.http_port,
                taken=taken,
                alone=lock.take_whole(),
                taken_over=lock.share,
            )
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for told in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(told, stop.set)
            await running.run(stop)

        asyncio.run(serve())


@app.command()
def doctor() -> None:
    """Check the settings, the database, the model and each platform, and say what to do."""
    settings = read_settings()
    readable_by_others(settings)
    problems = [*_database(settings), *_model(settings), *asyncio.run(_platforms(settings))]
    if problems:
        raise typer.Exit(1)


def _leave(_signal: int, _frame: object) -> None:
    """Told to stop before there is anything to finish."""
    sys.exit(0)


def _database(settings: Settings) -> list[str]:
    try:
        store = Store(settings.database_url)
        if store.file is not None and not store.file.exists():
            typer.echo("database: none yet; the first start makes it")
            return []
        try:
            store.check()
        finally:
            store.close()
    except KnowledgeError as refused:
        return _said("database", [str(refused)])
    return _said("database", [])


def readable_by_others(settings: Settings) -> None:
    """Name the files with secrets or personal data that others on this machine can read."""
    file = Store(settings.database_url).file
    beside = (
        each for kind in ("backup", "before-restore") for each in file.parent.glob(f"*.{kind}")
    )
    for each in (ENV_FILE, file, *beside):
        if each.exists() and each.stat().st_mode & 0o077:
            typer.echo(f"files: others on this machine can read {each}. Run: chmod 600 {each}")


def _model(settings: Settings) -> list[str]:
    try:
        loaded = runtime.load(
            settings.embedding_model,
            settings.model_cache_dir,
            runtime=settings.encoder_runtime,
        )
    except KnowledgeError as refused:
        return _said("model", [str(refused)])
    if loaded.note:
        typer.echo(f"model: {loaded.note}")
    return _said("model", [])


async def _platforms(settings: Settings) -> list[str]:
    adapters = platform_adapters(platform_values())
    if not adapters:
        typer.echo(
            "platforms: none is set up, which crosswalk chat does not need. For crosswalk run put "
            "the tokens of one into .env."
        )
    problems = []
    for adapter in adapters:
        if not isinstance(adapter, Checkable):
            typer.echo(f"{adapter.name}: not checked, because it offers no check of itself")
            continue
        problems += _said(adapter.name, await _checked(adapter))
        for line in adapter.advice():
            typer.echo(f"{adapter.name}: {line}")
    return problems


async def _checked(adapter: Checkable) -> list[str]:
    try:
        async with asyncio.timeout(CHECKING):
            return await adapter.check()
    except TimeoutError:
        return [f"It did not answer within {CHECKING:.0f} seconds. Try again later."]


def _said(what: str, problems: list[str]) -> list[str]:
    """Print one line for each problem, or that all is well."""
    for problem in problems:
        typer.echo(f"{what}: {problem}")
    if not problems:
        typer.echo(f"{what}: ok")
    return problems
