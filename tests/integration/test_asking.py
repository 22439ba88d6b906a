"""A question through the desk: cited cases, people who agreed, and an honest "not yet"."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.app import Core, build
from bot.contract import Audience, Reply
from bot.settings import Settings
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.store import Store
from knowledge.questions import questions
from knowledge.questions.tables import Match, Question
from knowledge.search import confidence, search
from knowledge.search.confidence import Signs
from knowledge.vocabulary import (
    Community,
    Confidence,
    LegalBasis,
    Level,
    MemberStatus,
    Purpose,
    StaffBand,
    Visibility,
)
from tests.conftest import NOW
from tests.support.community import (
    EXPERT,
    NAMED,
    OF_THE_FAKE,
    STEWARD,
    Room,
    admit,
    case,
    case_cards,
    expert,
    people_cards,
    person,
    publish,
    spoken,
)
from tests.support.fake_encoder import HashEncoder

SHARING = case(
    "Departments that refused to share data",
    "The city of León has eleven offices. Departments that refused to share data got a chart of "
    "their own in return. The chart took a week. The mayor signed nothing. The harbour was last.",
)
SENSORS = case(
    "Sensor data as official statistics",
    community=Community.NATIONAL,
    country="NL",
    topics=("sensors",),
    published="2012",
    facts=CircumstancesView(level=Level.NATIONAL),
    place="The Hague",
)
REGISTERS = case(
    "Registros de direcciones para el censo",
    language="es",
    community=Community.NATIONAL,
    country="CO",
    topics=("admin-data", "geodata"),
    published="2019",
    place="Bogotá",
)
ASK = "Departments that refuse to share data"
NEAR = "Departments and their harbour data"
ASKER = person("asker")


@pytest.fixture
def stocked(store: Store, room: Room) -> Room:
    """Three published cases and nobody to ask."""
    publish(store, SHARING, SENSORS, REGISTERS)
    return room


def kept(store: Store) -> list[tuple[Question, list[Match]]]:
    """Every question with its matches, best first."""

    def body(session: Session) -> list[tuple[Question, list[Match]]]:
        rows = session.scalars(select(Question).order_by(col(Question.id))).all()
        return [
            (
                row,
                list(
                    session.scalars(
                        select(Match)
                        .where(col(Match.question_id) == row.id)
                        .order_by(col(Match.rank))
                    )
                ),
            )
            for row in rows
        ]

    return store.read(body)


async def approved(room: Room, **facts: object) -> int:
    """Let the asker be an approved member of a city."""
    draft = expert("Asker", community=Community.CITY, consents=(), **facts)  # type: ignore[arg-type]
    return admit(room.core.store, draft, ASKER)


async def test_a_case_is_cited_with_the_sentence_that_answers(stocked: Room) -> None:
    reply = await stocked.say(ASKER, ASK)
    card = case_cards(reply)[0]
    assert card.title == "Departments that refused to share data"
    assert card.body == (
        "Departments that refused to share data got a chart of their own in return."
    )
    assert card.url == "https://example.org/report"
    assert card.small.startswith("closely matches your question · León, Mexico")
    assert card.small.endswith(" · 2021")
    assert reply.header == "One case closely matches your question"


async def test_the_button_of_a_cited_case_shows_all_of_it(stocked: Room) -> None:
    card = case_cards(await stocked.say(ASKER, ASK))[0]
    (button,) = card.buttons
    whole = await stocked.press(ASKER, button.action, button.subject)
    assert "The harbour was last." in whole.cards[0].body


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ("topic:sensors", "Sensor data as official statistics"),
        ("community:nso", "Sensor data as official statistics"),
        ("level:national", "Sensor data as official statistics"),
        ("country:nl", "Sensor data as official statistics"),
        ("language:en", "Sensor data as official statistics"),
        ("since:2010", "Sensor data as official statistics"),
        ("topic:sensors country:NL since:2012", "Sensor data as official statistics"),
        ("topic:legal", ""),
        ("community:city", ""),
        ("level:city", ""),
        ("country:MX", ""),
        ("language:es", ""),
        ("since:2013", ""),
        ("topic:sensors country:CO", ""),
    ],
)
async def test_limits_are_kept(stocked: Room, limit: str, found: str) -> None:
    reply = await stocked.say(ASKER, f"Sensor data as official statistics {limit}")
    titles = [card.title for card in case_cards(reply)]
    if found:
        assert titles[0] == found
    else:
        assert SENSORS.title not in titles
    assert "_Sensor data as official statistics_" in reply.text
    assert limit.split(maxsplit=1)[0] not in reply.text


@pytest.mark.parametrize(
    "limit", ["topic:cooking", "community:moon", "level:village", "country:XX", "since:lately"]
)
async def test_an_unknown_limit_is_named(stocked: Room, store: Store, limit: str) -> None:
    reply = await stocked.say(ASKER, f"Sensor data? {limit}")
    assert limit.split(":")[1].casefold() in reply.text.casefold()
    assert not reply.cards
    assert kept(store) == []


async def test_an_answer_is_private_until_its_asker_says_otherwise(
    stocked: Room, store: Store
) -> None:
    private = await stocked.say(ASKER, f"{ASK}?")
    public = await stocked.say(ASKER, f"{ASK}? public")
    again = await stocked.say(ASKER, f"{ASK}? private")
    assert [reply.audience for reply in (private, public, again)] == [
        Audience.PRIVATE,
        Audience.CHANNEL,
        Audience.PRIVATE,
    ]
    assert [question.visibility for question, _ in kept(store)] == [
        Visibility.PRIVATE,
        Visibility.PUBLIC,
        Visibility.PRIVATE,
    ]
    assert all("public" not in question.text for question, _ in kept(store))


async def test_a_question_is_kept_with_its_matches(stocked: Room, store: Store) -> None:
    number = admit(store, expert("Bea", "departments that refuse to share data"))
    asker = await approved(stocked)
    await stocked.say(ASKER, ASK)
    ((question, matches),) = kept(store)
    assert (question.text, question.language, question.asker_id) == (ASK, "en", asker)
    assert (question.account_key, question.confidence) == (ASKER.key, Confidence.STRONG)
    assert question.asked_at == NOW
    assert {match.member_id for match in matches} >= {number}
    assert matches[0].case_id == 1
    assert 0.9 <= matches[0].score <= 1
    assert {match.model_id for match in matches} == {stocked.core.library.model_id}


async def test_off_the_topic_nothing_is_found_and_it_is_said(stocked: Room, store: Store) -> None:
    admit(store, expert("Bea", "sensor data for statistics"))
    await approved(stocked)
    reply = await stocked.say(ASKER, "Where do I eat the best pizza tonight?")
    assert reply.header == "This is not in this library yet"
    assert not reply.cards
    ((question, matches),) = kept(store)
    assert question.confidence is Confidence.NONE
    assert matches == []


async def test_an_empty_library_says_so(room: Room) -> None:
    reply = await room.say(ASKER, "How do we share data?")
    assert reply.header == "This is not in this library yet"
    assert not reply.cards


async def test_a_near_topic_is_never_called_an_answer(stocked: Room) -> None:
    reply = await stocked.say(ASKER, NEAR)
    cards = case_cards(reply)
    (card,) = cards
    assert card.small.startswith("on a nearby topic")
    assert reply.header == "No case answers this directly, one is on a nearby topic"


def test_a_model_that_nobody_measured_never_says_strong() -> None:
    known = confidence.calibration("a-model-of-somebody")
    signs = Signs(cosine=1.0, mass=9.0, everyday=0.0, crowd=1.0, height=9.0, lead=9.0)
    assert known.strength(known.score(signs, first=True)) is Confidence.RELATED


async def test_who_is_not_approved_sees_cases_but_no_people(stocked: Room, store: Store) -> None:
    admit(store, expert("Bea", "departments that refuse to share data"))
    waiting, invited, left = person("waiting"), person("invited"), person("gone")
    for who, status in (
        (waiting, MemberStatus.UNVERIFIED),
        (invited, MemberStatus.INVITED),
        (left, MemberStatus.LEFT),
    ):
        admit(store, expert(who.name, consents=()), who, status)
    for who in (ASKER, waiting, invited, left):
        for text in (ASK, f"expert {ASK}"):
            reply = await stocked.say(who, text)
            assert "Bea" not in spoken(reply)
            assert people_cards(reply) == []
        assert case_cards(await stocked.say(who, ASK))
    # A question that shows nobody must not count as a showing, either.
    assert all(match.member_id is None for _, matches in kept(store) for match in matches)


async def test_approved_members_and_stewards_see_people(stocked: Room, store: Store) -> None:
    admit(store, expert("Bea", "departments that refuse to share data"))
    await approved(stocked)
    for who in (ASKER, STEWARD):
        for text in (ASK, f"expert {ASK}"):
            (card,) = people_cards(await stocked.say(who, text))
            assert "Bea" in card.title


@pytest.mark.parametrize("status", [s for s in MemberStatus if s is not MemberStatus.ACTIVE])
async def test_only_active_members_are_shown(
    stocked: Room, store: Store, status: MemberStatus
) -> None:
    admit(store, expert("Bea", "departments that refuse to share data"), status=status)
    reply = await stocked.say(STEWARD, ASK)
    assert people_cards(reply) == []


@pytest.mark.parametrize(
    "consents", [(), {Purpose.BE_EXPERT}, {Purpose.BE_ASKED}, {Purpose.BE_NAMED}]
)
async def test_nobody_is_shown_without_both_consents(
    stocked: Room, store: Store, consents: set[Purpose]
) -> None:
    admit(store, expert("Bea", "departments that refuse to share data", consents=consents))
    assert people_cards(await stocked.say(STEWARD, ASK)) == []
    assert "Bea" not in spoken(await stocked.say(STEWARD, f"expert {ASK}"))


async def test_consent_withdrawn_takes_somebody_out_of_the_next_answer(
    stocked: Room, store: Store
) -> None:
    bea = person("bea")
    admit(store, expert("Bea", "departments that refuse to share data"), bea)
    assert people_cards(await stocked.say(STEWARD, ASK))
    await stocked.say(bea, "consent be_asked no")
    assert people_cards(await stocked.say(STEWARD, ASK)) == []


async def test_nobody_is_shown_to_themselves(stocked: Room, store: Store) -> None:
    bea = person("bea")
    admit(store, expert("Bea", "departments that refuse to share data"), bea)
    admit(store, expert("Carl", "departments that refuse to share data"))
    assert len(people_cards(await stocked.say(STEWARD, ASK))) == 2
    (other,) = people_cards(await stocked.say(bea, ASK))
    assert "Carl" in other.title
    assert "Bea" not in spoken(await stocked.say(bea, f"expert {ASK}"))


async def test_no_capacity_no_contact(stocked: Room, store: Store) -> None:
    bea = person("bea")
    admit(store, expert("Bea", "departments that refuse to share data", capacity=0), bea)
    assert people_cards(await stocked.say(STEWARD, ASK)) == []
    await stocked.say(bea, "capacity 2")
    assert len(people_cards(await stocked.say(STEWARD, ASK))) == 1


async def test_equals_take_turns(stocked: Room, store: Store) -> None:
    names = ["Ada", "Bea", "Carl", "Dora", "Emil", "Fay"]
    for name in names:
        admit(store, expert(name, "departments that refuse to share data"))
    shown = [
        card.title.split(",")[0].split(" ")[0]
        for _ in range(6)
        for card in people_cards(await stocked.say(STEWARD, ASK))
    ]
    assert len(shown) == 12
    assert {name: shown.count(name) for name in names} == dict.fromkeys(names, 2)


async def test_a_better_match_still_goes_before_whose_turn_it_is(
    stocked: Room, store: Store
) -> None:
    admit(store, expert("Bea", "departments that refuse to share data"))
    admit(store, expert("Carl", "sharing a harbour"))
    for _ in range(8):
        cards = people_cards(await stocked.say(STEWARD, ASK))
        assert "Bea" in cards[0].title


@pytest.mark.parametrize(("weight", "first"), [(1.0, "Carl"), (1.5, "Nora")])
async def test_the_other_community_is_favoured_as_the_setting_says(
    store: Store, judged: None, weight: float, first: str
) -> None:
    settings = Settings(_env_file=None, cross_community_weight=weight)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=lambda: NOW)
    room = Room(core)
    offer = "departments that refuse to share data"
    # Of equals the earlier number goes first: without a weight that is Carl of the city.
    admit(store, expert("Carl", offer, community=Community.CITY))
    admit(store, expert("Nora", offer, community=Community.NATIONAL))
    await approved(room)
    cards = people_cards(await room.say(ASKER, ASK))
    assert first in cards[0].title
    core.close()


async def test_reasons_can_be_checked(stocked: Room, store: Store) -> None:
    draft = expert("Nora", "departments that refuse to share data", languages=("en", "fr"))
    nora = admit(store, draft)
    (number,) = publish(
        store, case("How departments came to share data", key="hers"), author_id=nora
    )
    await approved(stocked)
    (card,) = people_cards(await stocked.say(ASKER, ASK))
    assert card.body == "offers _departments that refuse to share data_"
    assert card.small == (
        "wrote _How departments came to share data_ · speaks English · "
        "works for a statistics office"
    )
    # What is claimed can be looked up: the case exists under that title.
    shown = await stocked.say(ASKER, f"case {number}")
    assert "How departments came to share data" in shown.text


async def test_no_reason_is_claimed_that_does_not_hold(stocked: Room, store: Store) -> None:
    offers = ("departments that refuse to share data", "swimming lessons for beginners")
    admit(
        store,
        expert("Carl", *offers, community=Community.CITY, languages=("es",)),
    )
    await approved(stocked)
    (card,) = people_cards(await stocked.say(ASKER, ASK))
    assert "speaks" not in card.body
    assert "swimming" not in card.body
    assert "statistics office" not in card.body


async def test_nothing_of_an_unnamed_expert_leaks(stocked: Room, store: Store) -> None:
    """Marks are planted in every field of somebody who did not agree to be named."""
    hidden = expert(
        "Markname Q7",
        "departments that refuse to share data",
        consents=EXPERT,
        role="Markrole Q7",
        organisation="Markoffice Q7",
        profile="Markprofile Q7: departments that refuse to share data",
        contact_line="markline@q7.example",
        country="IS",
    )
    number = admit(store, hidden)
    publish(
        store, case("Markcase departments that refuse to share data", key="m"), author_id=number
    )
    await approved(stocked)
    for who in (ASKER, STEWARD, person("stranger")):
        for text in (ASK, f"expert {ASK}", f"{ASK}? public", "questions", "help", "status"):
            reply = await stocked.say(who, text)
            heard = spoken(reply)
            for card in case_cards(reply):  # the case itself is published, its author is not
                for line in (card.title, card.body, *(fact.value for fact in card.facts)):
                    heard = heard.replace(line, "")
            for mark in ("Markname", "Markrole", "Markoffice", "Markprofile", "markline", "Mark"):
                assert mark not in heard, (who.name, text)
            assert "Iceland" not in heard
    cards = people_cards(await stocked.say(ASKER, ASK))
    assert len(cards) == 1
    assert "offers _departments that refuse to share data_" in cards[0].body
    assert "wrote" not in cards[0].body


async def test_named_is_shown_with_name_but_never_with_the_contact_line(
    stocked: Room, store: Store
) -> None:
    admit(
        store,
        expert(
            "Bea Berg",
            "departments that refuse to share data",
            consents=NAMED,
            contact_line="markline@q7.example",
        ),
    )
    await approved(stocked)
    reply = await stocked.say(ASKER, ASK)
    assert "Bea Berg" in spoken(reply)
    assert "markline" not in spoken(reply)


async def test_what_differs_is_said_where_both_sides_told(store: Store, room: Room) -> None:
    publish(
        store,
        case(
            SHARING.title,
            SHARING.text,
            facts=CircumstancesView(
                level=Level.NATIONAL, legal_basis=LegalBasis.STATUTE, staff_band=StaffBand.MANY
            ),
        ),
    )
    await approved(
        room,
        facts=CircumstancesView(
            level=Level.CITY, legal_basis=LegalBasis.AGREEMENT, staff_band=StaffBand.MANY
        ),
    )
    text = (await room.say(ASKER, ASK)).text
    (line,) = [part for part in text.split("\n\n") if part.startswith("What differs for you")]
    assert "level of government" in line
    assert "legal basis" in line
    assert "people who work on data" not in line  # the same on both sides
    assert "What differs" not in (await room.say(person("stranger"), ASK)).text


async def test_a_near_miss_of_a_command_is_asked_and_pointed_out(stocked: Room) -> None:
    reply = await stocked.say(ASKER, "profle")
    assert "_profle_" in reply.text
    assert "If you meant the command profile" in reply.text


async def test_an_empty_question_opens_the_form_and_the_form_asks(stocked: Room) -> None:
    opened = await stocked.say(ASKER, "ask")
    assert opened.form is not None
    names = {asked.name for asked in opened.form.fields}
    filled = {"question": ASK, "topic": "data-sharing"}
    assert set(filled) == names
    reply = await stocked.submit(ASKER, opened.form.action, filled, opened.form.subject)
    assert len(case_cards(reply)) == 1
    refused = await stocked.submit(ASKER, opened.form.action, {"question": "  "})
    assert set(refused.errors) == {"question"}


async def test_questions_in_flight_do_not_mix(core: Core, stocked: Room) -> None:
    texts = [SHARING.title, SENSORS.title, REGISTERS.title] * 6
    replies: list[Reply] = await asyncio.gather(*(stocked.say(ASKER, text) for text in texts))
    for text, reply in zip(texts, replies, strict=True):
        assert case_cards(reply)[0].title == text
    shown = core.store.read(
        lambda session: questions.asked_by(session, asker_id=None, account_key=ASKER.key)
    )
    assert len(shown) == len(texts)


async def test_a_person_may_ask_so_many_questions_in_an_hour(store: Store, judged: None) -> None:
    settings = Settings(_env_file=None, questions_per_hour=2)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=lambda: NOW)
    room = Room(core)
    for _ in range(2):
        assert "within an hour" not in (await room.say(ASKER, ASK)).text
    refused = await room.say(ASKER, ASK)
    assert "2 questions within an hour" in refused.text
    assert "60 minutes" in refused.text
    assert "within an hour" not in (await room.say(person("somebody else"), ASK)).text
    core.close()


async def test_a_public_answer_shows_nobody(stocked: Room, store: Store) -> None:
    admit(store, expert("Bea", "departments that refuse to share data"))
    alone = await stocked.say(STEWARD, ASK)
    assert people_cards(alone)
    in_public = await stocked.say(STEWARD, f"{ASK}? public")
    assert case_cards(in_public)
    assert not people_cards(in_public)
    assert "Bea" not in spoken(in_public)


async def test_a_filter_does_not_hide_that_the_question_is_one_of_ours(
    stocked: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case just below the line is shown when another one, filtered out, clears it."""
    strict = replace(OF_THE_FAKE, related=0.99, strong=0.999)
    monkeypatch.setattr(confidence, "calibrations", lambda: {"*": strict})
    monkeypatch.setattr(search, "FOLLOWS", 0.0)
    assert case_cards(await stocked.say(ASKER, f"{ASK} topic:sensors"))
    assert not case_cards(await stocked.say(ASKER, "zebra quilt volcano topic:sensors"))
