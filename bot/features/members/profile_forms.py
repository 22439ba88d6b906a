"""What people typed into a profile form, checked and turned into a change. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.contract.markup import one_line
from bot.core.errors import UserFacingError
from bot.core.forms import Answers, Values, or_refuse
from bot.features.members.profile_form_replies import LIMITS
from knowledge.lifecycle.merge import MOST_LINES
from knowledge.members.members import ConsentView
from knowledge.members.views import MemberDraft, MemberView
from knowledge.readers import parsers
from knowledge.vocabulary import (
    Community,
    DataSource,
    LegalBasis,
    Level,
    PopulationBand,
    Purpose,
    StaffBand,
)

Change = Callable[[MemberDraft], MemberDraft]

MOST_CAPACITY = 20


def change(step: str, values: Values) -> Change:
    """The change that one step's answers make. Raises InvalidForm with a problem per field."""
    return _READERS[step](Answers(values))


def missing(member: MemberView, record: Sequence[ConsentView]) -> list[str]:
    """The steps that a profile still lacks, in their order; the facts about the office are free."""
    open_steps = {
        "who": not (member.name and member.community and member.role and member.organisation),
        "where": not (member.country and member.languages),
        "topics": not (member.offers and member.needs),
        "consents": len({answer.purpose for answer in record}) < len(Purpose),
    }
    return [step for step, lacking in open_steps.items() if lacking]


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


def _who(answers: Answers) -> Change:
    name = answers.line("name", LIMITS["name"], required=True)
    community = answers.one_of("community", Community, required=True)
    level = answers.one_of("level", Level)
    role = answers.line("role", LIMITS["role"], required=True)
    organisation = answers.line("organisation", LIMITS["organisation"], required=True)
    answers.check()
    return lambda draft: replace(
        draft,
        name=name,
        community=community,
        role=role,
        organisation=organisation,
        circumstances=replace(draft.circumstances, level=level),
    )


def _where(answers: Answers) -> Change:
    place = answers.line("place", LIMITS["place"])
    code = answers.parsed("country", LIMITS["country"], country, "")
    unknown: tuple[str, ...] = ()
    spoken = answers.parsed("languages", LIMITS["languages"], languages, unknown)
    named = answers.parsed("zone", LIMITS["zone"], zone, "UTC")
    first, last, also = answers.parsed("hours", LIMITS["hours"], hours, (9, 17, ""))
    answers.check()
    return lambda draft: replace(
        draft,
        place=place,
        country=code,
        languages=spoken,
        time_zone=also or named,
        hours_from=first,
        hours_until=last,
    )


def _topics(answers: Answers) -> Change:
    offers = _two(answers, "offer")
    needs = _two(answers, "need")
    contact = answers.line("contact", LIMITS["contact"])
    answers.check()
    # The form shows the first two of each; what stands behind them stays.
    return lambda draft: replace(
        draft,
        offers=_distinct(offers, draft.offers[2:]),
        needs=_distinct(needs, draft.needs[2:]),
        contact_line=contact,
    )


def _facts(answers: Answers) -> Change:
    population = answers.one_of("population_band", PopulationBand)
    basis = answers.one_of("legal_basis", LegalBasis)
    staff = answers.one_of("staff_band", StaffBand)
    source = answers.one_of("data_source", DataSource)
    profile = answers.text("profile", LIMITS["profile"])
    answers.check()
    return lambda draft: replace(
        draft,
        profile=profile,
        circumstances=replace(
            draft.circumstances,
            population_band=population,
            legal_basis=basis,
            staff_band=staff,
            data_source=source,
        ),
    )


def _two(answers: Answers, kind: str) -> tuple[str, ...]:
    return tuple(answers.line(f"{kind}_{number}", LIMITS["line"]) for number in (1, 2))


def _distinct(first: Sequence[str], rest: Sequence[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for line in (*first, *rest):
        if line:
            kept.setdefault(line.casefold(), line)
    return tuple(kept.values())


_READERS: Mapping[str, Callable[[Answers], Change]] = {
    "who": _who,
    "where": _where,
    "topics": _topics,
    "facts": _facts,
}
