"""`make bench`: pairing, speed, memory, ingestion, matching; ratios in one run on one thread."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.measuring import Part

PARTS = (
    *("pairing", "speed", "acknowledgements", "ingestion"),
    *("agreement", "mixed", "matching"),
)
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Measure, print, and say with the exit code whether a target was missed."""
    for name in ONE_THREAD:  # read by the libraries when they are imported, so before that
        os.environ[name] = "1"
    asked = _arguments()
    results: list[Any] = []
    for part in _parts(asked):
        _show(part)
        results += [figure.as_json() for figure in part.figures]
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    missed = [f"{each['part']}: {each['name']}" for each in results if each["missed"]]
    print(f"\n{len(missed)} targets missed. {'; '.join(missed)}".rstrip())
    return 1 if missed and asked.strict else 0


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", help="snippets in the library, such as 1000,10000")
    parser.add_argument("--questions", type=int, help="questions per size")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--quick", action="store_true", help="small sizes, no evaluation sets")
    parser.add_argument("--json", type=Path, help="write every figure to this file as well")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a target is missed")
    return parser.parse_args()


def _parts(asked: Any) -> Iterator["Part"]:
    if "pairing" in asked.only:
        from tests.bench import pairing

        yield pairing.measure(compared=200 if asked.quick else 400)
    if set(asked.only) - {"pairing"}:
        yield from _with_the_model(asked)


def _with_the_model(asked: Any) -> Iterator["Part"]:
    from bot.app import load_encoder
    from bot.settings import read_settings
    from knowledge.encoders.embedded import cache_dir
    from knowledge.encoders.sentence_encoder import SentenceEncoder
    from tests.bench import acknowledgements, agreement, ingestion, matching, mixed, speed

    settings = read_settings()
    folder = cache_dir(settings.model_cache_dir) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder(settings)
    bare = SentenceEncoder(settings.embedding_model, settings.model_cache_dir)
    bare.warm()
    if "speed" in asked.only:
        count = asked.questions or (30 if asked.quick else 80)
        for size in _sizes(asked.sizes or ("1000,10000" if asked.quick else "10000,100000")):
            yield speed.measure(encoder, bare, size, folder, count)
    if "acknowledgements" in asked.only:
        yield acknowledgements.measure(encoder, 1_000 if asked.quick else 10_000, folder)
    if "ingestion" in asked.only:
        yield ingestion.measure(encoder, bare, 60 if asked.quick else 300)
    if "mixed" in asked.only:
        sets = None if asked.quick else settings.eval_sets
        yield mixed.measure(matching.Kept(encoder, folder), sets)
    if "agreement" in asked.only:
        sets = None if asked.quick else settings.eval_sets
        yield agreement.measure(encoder, bare, sets, folder, 300 if asked.quick else 2_000)
    if "matching" in asked.only and asked.quick:
        print("\nmatching: left out with --quick")
    elif "matching" in asked.only:
        yield matching.measure(encoder, settings.eval_sets, folder)


def _sizes(text: str) -> Sequence[int]:
    return [int(size) for size in text.replace("_", "").split(",")]


def _show(part: "Part") -> None:
    from tests.bench.measuring import table

    title = part.figures[0].part if part.figures else "matching"
    print(f"\n{title}\n{'=' * len(title)}")
    if part.figures and title != "matching":
        print(table([figure.row() for figure in part.figures]))
    if part.text:
        print(f"\n{part.text}" if title != "matching" else part.text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
