"""The shared vocabulary in words that a member reads."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.contract import Option
from bot.i18n import LANGUAGES, Words, later, words
from knowledge.members.anonymity import Description, Shown
from knowledge.vocabulary import (
    CaseState,
    Community,
    DataSource,
    FlagKind,
    IntroductionState,
    LegalBasis,
    Level,
    MemberStatus,
    PopulationBand,
    Purpose,
    RequestState,
    StaffBand,
    Topic,
    Urgency,
)

COMMUNITIES: Mapping[Community, str] = {
    Community.CITY: later("cities, metros and states"),
    Community.NATIONAL: later("national statistics offices"),
    Community.PARTNER: later("partners (universities, the UN, civil society)"),
}
LEVELS: Mapping[Level, str] = {
    Level.CITY: later("city or municipality"),
    Level.METRO: later("metropolitan area"),
    Level.STATE: later("state, province or region"),
    Level.NATIONAL: later("national"),
}
TOPICS: Mapping[Topic, str] = {
    Topic.DATA_SHARING: later("data sharing"),
    Topic.INTEROPERABILITY: later("interoperability and standards"),
    Topic.GOVERNANCE: later("data governance"),
    Topic.VALUE: later("showing value"),
    Topic.QUALITY: later("data quality"),
    Topic.OPEN_DATA: later("open data"),
    Topic.LEGAL: later("law and agreements"),
    Topic.SKILLS: later("skills and hiring"),
    Topic.PRIVACY: later("privacy"),
    Topic.RESOURCES: later("budget and resources"),
    Topic.SENSORS: later("sensors"),
    Topic.GEODATA: later("maps and addresses"),
    Topic.ADMIN_DATA: later("administrative data"),
    Topic.MOBILE_DATA: later("mobile phone data"),
    Topic.PRICES: later("prices"),
    Topic.POPULATION: later("population and census"),
    Topic.CITIZEN_DATA: later("data from citizens"),
    Topic.SMALL_AREAS: later("small areas"),
    Topic.CRISIS: later("crises and disasters"),
    Topic.AI: later("artificial intelligence"),
}
POPULATIONS: Mapping[PopulationBand, str] = {
    PopulationBand.UNDER_100K: later("under 100,000 inhabitants"),
    PopulationBand.FROM_100K: later("100,000 to 500,000 inhabitants"),
    PopulationBand.FROM_500K: later("500,000 to 2 million inhabitants"),
    PopulationBand.OVER_2M: later("over 2 million inhabitants"),
}
LEGAL_BASES: Mapping[LegalBasis, str] = {
    LegalBasis.STATUTE: later("a law or decree"),
    LegalBasis.AGREEMENT: later("an agreement"),
    LegalBasis.OPEN_DATA: later("openly published data"),
    LegalBasis.CONSENT: later("the consent of the people concerned"),
    LegalBasis.NONE: later("no legal basis yet"),
}
STAFF: Mapping[StaffBand, str] = {
    StaffBand.FEW: later("1 to 4 people"),
    StaffBand.SOME: later("5 to 19 people"),
    StaffBand.MANY: later("20 to 99 people"),
    StaffBand.HUNDREDS: later("100 people or more"),
}
SOURCES: Mapping[DataSource, str] = {
    DataSource.ADMINISTRATIVE: later("administrative records"),
    DataSource.SURVEY: later("surveys"),
    DataSource.SENSOR: later("sensors"),
    DataSource.MOBILE: later("mobile phones"),
    DataSource.COMMERCIAL: later("private companies"),
    DataSource.CITIZEN: later("citizens"),
    DataSource.OPEN: later("open data"),
}
STATUSES: Mapping[MemberStatus, str] = {
    MemberStatus.INVITED: later("invited, has not accepted yet"),
    MemberStatus.UNVERIFIED: later("waiting for a steward's approval"),
    MemberStatus.ACTIVE: later("member"),
    MemberStatus.PAUSED: later("paused"),
    MemberStatus.LEFT: later("no longer a member"),
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.BE_EXPERT: later("Be shown as an expert"),
    Purpose.BE_ASKED: later("Be asked questions"),
    Purpose.BE_PAIRED: later("Be paired for exchange"),
    Purpose.BE_NAMED: later("Be shown by name"),
    Purpose.BE_QUOTED: later("Be quoted"),
}
CASE_STATES: Mapping[CaseState, str] = {
    CaseState.DRAFT: later("waiting for review"),
    CaseState.PUBLISHED: later("published"),
    CaseState.REJECTED: later("rejected"),
    CaseState.RETIRED: later("retired"),
}
FLAG_KINDS: Mapping[FlagKind, str] = {
    FlagKind.WRONG: later("it is wrong"),
    FlagKind.OUTDATED: later("it is outdated"),
}
REQUEST_STATES: Mapping[RequestState, str] = {
    RequestState.DRAFT: later("not sent"),
    RequestState.WAITING: later("waits for an expert"),
    RequestState.CONNECTED: later("an expert has accepted"),
    RequestState.ENDED: later("nobody could take it up"),
    RequestState.WITHDRAWN: later("taken back"),
    RequestState.CLOSED: later("closed"),
}
INTRODUCTION_STATES: Mapping[IntroductionState, str] = {
    IntroductionState.PROPOSED: later("waits for your answer"),
    IntroductionState.ACCEPTED: later("you accepted"),
    IntroductionState.DECLINED: later("you could not take it up"),
    IntroductionState.EXPIRED: later("no answer in time"),
    IntroductionState.WITHDRAWN: later("taken back by whoever asked"),
    IntroductionState.CONNECTED: later("you accepted, and have one another's card"),
    IntroductionState.CLOSED: later("you accepted; closed since"),
}
URGENCIES: Mapping[Urgency, str] = {
    Urgency.DAYS: later("within some days"),
    Urgency.WEEKS: later("within some weeks"),
    Urgency.OPEN: later("no particular time"),
}

# One table per list: words of two lists may be written alike (`open-data`).
_TABLES: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Community: COMMUNITIES,  # type: ignore[dict-item]
    Level: LEVELS,  # type: ignore[dict-item]
    Topic: TOPICS,  # type: ignore[dict-item]
    PopulationBand: POPULATIONS,  # type: ignore[dict-item]
    LegalBasis: LEGAL_BASES,  # type: ignore[dict-item]
    StaffBand: STAFF,  # type: ignore[dict-item]
    DataSource: SOURCES,  # type: ignore[dict-item]
    MemberStatus: STATUSES,  # type: ignore[dict-item]
    Purpose: PURPOSES,  # type: ignore[dict-item]
    CaseState: CASE_STATES,  # type: ignore[dict-item]
    FlagKind: FLAG_KINDS,  # type: ignore[dict-item]
    Urgency: URGENCIES,  # type: ignore[dict-item]
    RequestState: REQUEST_STATES,  # type: ignore[dict-item]
    IntroductionState: INTRODUCTION_STATES,  # type: ignore[dict-item]
}

_SOMEBODY: Mapping[Community, str] = {
    Community.CITY: later("Somebody from a city or regional data office"),
    Community.NATIONAL: later("Somebody from a national statistics office"),
    Community.PARTNER: later("Somebody from a partner organisation"),
}


def word(say: Words, value: StrEnum) -> str:
    """One word of the vocabulary as plain text in the reader's language."""
    return say.label(_TABLES[type(value)][value])


