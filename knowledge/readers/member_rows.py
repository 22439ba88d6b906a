"""Rows of a table made into member drafts."""

from collections.abc import Mapping

from knowledge.errors import UnreadableInput
from knowledge.members.views import MemberDraft
from knowledge.readers import parsers
from knowledge.readers.columns import MEMBER_COLUMNS, columns
from knowledge.readers.fields import Fields, digest, named
from knowledge.readers.synonyms import word
from knowledge.vocabulary import Community, Purpose

_KNOWN = columns(MEMBER_COLUMNS)
NEEDED = {word: name for word, name in _KNOWN.items() if name == "name"}
_MOST_ITEMS = 20


def _items(fields: Fields, name: str, what: str) -> tuple[str, ...]:
    items = parsers.listed(fields.values.get(name))
    if len(items) > _MOST_ITEMS:
        fields.faults.append(f"There are {len(items)} {name}; at most {_MOST_ITEMS}.")
    return tuple(fields.check(item, parsers.short(what, 300), "") for item in items[:_MOST_ITEMS])


def _hours(fields: Fields) -> tuple[int, int, str]:
    """First and last hour, and a time zone that stands behind them (`9-17 Europe/Paris`)."""
    start, end, zone = fields.take("hours", parsers.hours, (9, 17, ""))
    start = fields.take("hours_from", parsers.whole_number("first hour", 0, 23), start)
    end = fields.take("hours_until", parsers.whole_number("last hour", 1, 24), end)
    try:
        parsers.checked_hours(start, end)
    except UnreadableInput as wrong:
        fields.faults.append(str(wrong))
    return start, end, zone


def _languages(fields: Fields) -> tuple[str, ...]:
    items = parsers.listed(fields.values.get("languages"), commas=True)
    codes = (fields.check(item, parsers.language, "") for item in items[:_MOST_ITEMS])
    return tuple(dict.fromkeys(code for code in codes if code))


def _consents(fields: Fields) -> frozenset[Purpose]:
    items = parsers.listed(fields.values.get("consents"), commas=True)
    given = (fields.check(item, _purpose, None) for item in items)
    return frozenset(purpose for purpose in given if purpose)


def _purpose(text: str) -> Purpose | None:
    return word(Purpose, text, "purpose of a consent")


def member_draft(values: Mapping[str, object]) -> MemberDraft:
    """Return the person that a row describes, its columns named as people name them.

    `consents` is what the file claims; whether a claim counts is for the caller to decide. Raises
    `UnreadableInput` with one sentence for each thing that is wrong.
    """
    fields = Fields(named(values, _KNOWN))
    name = fields.take("name", parsers.short("name", 200), "")
    if not name and not fields.faults:
        raise UnreadableInput("The row has no name.")
    organisation = fields.take("organisation", parsers.short("organisation", 300), "")
    country = fields.take("country", parsers.country, "")
    start, end, zone = _hours(fields)
    draft = MemberDraft(
        key=fields.take("key", parsers.short("key", 200), "")
        or digest(name.casefold(), organisation.casefold(), country),
        name=name,
        community=fields.take("community", lambda text: word(Community, text, "community"), None),
        role=fields.take("role", parsers.short("role", 200), ""),
        organisation=organisation,
        place=fields.take("place", parsers.short("place", 200), ""),
        country=country,
        languages=_languages(fields),
        time_zone=fields.check(fields.text("time_zone") or zone, parsers.time_zone, "UTC"),
        hours_from=start,
        hours_until=end,
        profile=fields.take("profile", parsers.long("profile", 4_000), ""),
        contact_line=fields.take("contact_line", parsers.short("contact line", 300), ""),
        capacity=fields.take("capacity", _capacity, None),
        offers=_items(fields, "offers", "offer"),
        needs=_items(fields, "needs", "need"),
        consents=_consents(fields),
        circumstances=fields.circumstances(),
    )
    if fields.faults:
        raise UnreadableInput(" ".join(fields.faults))
    return draft


def _capacity(text: str) -> int | None:
    return parsers.whole_number("capacity", 0, 100)(text)
