"""A first community of 18 people and three cases, what each asks, and who is right to be shown.

`tests/data/first_community.jsonl`: `right` are the members whom two readings found right for a
question, `perhaps` those whom one did. Offers were not written for the questions.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.contract import Person
from knowledge.cases.views import CaseDraft
from knowledge.database.store import Store
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import Community, Purpose
from tests.support.community import EXPERT, admit, case, expert, publish
from tests.support.community import person as somebody

FILE = Path(__file__).parents[1] / "data" / "first_community.jsonl"


@dataclass(frozen=True)
class Asked:
    """What a member asks, and by whom it could be answered."""

    asker: int
    language: str
    text: str
    right: frozenset[int]
    off_topic: bool


def questions() -> list[Asked]:
    """The 36 questions of the members, then 20 of everyday life."""
    return [
        Asked(
            row["asker"],
            row["language"],
            row["text"],
            frozenset(row.get("right", ())),
            row["kind"] == "off_topic",
        )
        for row in [*rows("question"), *rows("off_topic")]
    ]


def person(number: int) -> Person:
    """A member as they speak to the bot."""
    row = rows("member")[number]
    return somebody(f"m{number}", row["languages"][0], row["timezone"])


def found(store: Store) -> dict[int, int]:
    """Put everybody and the cases into a store; returns the members' numbers there to ours."""
    publish(store, *(_case(row) for row in rows("case")))
    return {
        admit(store, _member(row), person(row["number"])): row["number"] for row in rows("member")
    }


@cache
def rows(kind: str) -> list[dict[str, Any]]:
    """The rows of a kind: member, case, question or off_topic."""
    read = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return [row for row in read if row["kind"] == kind]


def _member(row: dict[str, Any]) -> MemberDraft:
    city = row["community"] == Community.CITY
    named = {Purpose.BE_NAMED} if row["named"] else set()
    return expert(
        f"Member {row['number']}",
        row["offers"],
        community=Community(row["community"]),
        consents=EXPERT | {Purpose.BE_PAIRED} | named,
        languages=row["languages"],
        country=row["country"],
        role="Chief Data Officer" if city else "Director",
        organisation=f"Office {row['number']}",
    )


def _case(row: dict[str, Any]) -> CaseDraft:
    return case(
        row["title"],
        row["text"],
        language=row["language"],
        community=Community(row["community"]),
        country=row["country"],
    )
