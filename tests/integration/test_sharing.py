"""A private answer is shared by whoever asked, once, and shown as they chose."""

import json

import pytest
from sqlmodel import select

from bot.contract import Audience, Card, Person, Place, PlaceKind, Reply
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.members import audit
from knowledge.messaging import deliveries
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, Community, Visibility
from tests.conftest import NOW
from tests.support.community import (
    STEWARD,
    Room,
    admit,
    case,
    case_cards,
    expert,
    person,
    publish,
    spoken,
)

ANA, BEN = person("ana"), person("ben")
TITLE = "Departments that refused to share data"
ASK = "departments that refused to share data"
CHANNEL = Place("chat", "W", "C1", kind=PlaceKind.CHANNEL, private=False)


@pytest.fixture
def stocked(room: Room, store: Store) -> Room:
    publish(store, case(TITLE))
    room.place = CHANNEL
    return room


def posts(store: Store) -> list[tuple[Place, Reply]]:
    rows = store.read(
        lambda session: [(row.place, row.reply) for row in session.exec(select(Delivery)).all()]
    )
    return [
        (serialization.place_from_json(place), serialization.reply_from_json(reply))
        for place, reply in rows
    ]


def question(store: Store, number: int = 1) -> QuestionView:
    found = store.read(lambda session: questions.get(session, number))
    assert found is not None
    return found


async def choices(room: Room, who: Person = ANA, number: int = 1) -> dict[str, Card]:
    reply = await room.press(who, "answer.share", str(number))
    assert reply.audience is Audience.PRIVATE
    return {card.title: card for card in reply.cards}


async def choose(room: Room, title: str, who: Person = ANA) -> Reply:
    (button,) = (await choices(room, who))[title].buttons
    return await room.press(who, button.action, button.subject)


def town(store: Store) -> None:
    """Enough members that a role says nothing about a person."""
    for number in range(5):
        admit(store, expert(f"Person {number}", community=Community.CITY, role="CDO", consents=()))


