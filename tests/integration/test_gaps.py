"""Gaps: what is asked and not answered, without anybody's private words; and calls for cases."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.contract import Reply
from bot.features.cases import call_replies
from bot.i18n import words
from knowledge.cases import calls
from knowledge.database.store import Store
from knowledge.lifecycle import questions as lifecycle_questions
from knowledge.questions import questions
from knowledge.questions.questions import Asked
from knowledge.vocabulary import Community, Confidence, QuestionState, Visibility
from tests.conftest import NOW
from tests.support.community import STEWARD, Room, admit, case, expert, person, publish, spoken

ANA = person("ana")
BUDGET = "Who pays for the sensors of the streets once the pilot budget has ended"
LIKE = (
    "Once the pilot budget has ended, who pays for the sensors of the streets",
    "The pilot budget has ended: who pays for sensors of the streets now",
)
PRIVATE = "zanzibarium"


def ask(
    store: Store,
    who: str | int,
    text: str,
    *,
    public: bool = False,
    confidence: Confidence = Confidence.NONE,
    days: int = 1,
    people_only: bool = False,
) -> int:
    def write(session: Session) -> int:
        asked = Asked(
            text=text,
            language="en",
            asker_id=who if isinstance(who, int) else None,
            account_key=who if isinstance(who, str) else f"chat:W:{who}",
            people_only=people_only,
            visibility=Visibility.PUBLIC if public else Visibility.PRIVATE,
            confidence=confidence,
            score=0.0,
            at=NOW - timedelta(days=days),
        )
        return questions.keep(session, asked, model_id="m", cases=(), experts=())

    return store.write(write)


def facts(reply: Reply, card: int = 0) -> dict[str, str]:
    return {fact.label: fact.value for fact in reply.cards[card].facts}


async def test_gaps_are_for_stewards(room: Room) -> None:
    assert "Only the stewards" in (await room.say(ANA, "gaps")).text
    for action in ("gaps.show", "call.write", "call.close"):
        assert "Only the stewards" in (await room.press(ANA, action, "none:0")).text
    assert "no group of questions" in (await room.say(STEWARD, "gaps")).text


async def test_private_words_and_names_never_reach_a_steward(room: Room, store: Store) -> None:
    ask(store, "chat:W:one", f"{LIKE[0]} in our {PRIVATE}")
    ask(store, "chat:W:two", f"{LIKE[1]} says Maria")
    ask(store, "chat:W:six", f"{PRIVATE} alone is what I want to know about")
    reply = await room.say(STEWARD, "gaps")
    shown = spoken(reply)
    assert PRIVATE not in shown
    assert not any(said in shown for said in ("Maria", "chat:W", *LIKE))
    assert facts(reply)["Asked by"] == "2 people"
    assert "sensors" in facts(reply)["Words in common"]
    assert "One more private question stays" in reply.text
    assert len(reply.cards) == 1


async def test_one_person_asking_often_is_no_group(room: Room, store: Store) -> None:
    ask(store, "chat:W:one", LIKE[0])
    ask(store, "chat:W:one", LIKE[1])
    reply = await room.say(STEWARD, "gaps")
    assert reply.cards == ()
    assert "2 more private questions stay" in reply.text


async def test_a_steward_who_asked_learns_of_no_single_other(room: Room, store: Store) -> None:
    ask(store, STEWARD.key, LIKE[0])
    ask(store, "chat:W:two", LIKE[1])
    assert (await room.say(STEWARD, "gaps")).cards == ()
    ask(store, "chat:W:three", BUDGET)
    assert facts(await room.say(STEWARD, "gaps"))["Asked by"] == "3 people"


async def test_a_public_wording_stands_for_its_group(room: Room, store: Store) -> None:
    ask(store, "chat:W:one", f"{LIKE[0]} in {PRIVATE}")
    ask(store, "chat:W:two", BUDGET, public=True)
    reply = await room.say(STEWARD, "gaps")
    assert reply.cards[0].title == BUDGET
    assert PRIVATE not in spoken(reply)
    assert facts(reply)["Asked by"] == "2 people"


async def test_what_is_withdrawn_old_strong_or_for_people_is_no_gap(
    room: Room, store: Store
) -> None:
    gone = ask(store, "chat:W:one", BUDGET, public=True)
    store.write(
        lambda session: lifecycle_questions.set_state(session, gone, QuestionState.WITHDRAWN)
    )
    ask(store, "chat:W:two", BUDGET, public=True, days=91)
    ask(store, "chat:W:three", BUDGET, public=True, confidence=Confidence.STRONG)
    ask(store, "chat:W:four", BUDGET, public=True, people_only=True)
    assert (await room.say(STEWARD, "gaps")).cards == ()


async def test_nearby_answers_stand_apart(room: Room, store: Store) -> None:
    ask(store, "chat:W:one", BUDGET, public=True, confidence=Confidence.RELATED)
    reply = await room.say(STEWARD, "gaps")
    assert reply.cards == ()
    (across,) = reply.buttons
    nearby = await room.press(STEWARD, across.action, across.subject)
    assert "only by cases on nearby topics" in nearby.text
    assert nearby.cards[0].title == BUDGET


async def test_a_community_is_named_only_where_it_hides_its_members(
    room: Room, store: Store
) -> None:
    city = [
        admit(store, expert(f"C{each}", community=Community.CITY), person(f"c{each}"))
        for each in range(5)
    ]
    office = admit(store, expert("N", community=Community.NATIONAL), person("n"))
    for who, text in zip((city[0], city[1], office), (*LIKE, BUDGET), strict=True):
        ask(store, who, text)
    reply = await room.say(STEWARD, "gaps")
    assert facts(reply)["Asked by"] == "3 people"
    assert facts(reply)["Among them"] == "cities, metros and states: 2"


async def test_topics_come_from_the_library(room: Room, store: Store) -> None:
    publish(
        store,
        *(case(f"Sensors of the streets, part {n}", topics=("sensors",)) for n in range(3)),
    )
    ask(store, "chat:W:one", LIKE[0])
    ask(store, "chat:W:two", LIKE[1])
    assert facts(await room.say(STEWARD, "gaps"))["Topics nearby"] == "sensors"


async def test_the_same_questions_give_the_same_groups(room: Room, store: Store) -> None:
    texts = [
        BUDGET,
        *LIKE,
        "How long are minutes of meetings kept",
        "Minutes of meetings kept long",
    ]
    for number, text in enumerate(texts):
        ask(store, f"chat:W:{number}", text, public=True)
    first = await room.say(STEWARD, "gaps")
    assert first == await room.say(STEWARD, "gaps")
    assert [facts(first, card)["Asked by"] for card in range(2)] == ["3 people", "2 people"]


async def test_a_group_becomes_a_call_that_members_read(room: Room, store: Store) -> None:
    admit(store, expert("Ana"), ANA)
    ask(store, "chat:W:one", BUDGET, public=True)
    reply = await room.say(STEWARD, "gaps")
    (button,) = reply.cards[0].buttons
    asked = await room.press(STEWARD, button.action, button.subject)
    assert asked.form is not None
    empty = await room.submit(STEWARD, "call.write", {"text": ""}, asked.form.subject)
    assert set(empty.errors) == {"text"}
    values = {"text": BUDGET, "topics": ["sensors"]}
    await room.submit(STEWARD, "call.write", values, asked.form.subject)
    listed = await room.say(ANA, "calls")
    assert BUDGET in spoken(listed)
    assert [button.action for card in listed.cards for button in card.buttons] == ["case.save"]
    assert "call 1 asks for it" in spoken(await room.say(STEWARD, "gaps"))
    await room.press(STEWARD, "call.close", "1")
    assert "no open call" in (await room.press(STEWARD, "call.close", "1")).text
    assert "No call for cases" in (await room.say(ANA, "calls")).text
    assert "This is for members" in (await room.say(person("stranger"), "calls")).text


def test_a_call_leads_to_the_form_of_a_case_where_there_is_one(store: Store) -> None:
    store.write(lambda session: calls.put(session, "Prices", (), NOW))
    found = store.read(calls.still_open)
    reply = call_replies.listed(words("en"), found, steward=False, telling="case.save")
    assert [button.action for button in reply.cards[0].buttons] == ["case.save"]


@pytest.mark.parametrize("subject", ["", "none", "related:x", "none:99", "x:-1"])
async def test_an_odd_button_does_no_harm(room: Room, subject: str) -> None:
    assert "no group of questions" in (await room.press(STEWARD, "gaps.show", subject)).text
