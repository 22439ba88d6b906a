"""evaluate: how well matching does on a folder of questions with known answers."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.app import load_encoder
from bot.cli.session import Bar
from bot.settings import read_settings
from knowledge.evaluation import CHANNELS, Ranking, load, measures, rankings

app = typer.Typer()


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="With corpus.jsonl (or experts.jsonl).")],
    queries: Annotated[str, typer.Option(help="The file of questions.")] = "queries.jsonl",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    run: Annotated[Path | None, typer.Option(help="Write every score to this file.")] = None,
) -> None:
    """Judge lexical, dense and fused matching side by side."""
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
