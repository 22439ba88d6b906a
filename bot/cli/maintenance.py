"""init, model, backup, restore: what an operator does before and beside running the bot."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import Bar, errors, opened_store, operator
from bot.features.members.claims import first_steward_code
from bot.settings import example, read_settings
from knowledge.database.lock import DatabaseLock
from knowledge.database.store import Store
from knowledge.encoders import runtime
from knowledge.encoders.embedded import cache_dir
from knowledge.errors import StoreRefused
from knowledge.members import audit
from knowledge.messaging import doubt

app = typer.Typer()

ENV_FILE = Path(".env")


@app.command()
def init() -> None:
    """Write a commented .env and print the code that makes the first steward."""
    if ENV_FILE.exists():
        errors.print(f"{ENV_FILE} is there already and stays as it is.")
    else:
        ENV_FILE.write_text(example(), encoding="utf-8")
        errors.print(f"{ENV_FILE} is written. Every setting in it is explained.")
    with opened_store() as store:
        code = store.write(first_steward_code)
    errors.print("Whoever says this to the bot first becomes a steward:")
    typer.echo(f"claim {code}")


@app.command()
def model() -> None:
    """Build the embedded model and verify it; a built one is only verified."""
    settings = read_settings()
    if not settings.embedding_model.startswith("embedded"):
        errors.print("EMBEDDING_MODEL names a model of your own; there is nothing to build.")
        return
    bar = Bar("Building the model")
    try:
        loaded = runtime.load(
            settings.embedding_model, settings.model_cache_dir, bar.share, settings.encoder_runtime
        )
    finally:
        bar.close()
    if loaded.note:
        errors.print(loaded.note, soft_wrap=True)
    folder = cache_dir(settings.model_cache_dir)
    errors.print(f"The model is ready in {folder}.", soft_wrap=True)


@app.command()
def backup(
    target: Annotated[Path | None, typer.Argument(help="The file to write.")] = None,
) -> None:
    """Copy the database to a file, also while the bot runs."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with opened_store() as store:
        written = store.backup(target or Path(f"crosswalk-{stamp}.backup"))
        _note(store, "database.backup", written.name)
    typer.echo(str(written))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file that `crosswalk backup` wrote.")],
) -> None:
    """Put a backup in the database's place; the database that was there is kept beside it."""
    settings = read_settings()
    if not source.is_file():
        raise StoreRefused(f"There is no file {source}. Name a file that crosswalk backup wrote.")
    Store(f"sqlite:///{source}").check()
    target = Store(settings.database_url).file
    lock = DatabaseLock(target)
    try:
        if not lock.take_whole():
            raise StoreRefused(
                "The database is in use. Stop crosswalk run and every crosswalk chat, then restore."
            )
        _put_back(source, settings.database_url, target)
    finally:
        lock.release()
    errors.print(f"{source} is the database now. Start the bot again.", soft_wrap=True)


def _put_back(source: Path, url: str, target: Path) -> None:
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, fresh)
    store = Store(f"sqlite:///{fresh}")
    # What it holds may have been sent since, and what was received since comes again.
    store.write(doubt.restored)
    _note(store, "database.restore", source.name)
    store.settle()
    store.close()
    if target.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        kept = target.with_name(f"{target.name}.{stamp}.before-restore")
        Store(url).backup(kept)
        errors.print(f"The former database is kept as {kept}.", soft_wrap=True)
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    fresh.replace(target)
    for leftover in ("-wal", "-shm"):
        fresh.with_name(fresh.name + leftover).unlink(missing_ok=True)


def _note(store: Store, act: str, detail: str) -> None:
    """What an operator does to the whole database stands in the audit, too."""
    store.write(lambda session: audit.record(session, operator(), act, "database", detail))
