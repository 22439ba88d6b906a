"""The sample community must be sourced, balanced and clearly invented."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

import knowledge
from knowledge.vocabulary import (
    Community,
    DataSource,
    LegalBasis,
    Level,
    PopulationBand,
    Purpose,
    StaffBand,
    Topic,
)

SAMPLE = Path(knowledge.__file__).parent / "sample"
CASE_KEYS = {
    "key", "title", "text", "language", "community", "level", "place", "country", "organisation",
    "topics", "source_title", "source_url", "source_language", "published", "licence",
}  # fmt: skip
MEMBER_KEYS = {
    "key", "name", "community", "level", "role", "organisation", "place", "country", "languages",
    "time_zone", "hours", "offers", "needs", "profile", "capacity", "consents",
}  # fmt: skip
FACTS = {
    "population_band": PopulationBand,
    "legal_basis": LegalBasis,
    "staff_band": StaffBand,
    "data_source": DataSource,
}
ISO_3166_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW"
)
ISO_3166 = frozenset(ISO_3166_CODES.split())
# theme: (topic that a case on it carries, {language: a case on it})
THEMES: dict[str, tuple[Topic, dict[str, str]]] = {
    "departments that refuse to share": (
        Topic.DATA_SHARING,
        {
            "en": "city-data-officers-meetings-on-the-gains-of-sharing",
            "es": "buenos-aires-convencer-area-por-area",
            "fr": "convaincre-les-services-de-partager",
        },
    ),
    "a statistics office supporting municipalities": (
        Topic.SMALL_AREAS,
        {
            "en": "netherlands-urban-data-centres-seconded-staff",
            "es": "argentina-manual-registros-locales",
            "fr": "la-haye-croiser-donnees-municipales-et-nationales",
        },
    ),
    "sensor data as official statistics": (
        Topic.SENSORS,
        {
            "en": "netherlands-road-sensors-as-official-statistics",
            "es": "espana-calidad-del-aire-operacion-estadistica",
            "fr": "pays-bas-boucles-de-comptage-et-registres",
        },
    ),
    "showing value to elected leaders": (
        Topic.VALUE,
        {
            "en": "reykjavik-open-conversation-with-politicians",
            "es": "mostrar-valor-a-autoridades-electas",
            "fr": "montrer-la-valeur-aux-elus-reykjavik",
        },
    ),
    "data quality": (
        Topic.QUALITY,
        {
            "en": "kenya-quality-rules-for-citizen-data",
            "es": "costa-rica-censo-incompleto",
            "fr": "estonie-qualite-visible-des-bases-de-l-etat",
        },
    ),
    "publishing open data": (
        Topic.OPEN_DATA,
        {
            "en": "pune-portal-left-without-updates",
            "es": "buenos-aires-diez-anos-de-datos-abiertos",
            "fr": "montreal-politique-renouvelee-utilite-pour-la-population",
        },
    ),
    "legal basis": (
        Topic.LEGAL,
        {
            "en": "norway-line-between-sharing-and-control",
            "es": "mexico-constitucion-datos-oficiales-obligatorios",
            "fr": "france-base-legale-de-l-ouverture",
        },
    ),
    "skills and hiring": (
        Topic.SKILLS,
        {
            "en": "ireland-standards-and-seconded-statisticians",
            "es": "bogota-agata-un-ano-de-equipo-y-casos-de-uso",
            "fr": "rwanda-former-les-agents-et-les-ministres",
        },
    ),
    "privacy and small numbers": (
        Topic.PRIVACY,
        {
            "en": "us-small-groups-hidden-in-a-health-map",
            "es": "espana-telefonos-sin-titulares",
            "fr": "maroc-microdonnees-anonymisees",
        },
    ),
    "doing more with less": (
        Topic.RESOURCES,
        {
            "en": "reykjavik-smaller-team-new-operating-model",
            "es": "colombia-herramientas-para-registros-administrativos",
            "fr": "france-publier-pour-alleger-la-charge",
        },
    ),
}

Row = dict[str, Any]

SEVERAL = {"Several countries", "Varios países", "Plusieurs pays", "Vários países"}


def rows_of(name: str) -> list[Row]:
    """The rows of a sample file; a line that is not JSON raises."""
    return [json.loads(line) for line in (SAMPLE / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def cases() -> list[Row]:
    """All sample cases in file order."""
    return rows_of("cases.jsonl")


@pytest.fixture(scope="module")
def members() -> list[Row]:
    """All invented members in file order."""
    return rows_of("members.jsonl")


def sentences(text: str) -> list[str]:
    """Sentences, counted at a full stop or question mark followed by a space."""
    return [part for part in re.split(r"(?<=[.?])\s+", text) if part]


def repeated(values: list[str]) -> list[str]:
    """Values that occur more than once."""
    return [value for value, n in Counter(values).items() if n > 1]


def test_there_are_enough_cases_from_both_communities(cases: list[Row]) -> None:
    communities = Counter(case["community"] for case in cases)
    assert len(cases) >= 84
    assert communities["NATIONAL"] >= 30
    assert communities["CITY"] >= 30


def test_the_united_states_hold_at_most_a_third(cases: list[Row]) -> None:
    assert sum(case["country"] == "US" for case in cases) <= len(cases) / 3


def test_every_promised_language_has_its_share(cases: list[Row]) -> None:
    languages = Counter(case["language"] for case in cases)
    assert set(languages) == {"en", "es", "fr", "pt"}
    assert languages["es"] >= 12
    assert languages["fr"] >= 8
    assert languages["pt"] >= 4


def test_the_first_cases_are_the_findings_of_the_article(cases: list[Row]) -> None:
    first = cases[:4]
    assert {case["place"] for case in first} == {"León", "Reykjavík", "Los Angeles"}
    assert len({case["source_url"] for case in first}) == 1


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme_is_covered_in_three_languages(theme: str, cases: list[Row]) -> None:
    topic, keys = THEMES[theme]
    found = {case["key"]: case for case in cases}
    assert set(keys) == {"en", "es", "fr"}
    for language, key in keys.items():
        assert found[key]["language"] == language
        assert topic in found[key]["topics"]


def test_every_topic_has_a_case(cases: list[Row]) -> None:
    assert {topic for case in cases for topic in case["topics"]} == {str(topic) for topic in Topic}


def test_cases_have_the_agreed_fields_and_words(cases: list[Row]) -> None:
    for case in cases:
        assert CASE_KEYS <= set(case) <= CASE_KEYS | set(FACTS), case["key"]
        assert Community(case["community"])
        assert Level(case["level"])
        assert 1 <= len(case["topics"]) == len(set(case["topics"])) <= 3, case["key"]
        assert re.fullmatch(r"(\d{4}(-\d{2})?)?", case["published"]), case["key"]
        assert re.fullmatch(r"[a-z]{2}", case["source_language"]), case["key"]
        assert case["licence"] == "Summary in our own words, Apache-2.0"
        assert all(case[field].strip() for field in ("title", "organisation", "source_title"))


def test_cases_are_two_to_six_sentences_without_exclamation(cases: list[Row]) -> None:
    for case in cases:
        assert 2 <= len(sentences(case["text"])) <= 6, case["key"]
        assert not set("!¡") & set(case["title"] + case["text"]), case["key"]


def test_a_case_says_where_it_happened(cases: list[Row]) -> None:
    for case in cases:
        if case["country"] == "":
            assert case["place"] in SEVERAL, case["key"]
        else:
            assert case["country"] in ISO_3166, case["key"]
            assert case["place"], case["key"]


def test_every_source_has_an_address(cases: list[Row]) -> None:
    for case in cases:
        address = urlsplit(case["source_url"])
        assert address.scheme in {"http", "https"}, case["key"]
        assert "." in address.netloc, case["key"]


def test_nothing_is_there_twice(cases: list[Row], members: list[Row]) -> None:
    for rows, fields in ((cases, ("key", "title", "text")), (members, ("key", "name", "profile"))):
        for field in fields:
            assert repeated([row[field] for row in rows]) == []
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"]) for row in rows)
    assert repeated([offer for member in members for offer in member["offers"]]) == []


def test_optional_facts_use_the_shared_words(cases: list[Row], members: list[Row]) -> None:
    for row in cases + members:
        for fact, words in FACTS.items():
            assert fact not in row or row[fact] in {str(word) for word in words}, row["key"]


def test_members_span_the_world(members: list[Row]) -> None:
    communities = Counter(member["community"] for member in members)
    assert len(members) >= 48
    assert communities["CITY"] >= 20
    assert communities["NATIONAL"] >= 15
    assert communities["PARTNER"] >= 3
    assert len({member["country"] for member in members}) >= 25
    assert len({language for member in members for language in member["languages"]}) >= 9
    assert len({member["time_zone"] for member in members}) >= 12


def test_members_are_clearly_invented(members: list[Row]) -> None:
    for member in members:
        assert re.match(r"Demo ?: ", member["name"]), member["key"]
        demo = r"demo|démo|demostración|demonstração|تجريبية"
        assert re.search(demo, member["organisation"], re.IGNORECASE), member["key"]
        assert re.search(demo, member["place"], re.IGNORECASE), member["key"]


def test_members_have_the_agreed_fields_and_words(members: list[Row]) -> None:
    for member in members:
        assert MEMBER_KEYS <= set(member) <= MEMBER_KEYS | set(FACTS), member["key"]
        assert Community(member["community"])
        assert Level(member["level"])
        assert member["country"] in ISO_3166, member["key"]
        assert all(re.fullmatch(r"[a-z]{2}", language) for language in member["languages"])
        assert str(ZoneInfo(member["time_zone"])) == member["time_zone"]
        start, end = map(int, member["hours"].split("-"))
        assert 0 <= start < end <= 24, member["key"]
        assert 2 <= len(member["offers"]) <= 3, member["key"]
        assert len(member["needs"]) == 2, member["key"]
        assert 1 <= len(sentences(member["profile"])) <= 2, member["key"]
        assert 1 <= member["capacity"] <= 5, member["key"]


def test_most_agree_to_be_found_and_about_half_to_be_named(members: list[Row]) -> None:
    given = Counter(Purpose(purpose) for member in members for purpose in member["consents"])
    for purpose in (Purpose.BE_EXPERT, Purpose.BE_ASKED, Purpose.BE_PAIRED):
        assert 0.75 * len(members) <= given[purpose]
    assert 0.4 * len(members) <= given[Purpose.BE_NAMED] <= 0.65 * len(members)
    assert 0 < given[Purpose.BE_QUOTED] < len(members)