def topic(say: Words, value: str) -> str:
    """A topic of a case as plain text; a topic that is no longer in the list stays as it is."""
    return word(say, Topic(value)) if value in set(Topic) else value


def topic_tags(values: Iterable[str]) -> tuple[str, ...]:
    """Topics by what a community may call them: their own words, and their names everywhere."""
    known = set(Topic)
    names = (
        name
        for value in values
        for name in (value, *(topic(words(one), value) for one in LANGUAGES if value in known))
    )
    return tuple(dict.fromkeys(names))


def options(say: Words, choices: type[StrEnum]) -> tuple[Option, ...]:
    """All words of one list, to choose from."""
    return tuple(Option(_capital(word(say, value)), value.value) for value in choices)


def described(say: Words, description: Description) -> str:
    """How somebody is shown, as plain text: a name, a role and country, or less."""
    if description.shown is Shown.NAME:
        return description.name
    if description.shown is Shown.ROLE_COUNTRY:
        return f"{description.role}, {say.country(description.country)}"
    if description.shown is Shown.ROLE_REGION:
        return f"{description.role}, {say.country(description.region)}"
    if description.community is None:
        return say.label("A member of this community")
    somebody = say.label(_SOMEBODY[description.community])
    if description.shown is Shown.COMMUNITY_REGION:
        return f"{somebody}, {say.country(description.region)}"
    return somebody


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
