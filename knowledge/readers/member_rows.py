"""Rows of a table made into member drafts."""

from collections.abc import Mapping
from unicodedata import normalize

import regex

from knowledge.errors import UnreadableInput
from knowledge.members.views import MemberDraft
from knowledge.readers import parsers
from knowledge.readers.cleaning import one_line
from knowledge.readers.fields import Fields, Noticed, digest, unnoticed
from knowledge.readers.synonyms import word
from knowledge.readers.working_hours import checked_hours, rounded, single_hour
from knowledge.text import names
from knowledge.vocabulary import Community, Purpose

_MOST_ITEMS = 20
# A comma that is not inside brackets, as forms put between ticked answers.
_COMMA = regex.compile(r",\s+(?![^()\[\]]*[)\]])")
_DAY = (9, 17, "")


def _items(fields: Fields, name: str, what: str) -> tuple[str, ...]:
    items = fields.items(name)
    if len(items) == 1 and len(parts := _COMMA.split(items[0])) > 1:
        if all(part[:1].isupper() or part[:1].isdigit() for part in parts):
            fields.noticed(f"The {name} are read as {len(parts)}, for commas stand between them.")
            items = tuple(dict.fromkeys(one_line(part) for part in parts if part.strip()))
        else:
            fields.noticed(f"The {name} are read as one; between several stands a semicolon (;).")
    if len(items) > _MOST_ITEMS:
        fields.noticed(f"There are {len(items)} {name}; the first {_MOST_ITEMS} are taken.")
    short = parsers.short(what, 300)
    read = (fields.check(item, short, "") for item in items[:_MOST_ITEMS])
    return tuple(item for item in read if item)


def _hours(fields: Fields) -> tuple[int, int, str]:
    """First and last hour, and a time zone that stands behind them (`9-17 Europe/Paris`)."""
    said = fields.text("hours")
    start, end, zone = fields.check(said, parsers.hours, _DAY)
    if said and (start, end, zone) != _DAY and rounded(said.removesuffix(zone), start, end):
        fields.noticed(f"The hours '{said[:60]}' are kept as {start}-{end}, in whole hours.")
    first = fields.take("hours_from", lambda text: single_hour(text, up=True), start)
    last = fields.take("hours_until", lambda text: single_hour(text, up=False), end)
    try:
        checked_hours(first, last)
    except UnreadableInput as wrong:
        fields.noticed(f"{wrong} They are left out.")
        return *_DAY[:2], zone
    return first, last, zone


def _languages(fields: Fields) -> tuple[str, ...]:
    items = fields.items("languages", commas=True)
    codes = (fields.check(item, parsers.language, "") for item in items[:_MOST_ITEMS])
    return tuple(dict.fromkeys(code for code in codes if code))


def _consents(fields: Fields) -> frozenset[Purpose]:
    items = fields.items("consents", commas=True)
    given = (fields.check(item, _purpose, None) for item in items)
    return frozenset(purpose for purpose in given if purpose)


def _purpose(text: str) -> Purpose | None:
    return word(Purpose, text, "purpose of a consent")


def full_name(fields: Fields) -> str:
    """The whole name, put together where given and family names have columns of their own.

    A column called only name (`Nombre`, `Nom`) holds the part that the others lack.
    """
    said = {
        part: one_line(fields.text(part))
        for part in ("name", "first_name", "middle_name", "last_name", "second_last_name")
    }
    family = " ".join(filter(None, (said["last_name"], said["second_last_name"])))
    given = " ".join(filter(None, (said["first_name"], said["middle_name"])))
    whole = said["name"]
    if whole and not (_within(given, whole) and _within(family, whole)):
        # Beside a given name it is the family name (Nom, Prénom), beside a family name the given.
        given, family = (given or whole, family) if family else (given, whole)
        whole = ""
    return whole or " ".join(filter(None, (given, family)))


def _name(fields: Fields) -> str:
    name = parsers.short("name", 200)(names.cleaned(full_name(fields)))
    if not name:
        raise UnreadableInput("The row has no name.")
    if names.mixes_scripts(name):
        raise UnreadableInput(
            f"The name '{name[:60]}' mixes letters of several scripts that look alike; please write"
            " each word of it in one script."
        )
    if names.claims_an_office(name):
        raise UnreadableInput(
            f"The name '{name[:60]}' is what the program or those who run the community are called;"
            " please write the person's own."
        )
    return name


def _within(part: str, whole: str) -> bool:
    def words(text: str) -> set[str]:
        return set(normalize("NFC", text).casefold().split())

    return words(part) <= words(whole)


def member_draft(values: Mapping[str, object], noticed: Noticed = unnoticed) -> MemberDraft:
    """Return the person that a row describes, its values under our names.

    `consents` is what the file claims; whether a claim counts is for the caller to decide. A value
    that cannot be read is left out, and `noticed` hears why. Raises `UnreadableInput` where there
    is no name.
    """
    fields = Fields(values, noticed)
    name = _name(fields)
    organisation = fields.take("organisation", parsers.short("organisation", 300), "")
    country = fields.take("country", parsers.country, "")
    start, end, zone = _hours(fields)
    return MemberDraft(
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
        capacity=fields.take("capacity", parsers.whole_number("capacity", 0, 100), None),
        offers=_items(fields, "offers", "offer"),
        needs=_items(fields, "needs", "need"),
        consents=_consents(fields),
        circumstances=fields.circumstances(),
    )


def namesake(draft: MemberDraft, other: MemberDraft) -> bool:
    """Whether two people of one name and office are two: each can be reached elsewhere."""
    one, two = draft.contact_line.casefold(), other.contact_line.casefold()
    return bool(one and two and one != two)


def key_of_namesake(draft: MemberDraft) -> str:
    """The key of somebody whose name and office somebody else in the file has, too."""
    return digest(
        draft.name.casefold(),
        draft.organisation.casefold(),
        draft.country,
        draft.contact_line.casefold(),
    )
