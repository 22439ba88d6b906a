"""`key:value` words to what a search is limited to. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from babel import Locale

from bot.core.errors import UserFacingError
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
    country = options.get("country", "").upper()
    since = options.get("since")
    if community and community not in COMMUNITY_WORDS:
        raise UserFacingError(
            "unknown_community", value=community, allowed=", ".join(COMMUNITY_WORDS)
        )
    if country and (len(country) != 2 or country not in Locale("en").territories):
        raise UserFacingError("unknown_country", value=country)
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


def _word(words: type[E], value: str, code: str) -> E:
    try:
        return words(value.casefold())
    except ValueError:
        raise UserFacingError(code, value=value, allowed=", ".join(words)) from None
