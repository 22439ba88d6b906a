"""A database filled through the features: exported as ever, erased to the last word, merged."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.features.personal_data.service import document
from knowledge.database.store import Store
from knowledge.lifecycle import merge, personal_data
from knowledge.members import members
from knowledge.search import confidence
from tests.support.community import OF_THE_FAKE
from tests.support.people import Clock
from tests.support.whole_life import AGAIN, ANA, HANA, XEN, WholeLife

FROZEN = Path(__file__).parent.parent / "data" / "exports.json"
PASSING = {
    r'"\d{4}-\d\d-\d\dT[^"]+"': '"then"',
    r'"saved:\w+"': '"saved"',
    r'"form:[\w:]+"': '"form"',
    r'("key": )"[0-9a-f]{24}"': r'\g<1>"key"',
    r'"\{\\"platform.*?\}"': '"a place"',
    r'("text_version": )"[\d-]+"': r'\g<1>"of then"',
    r'("event_id": )"[^"]+"': r'\g<1>"an act"',
    r'("score": )[\d.]+': r"\g<1>0",
    r'("confidence": )"\w+"': r'\g<1>"some"',
    r'("reasons": )\[[^]]*\]': r"\g<1>[]",
}
"""What is another one each time, or as the search finds it."""


@dataclass(frozen=True)
class Lived:
    """A database file in which everything has happened, and who is who in it."""

    file: Path
    ana: int
    again: int


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Lived:
    file = shutil.copyfile(migrated, tmp_path_factory.mktemp("life") / "crosswalk.db")
    store = Store(f"sqlite:///{file}")

    async def live() -> Lived:
        life = WholeLife(store)
        try:
            ana = await life.live(ANA, "quetzal")
            again = await life.live(AGAIN, "toucan")
            await life.pass_by(XEN)
            return Lived(file, ana, again)
        finally:
            life.close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(confidence, "calibrations", lambda: {"*": OF_THE_FAKE})
        patched.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
        found = asyncio.run(live())
    store.close()
    return found


@pytest.fixture
def store(lived: Lived, tmp_path: Path) -> Iterator[Store]:
    """A copy of that database."""
    opened = Store(f"sqlite:///{shutil.copyfile(lived.file, tmp_path / 'crosswalk.db')}")
    yield opened
    opened.close()


def exported(store: Store, member: int | None, key: str = "") -> dict[str, Any]:
    """What somebody's file holds, each moment as `then`, and no figure of the search."""
    now = Clock()()
    held = store.read(lambda session: personal_data.collect(session, member, key, now))
    written = document(held, now)
    for passing, kept in PASSING.items():
        written = re.sub(passing, kept, written)
    found: dict[str, Any] = json.loads(written)
    return found


def test_exports_read_as_they_always_did(store: Store, lived: Lived) -> None:
    given = {
        "member": exported(store, lived.ana),
        "somebody who asked": exported(store, None, XEN.key),
        "an assistant": exported(store, None, HANA.key),
    }
    for who, sections in json.loads(FROZEN.read_text()).items():
        for name, section in sections.items():
            assert json.dumps(given[who][name]) == json.dumps(section), (who, name)


def test_the_life_leaves_something_in_each_part_of_an_export(store: Store, lived: Lived) -> None:
    held = exported(store, lived.ana)
    assert {name for name, section in held.items() if not section} <= {"cited", "assists"}


@pytest.mark.parametrize("who", ["ana", "xen"])
async def test_no_word_is_left_of_somebody_who_lived_here(
    store: Store, judged: None, who: str
) -> None:
    """Hers hold `quetzal`; those of somebody who is no member `ostrich`."""
    person, bird = {"ana": (ANA, b"quetzal"), "xen": (XEN, b"ostrich")}[who]
    assert traces(store, bird)
    life = WholeLife(store, begun=True)
    try:
        await life.room.say(person, "data erase everything")
    finally:
        life.close()
    assert traces(store, bird) == []


def traces(store: Store, word: bytes) -> list[str]:
    """Where the word stands in the file and its journal, with what stands around it."""
    assert store.file is not None
    return [
        f"{file.suffix}: {found.group()!r}"
        for file in Path(store.file.parent).glob(store.file.name + "*")
        for found in re.finditer(b"(?is).{0,80}" + word + b".{0,60}", file.read_bytes())
    ]


ONCE = {
    "avoids": "both avoid Bo",
    "superiors": "both have Bo above them",
    "assistants": "both named Hana",
    "flags": "both reported the same case",
    "codes": "those of the one that goes are void",
    "acts": "they stay under the number that they were done to",
}
"""Of what two members have in common, one is left."""


def test_two_who_are_one_have_all_of_both_and_nothing_twice(store: Store, lived: Lived) -> None:
    one, other = exported(store, lived.ana), exported(store, lived.again)

    def join(session: Session) -> None:
        stays, goes = members.get(session, lived.ana), members.get(session, lived.again)
        assert stays is not None
        assert goes is not None
        merge.merge(session, stays, goes)

    store.write(join)
    both = exported(store, lived.ana)
    for name, section in both.items():
        if isinstance(section, list) and name not in ONCE:
            assert len(section) == len(one[name]) + len(other[name]), name
            numbers = [each["id"] for each in section if isinstance(each, dict) and "id" in each]
            assert len(numbers) == len(set(numbers)), name
    for name in ("avoids", "superiors", "assistants", "flags"):
        assert len(both[name]) == 1, name
    assert both["shown"] == one["shown"] + other["shown"]
    assert both["member"]["offers"] == one["member"]["offers"] + other["member"]["offers"]
    assert {name for name, section in exported(store, lived.again).items() if section} <= {
        "exported_at"
    }