async def test_nothing_is_shared_before_a_choice(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    assert set(await choices(stocked)) == {"By name"}  # nobody unknown is nameless
    assert posts(store) == []
    assert question(store).visibility is Visibility.PRIVATE
    assert question(store).shown_as is None


async def test_what_was_shown_beforehand_is_what_is_posted(stocked: Room, store: Store) -> None:
    town(store)
    admit(
        store,
        expert("Ana Ruiz", community=Community.CITY, role="CDO", organisation="City of León"),
        ANA,
    )
    for number, (title, words) in enumerate(
        {
            "By name": "Asked by: Ana Ruiz.",
            "By role and region": "Asked by: CDO, Mexico.",
            "Without saying who": "Who asked is not said.",
        }.items(),
        1,
    ):
        answer = await stocked.say(ANA, ASK)
        card = (await choices(stocked, number=number))[title]
        assert words in card.body
        (button,) = card.buttons
        confirmed = await stocked.press(ANA, button.action, button.subject)
        assert confirmed.audience is Audience.PRIVATE
        assert card.body in confirmed.text
        place, posted = posts(store)[-1]
        assert place == CHANNEL
        assert posted.audience is Audience.CHANNEL
        assert posted.text.startswith(card.body.removeprefix("> "))
        assert case_cards(posted) == case_cards(answer)  # as sure, and quoted as then
        assert [each.label for each in posted.buttons] == ["Helpful", "Not helpful"]
        assert ("Ana" in spoken(posted)) is (title == "By name")
        assert "León" not in posted.text
    assert len(posts(store)) == 3


async def test_a_role_that_fits_few_is_widened(stocked: Room, store: Store) -> None:
    head = expert("Ana Ruiz", community=Community.NATIONAL, role="Chief Statistician")
    admit(store, head, ANA)
    await stocked.say(ANA, ASK)
    body = (await choices(stocked))["By role and region"].body
    assert "Asked by: A member of this community." in body
    for number in range(4):
        admit(store, expert(f"Person {number}", role=f"Statistician {number}", country="FR"))
    body = (await choices(stocked))["By role and region"].body
    assert "Asked by: Somebody from a national statistics office." in body


async def test_whoever_is_not_approved_has_no_role_to_be_shown_by(
    stocked: Room, store: Store
) -> None:
    await stocked.say(ANA, ASK)
    assert "By role and region" not in await choices(stocked)


async def test_sharing_opens_the_question_and_posts_once(stocked: Room, store: Store) -> None:
    admit(store, expert("Ana Ruiz", community=Community.CITY, role="CDO"), ANA)
    await stocked.say(ANA, ASK)
    (button,) = (await choices(stocked))["Without saying who"].buttons
    (other,) = (await choices(stocked))["By name"].buttons
    await stocked.press(ANA, button.action, button.subject)
    for again in (button, other, button):
        assert "already" in (await stocked.press(ANA, again.action, again.subject)).text
    assert len(posts(store)) == 1
    shared = question(store)
    (noted,) = store.read(lambda session: audit.about(session, "question:1"))
    assert (noted.act, noted.actor) == ("question.shared", "member:1")
    assert (shared.visibility, shared.shown_as) == (Visibility.PUBLIC, AskerShown.HIDDEN)
    assert "already" in (await stocked.press(ANA, "answer.share", "1")).text
    assert "Thank you" in (await stocked.press(BEN, "answer.helpful", "1")).text
    assert "seen by others" in spoken(await stocked.say(ANA, "questions"))


async def test_who_asks_in_public_without_a_name_is_found_by_stewards(
    stocked: Room, store: Store
) -> None:
    admit(store, expert("Ana Ruiz", community=Community.CITY, role="CDO"), ANA)
    reply = await stocked.say(ANA, f"{ASK}? public")
    assert reply.audience is Audience.CHANNEL
    assert "Ana" not in spoken(reply)
    assert question(store).shown_as is AskerShown.HIDDEN
    (noted,) = store.read(lambda session: audit.about(session, "question:1"))
    assert (noted.act, noted.actor) == ("question.shared", "member:1")
    told = await stocked.say(STEWARD, "audit")
    assert "Ana Ruiz, member:1 had a question of their own posted in a channel" in told.text


async def test_what_could_not_be_delivered_can_be_shared_again(stocked: Room, store: Store) -> None:
    admit(store, expert("Ana Ruiz", community=Community.CITY, role="CDO"), ANA)
    await stocked.say(ANA, ASK)
    await choose(stocked, "By name")
    store.write(lambda session: deliveries.give_up(session, 1, "not in the channel", NOW))
    assert "on their way" in (await choose(stocked, "Without saying who")).text
    ((_, posted),) = posts(store)
    assert "Ana" not in spoken(posted)


async def test_words_that_changed_meanwhile_are_shown_again(stocked: Room, store: Store) -> None:
    number = admit(store, expert("Ana Ruiz", community=Community.CITY, role="CDO"), ANA)
    assert number
    await stocked.say(ANA, ASK)
    (button,) = (await choices(stocked))["By role and region"].buttons
    town(store)
    again = await stocked.press(ANA, button.action, button.subject)
    assert "has changed meanwhile" in again.text
    assert again.cards
    assert posts(store) == []


async def test_only_the_asker_shares(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    (button,) = (await choices(stocked))["By name"].buttons
    for subject in (button.subject, "1", "99", ""):
        assert "There is no question" in (await stocked.press(BEN, "answer.share", subject)).text
    assert posts(store) == []


async def test_a_conversation_of_two_has_no_channel_to_share_in(room: Room, store: Store) -> None:
    publish(store, case(TITLE))
    await room.say(ANA, ASK)
    room.place = CHANNEL  # where it is pressed does not matter, where it was asked does
    reply = await room.press(ANA, "answer.share", "1")
    assert "no channel to share it in" in reply.text
    assert not reply.cards
    assert "no channel" in (await room.press(ANA, "answer.share", "1:NAMED:x")).text
    assert posts(store) == []


async def test_from_the_copy_in_the_conversation_it_goes_to_the_channel(
    stocked: Room, store: Store
) -> None:
    await stocked.say(ANA, ASK)
    stocked.place = None
    await choose(stocked, "By name")
    assert [place for place, _ in posts(store)] == [CHANNEL]


async def test_a_closed_room_and_one_shared_with_others(stocked: Room, store: Store) -> None:
    stocked.place = Place("chat", "W", "C9", kind=PlaceKind.CHANNEL, private=True, shared=True)
    await stocked.say(ANA, ASK)
    offered = await stocked.press(ANA, "answer.share", "1")
    assert "shared with other organisations" in offered.text
    await choose(stocked, "By name")
    assert [place.channel for place, _ in posts(store)] == ["C9"]
    assert question(store).visibility is Visibility.PRIVATE
    assert question(store).shown_as is AskerShown.NAMED
    assert "Thank you" in (await stocked.press(BEN, "answer.helpful", "1")).text
    assert "already" in (await stocked.press(ANA, "answer.share", "1")).text


async def test_nothing_private_is_in_what_others_read(stocked: Room, store: Store) -> None:
    """Whatever else is stored about the asker and the answer, none of it is posted."""
    marks = [f"MARK{number}" for number in range(9)]
    admit(
        store,
        expert(
            f"Ana {marks[0]}",
            f"sharing data {marks[1]}",
            role=f"Role {marks[2]}",
            organisation=f"Office {marks[3]}",
            profile=f"Works on {marks[4]}",
            contact_line=f"{marks[5]}@example.org",
        ),
        ANA,
    )
    admit(store, expert(f"Eve {marks[6]}", f"{ASK} {marks[7]}"))
    answer = await stocked.say(ANA, ASK)
    assert marks[6] in spoken(answer)
    await stocked.say(ANA, f"Something else about {marks[8]}?")
    await stocked.press(ANA, "answer.unhelpful", "1")
    for title in ("By role and region", "Without saying who"):
        offered = (await choices(stocked)).get(title)
        assert offered is not None
        assert not any(mark in offered.body for mark in marks)
    await choose(stocked, "Without saying who")
    ((_, posted),) = posts(store)
    told = json.dumps(serialization.reply_to_json(posted))
    assert not any(mark in told for mark in marks)
    assert "vote" not in told.casefold()


async def test_a_case_that_was_retired_is_not_shared(stocked: Room, store: Store) -> None:
    publish(store, case("Departments that refused to share maps"))
    await stocked.say(ANA, ASK)
    await stocked.submit(STEWARD, "case.retire", {"reason": ""}, "1")
    await choose(stocked, "By name")
    ((_, posted),) = posts(store)
    assert [card.title for card in case_cards(posted)] == ["Departments that refused to share maps"]


async def test_without_any_case_left_there_is_nothing_to_share(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    await stocked.submit(STEWARD, "case.retire", {"reason": ""}, "1")
    assert "nothing to share" in (await stocked.press(ANA, "answer.share", "1")).text
    assert posts(store) == []


async def test_erasing_ones_data_takes_a_post_that_waits_along(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    await choose(stocked, "By name")
    await stocked.say(ANA, "data erase everything")
    assert posts(store) == []
