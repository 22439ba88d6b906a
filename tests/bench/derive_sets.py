"""Make development sets out of case texts: `python -m tests.bench.derive_sets CASES OUT`.

CASES is a folder with `seed.jsonl` (id, title, text, lang, kind) and `world_facts.jsonl` (fact,
source_title, topics, place); OUT gets one folder per set in the layout of `crosswalk evaluate`.
The sets differ on purpose in what helps: titles and first sentences (both channels), names and
rare words (words), paraphrases and translations (meaning).
"""

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_PARAPHRASES = Path(__file__).parents[1] / "data" / "paraphrases.jsonl"
_NAME = re.compile(r"(?<![.?!:]\s)(?<!^)\b[A-ZÉÁ][\w’-]{2,}(?: [A-ZÉÁ][\w’-]{2,}){0,2}")
_ASKED = (
    "{}",
    "What has {} done?",
    "Tell me about {}",
    "experience with {} and data",
    "¿Qué hizo {}?",
    "Qu'a fait {} ?",
    "{} open data",
    "{} statistics office",
)


def read(path: Path) -> list[Row]:
    """Return the rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(folder: Path, corpus: Iterable[Row], asked: Mapping[str, Iterable[str]]) -> None:
    """Write one set: documents {id, title, text}, and each question's answers."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({**row, "title": row.get("title", "")}) for row in corpus]
    (folder / "corpus.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    questions = [json.dumps({"id": f"q{n}", "text": text}) for n, text in enumerate(asked)]
    (folder / "queries.jsonl").write_text("\n".join(questions) + "\n", encoding="utf-8")
    pairs = [f"q{n}\t{answer}\t1" for n, ids in enumerate(asked.values()) for answer in ids]
    head = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels.tsv").write_text(head + "\n".join(pairs) + "\n", encoding="utf-8")


def titles(cases: list[Row], language: str) -> dict[str, list[str]]:
    """Return the titles of one language, without what names their series, as questions."""
    asked: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        title = re.sub(r"^[^:]{3,30}: ?", "", case["title"]).replace(" ...", "")
        if case["lang"] == language and case["kind"] != "use-case" and " " in title:
            asked[title].append(case["id"])
    return {title: ids for title, ids in asked.items() if len(ids) <= 20}


def openings(cases: list[Row]) -> tuple[list[Row], dict[str, list[str]]]:
    """Return the cases without their first sentence, and those sentences as questions."""
    corpus, asked = [], {}
    for case in cases:
        parts = re.split(r"(?<=[.?!])\s+(?=[A-ZÉÀ\"“(])", case["text"], maxsplit=1)
        whole = len(parts) < 2 or len(parts[0].split()) < 8 or len(parts[1].split()) < 20
        corpus.append({"id": case["id"], "text": case["text"] if whole else parts[1]})
        if not whole and case["kind"] != "use-case":
            asked[parts[0]] = [case["id"]]
    kept = random.Random(1).sample(sorted(asked), min(220, len(asked)))
    return corpus, {text: asked[text] for text in kept}


def names(corpus: list[Row]) -> dict[str, list[str]]:
    """Return questions on names that at most four documents hold, in several wordings."""
    low = Counter(w for row in corpus for w in re.findall(r"\b[a-zé]{3,}\b", row["text"]))
    texts = {row["id"]: row["text"].lower() for row in corpus}
    found = sorted({name for row in corpus for name in _NAME.findall(row["text"])})
    rare = [name for name in found if not any(low[word.lower()] for word in name.split())]
    random.Random(3).shuffle(rare)
    asked = {}
    for at, name in enumerate(rare[:160]):
        ids = [key for key, text in texts.items() if name.lower() in text]
        if len(ids) <= 4:
            asked[_ASKED[at % len(_ASKED)].format(name)] = ids
    return asked


def keywords(corpus: list[Row]) -> dict[str, list[str]]:
    """Return questions of four rarer words of a document."""
    words = {row["id"]: re.findall(r"\b[^\W\d_]{4,}\b", row["text"].lower()) for row in corpus}
    spread = Counter(word for own in words.values() for word in set(own))
    chance = random.Random(5)
    asked = {}
    for key in chance.sample(sorted(words), min(150, len(words))):
        rare = [word for word in dict.fromkeys(words[key]) if 3 <= spread[word] <= 60]
        if len(rare) >= 6:
            picked = sorted(chance.sample(range(len(rare)), 4))
            asked[" ".join(rare[at] for at in picked)] = [key]
    return asked


def facts_asked(facts: list[Row]) -> dict[str, dict[str, list[str]]]:
    """Return questions on facts: by their source's title, by topic, by topic and place."""
    asked: dict[str, dict[str, list[str]]] = {
        kind: defaultdict(list) for kind in ("source", "topics", "keywords")
    }
    for at, fact in enumerate(facts):
        asked["source"][fact["source_title"]].append(f"wf{at}")
        for topic in fact["topics"]:
            asked["topics"][topic].append(f"wf{at}")
        for topic in fact["topics"][:2]:
            asked["keywords"][f"{topic} {fact['place']}"].append(f"wf{at}")
    asked["topics"] = {text: ids for text, ids in asked["topics"].items() if 2 <= len(ids) <= 30}
    return asked


def main(cases_folder: Path, out: Path) -> None:
    """Write all sets."""
    cases = read(cases_folder / "seed.jsonl")
    facts = read(cases_folder / "world_facts.jsonl")
    bare = [{"id": case["id"], "text": case["text"]} for case in cases]
    world = [{"id": f"wf{at}", "text": fact["fact"]} for at, fact in enumerate(facts)]
    library = [{**row, "title": case["title"]} for row, case in zip(bare, cases, strict=True)]
    library += [
        {**row, "title": fact["source_title"]} for row, fact in zip(world, facts, strict=True)
    ]
    for language in ("en", "fr"):
        write(out / f"titles_{language}", bare, titles(cases, language))
    write(out / "openings", *openings(cases))
    write(out / "names_world", world, names(world))
    write(out / "names_library", library, names(library))
    write(out / "keywords_library", library, keywords(library))
    for kind, asked in facts_asked(facts).items():
        write(out / f"world_{kind}", world, asked)
    rows = read(_PARAPHRASES)
    for language in ("en", "es", "fr"):
        own = {row["text"]: row["answers"] for row in rows if row["language"] == language}
        write(out / f"paraphrases_{language}_world", world, own)
        write(out / f"paraphrases_{language}_library", library, own)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
