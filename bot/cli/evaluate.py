"""evaluate: how well matching does, on a folder of questions or by what readers voted here."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.app import load_encoder
from bot.cli.session import Bar, loaded_core
from bot.settings import read_settings
from knowledge.evaluation.beir import CHANNELS, Ranking, SetRefused, load, measures, rankings
from knowledge.evaluation.from_ratings import FEWEST, judged, rated

app = typer.Typer()


@app.command()
def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="With corpus.jsonl (or experts.jsonl).")
    ] = None,
    queries: Annotated[str, typer.Option(help="The file of questions.")] = "queries.jsonl",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    run: Annotated[Path | None, typer.Option(help="Write every score to this file.")] = None,
    ratings: Annotated[
        bool, typer.Option("--ratings", help="Judge by what readers found helpful here.")
    ] = False,
) -> None:
    """Judge lexical, dense and fused matching side by side, or the order by readers' votes."""
    if ratings == (folder is not None):
        raise SetRefused("Name a folder with a set, or give --ratings alone.")
    if folder is None:
        _by_ratings(as_json)
    else:
        _by_set(folder, queries, as_json, run)


def _by_ratings(as_json: bool) -> None:
    """Ask again what readers voted on, in the library as it is; no question is shown."""
    with loaded_core() as core:
        table = judged(core.library, core.store.read(rated))
    if as_json:
        typer.echo(json.dumps(table, indent=2))
        return
    out = Console()
    out.print(
        f"{table['rated']} rated questions, {table['n']} of them with a helpful case that is in "
        "the library."
    )
    if not table["enough"]:
        out.print(
            f"That is too few to conclude anything: {FEWEST} are needed, better several times as "
            "many."
        )
    if table["n"]:
        out.print(_compared(table))


def _compared(table: dict[str, Any]) -> Table:
    drawn = Table(title="Order of the cases that readers found helpful")
    for heading in ("measure", "votes left out", "votes on other questions"):
        drawn.add_column(heading, justify="left" if heading == "measure" else "right")
    for measure in table["votes_off"]:
        off, on = (table[name][measure] for name in ("votes_off", "votes_on"))
        drawn.add_row(measure, f"{off:.4f}", f"{on:.4f}")
    return drawn


def _by_set(folder: Path, queries: str, as_json: bool, run: Path | None) -> None:
    data = load(folder, queries)
    settings = read_settings()
    building = Bar("Building the model")
    encoder = load_encoder(settings, building.share)
    building.close()
    bar = Bar("Encoding texts")
    asked = list(rankings(data, encoder, bar.count))
    bar.close()
    if run is not None:
        _write(run, asked)
    table = measures(data, asked)
    if as_json:
        typer.echo(json.dumps(table, indent=2))
    else:
        Console().print(_drawn(data.name, table))


def _write(file: Path, asked: list[Ranking]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for ranking in asked:
            for candidate in ranking.scores["fused"]:
                scores = {
                    channel: round(ranking.scores[channel][candidate], 6) for channel in CHANNELS
                }
                row = {"query": ranking.question, "id": candidate, **scores}
                lines.write(json.dumps(row) + "\n")


def _drawn(name: str, table: dict[str, Any]) -> Table:
    drawn = Table(title=f"{name}: {table['n']} questions")
    drawn.add_column("measure")
    for channel in CHANNELS:
        drawn.add_column(channel, justify="right")
    for measure in table["fused"]:
        drawn.add_row(measure, *(f"{table[channel][measure]:.4f}" for channel in CHANNELS))
    return drawn
