"""`key:value` words to what a search is limited to. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bot.core.errors import UserFacingError
from bot.i18n import LANGUAGES
from bot.i18n import words as in_words
from bot.i18n.labels import word as label
from knowledge.errors import UnreadableInput
from knowledge.readers.columns import header
from knowledge.readers.countries import country as country_code
from knowledge.readers.synonyms import word
from knowledge.search.documents import Filters
from knowledge.vocabulary import Community, Level, Topic

E = TypeVar("E", bound=StrEnum)

COMMUNITY_WORDS = {
    "city": Community.CITY,
    "cdo": Community.CITY,
    "national": Community.NATIONAL,
    "nso": Community.NATIONAL,
    "partner": Community.PARTNER,
}


def filters_from(options: Mapping[str, str]) -> Filters:
    """The filters that options ask for.

    Raises UserFacingError naming the value and what may stand there.
    """
    topic = options.get("topic")
    community = options.get("community", "").casefold()
    level = options.get("level")
    country = _country(options.get("country", ""))
    since = options.get("since")
    if community and community not in COMMUNITY_WORDS:
        raise UserFacingError(
            "unknown_community", value=community, allowed=", ".join(COMMUNITY_WORDS)
        )
    if since and not (since.isdigit() and len(since) == 4):
        raise UserFacingError("unknown_since", value=since)
    return Filters(
        topics=frozenset({_word(Topic, topic, "unknown_topic")} if topic else ()),
        community=COMMUNITY_WORDS.get(community),
        level=_word(Level, level, "unknown_level") if level else None,
        country=country,
        language=options.get("language", "").casefold()[:2],
        newer_than=int(since) if since else None,
    )


def _country(said: str) -> str:
    """The code of a country, by code or name: `country:GH`, `country:Ghana`."""
    try:
        return country_code(said) if said else ""
    except UnreadableInput:
        raise UserFacingError("unknown_country", value=said) from None


def _word(words: type[E], value: str, code: str) -> E:
    """A word of a list, also by what members are shown for it in any language (`topic:law`)."""
    said = header(value)
    for member in words:
        if any(header(label(each, member)) == said for each in map(in_words, LANGUAGES)):
            return member
    try:
        return word(words, value, code)
    except UnreadableInput:
        raise UserFacingError(code, value=value, allowed=", ".join(words)) from None
