"""What people type into a profile form, one value at a time, and what is missing. Pure."""

from collections.abc import Callable, Mapping, Sequence

from bot.contract.markup import one_line
from bot.core.errors import UserFacingError
from bot.core.forms import or_refuse
from knowledge.lifecycle.merge import MOST_LINES
from knowledge.members.members import ConsentView
from knowledge.members.views import MemberDraft, MemberView
from knowledge.readers import parsers
from knowledge.text import names
from knowledge.vocabulary import (
    Purpose,
)

LIMITS: Mapping[str, int] = {
    "name": 80,
    "role": 120,
    "organisation": 160,
    "place": 120,
    "country": 60,
    "languages": 80,
    "zone": 60,
    "hours": 20,
    "line": 200,
    "contact": 200,
    "profile": 600,
}
Change = Callable[[MemberDraft], MemberDraft]

MOST_CAPACITY = 20


def missing(member: MemberView, record: Sequence[ConsentView]) -> list[str]:
    """The steps that a profile still lacks, in their order; the facts about the office are free."""
    open_steps = {
        "who": not (member.name and member.community and member.role and member.organisation),
        "where": not (member.country and member.languages),
        "topics": not (member.offers and member.needs),
        "consents": len({answer.purpose for answer in record}) < len(Purpose),
    }
    return [step for step, lacking in open_steps.items() if lacking]


def name(said: str) -> str:
    """A name as it is seen. Raises `missing`, `name_mixed`, `name_of_office`."""
    seen = names.cleaned(said)
    if not seen:
        raise UserFacingError("missing")
    if names.mixes_scripts(seen):
        raise UserFacingError("name_mixed")
    if names.claims_an_office(seen):
        raise UserFacingError("name_of_office", value=seen)
    return seen


def languages(said: str) -> tuple[str, ...]:
    """Codes of languages out of `es, fr` or `Spanish; French`. Raises `unknown_language`."""
    parts = parsers.listed(said, commas=True)
    if len(parts) == 1 and len(said.split()) > 1 and all(len(part) == 2 for part in said.split()):
        parts = tuple(said.split())
    return tuple(dict.fromkeys(_code(part) for part in parts))


def country(said: str) -> str:
    """A country's code of two letters. Raises `unknown_country`."""
    return or_refuse(parsers.country, said, "unknown_country")


def zone(said: str) -> str:
    """A time zone's name in the tz database. Raises `unknown_zone`."""
    return or_refuse(parsers.time_zone, said, "unknown_zone")


def hours(said: str) -> tuple[int, int, str]:
    """First hour, last hour and a time zone or "". Raises `unknown_hours`, `unknown_zone`."""
    first, last, rest = or_refuse(parsers.hours, said, "unknown_hours")
    return first, last, zone(rest) if rest else ""


def with_line(lines: Sequence[str], said: str) -> tuple[str, ...]:
    """A list of offers or needs with one more. Raises `too_long`, `missing`, `too_many_lines`."""
    line = one_line(said)
    if not line:
        raise UserFacingError("missing")
    if len(line) > LIMITS["line"]:
        raise UserFacingError("too_long", limit=LIMITS["line"])
    if line.casefold() in (known.casefold() for known in lines):
        return tuple(lines)
    if len(lines) >= MOST_LINES:
        raise UserFacingError("too_many_lines", limit=MOST_LINES)
    return (*lines, line)


def _code(said: str) -> str:
    found = or_refuse(parsers.language, said, "unknown_language")
    if found == "und":
        raise UserFacingError("unknown_language", value=said)
    return found
