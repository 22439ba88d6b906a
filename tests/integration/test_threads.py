"""Answers below a post, whatever the post is: kept once, followed, brought to whoever asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlmodel import Session

from bot.contract import Person, PlaceKind, Removed, Said
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.lifecycle import merge, personal_data
from knowledge.members import members
from knowledge.messaging import channels
from knowledge.vocabulary import Community, DeliveryKind, DeliveryState
from tests.support.between import HALL, MINUTE, SQUARE, Between
from tests.support.community import exported

ELSEWHERE = replace(HALL, workspace="X")
"""A channel of another workspace that has the same name."""


@dataclass
class Below:
    """A post in HALL and SQUARE, by somebody who asks; people answer below it."""

    here: Between
    kind: str
    asker: Person
    asker_id: int

    def read(self) -> list[str]:
        """What stands in the asker's own conversation, the oldest first."""
        kept: dict[str, str] = {}
        for row in self.here.deliveries(self.asker.user_id):
            words = serialization.reply_from_json(row.reply).text if row.reply else ""
            key = row.key if row.kind is DeliveryKind.POST else row.target
            if row.kind is DeliveryKind.DELETE:
                kept.pop(key, None)
            elif row.kind is DeliveryKind.POST or key in kept:
                kept[key] = words
        return [words for words in kept.values() if "answers your" in words or "answered:" in words]

    def texts(self) -> list[str]:
        """What is kept."""
        return [row.text for row in self.here.answers()]

    def erase(self, member_id: int) -> None:
        self.here.store.write(lambda session: personal_data.erase(session, member_id, ""))


@pytest.fixture(params=["question", "prompt"])
async def below(request: pytest.FixtureRequest, store: Store, judged: None) -> AsyncIterator[Below]:
    here = Between(store)
    side = Community.CITY if request.param == "question" else Community.NATIONAL
    asker, number = here.admit("noor", side)
    if request.param == "question":
        await post_question(here, asker)
    else:
        await post_prompt(here, asker, number)
    here.arrive()
    yield Below(here, request.param, asker, number)
    here.close()


async def post_question(here: Between, asker: Person) -> None:
    """`Ask the community`, in both channels."""

    def named(session: Session) -> None:
        for place in (HALL, SQUARE):
            channels.present(session, *place.room, place.channel)
            channels.set_questions(session, *place.room, Community.NATIONAL)

    here.store.write(named)
    await here.room.say(asker, "How do you count people who rent a room?")
    values = {"question": "How do you count tenants?", "shown": "HIDDEN"}
    preview = await here.room.submit(asker, "community.form", values, "1")
    post = next(each for each in preview.buttons if each.action == "community.post")
    await here.room.press(asker, post.action, post.subject)


async def post_prompt(here: Between, asker: Person, number: int) -> None:
    """A member's question between rounds, in both channels."""
    here.ask(number)
    await here.tick()
    (request,) = here.replies(asker.user_id)
    agree = next(each for each in request.buttons if each.action == "prompt.agree")
    await here.room.press(asker, agree.action, agree.subject)
    await here.tick(forward=3 * MINUTE)


async def test_an_answer_is_kept_once_and_brought_once(below: Below) -> None:
    ben, _ = below.here.admit("ben", Community.PARTNER, "talk")
    eve, _ = below.here.admit("eve", Community.PARTNER)
    assert await below.here.write(ben, SQUARE, "We count beds.", name="a1") is None
    assert await below.here.write(ben, SQUARE, "We count beds.", name="a1") is None
    await below.here.write(eve, HALL, "We count keys.")
    assert below.texts() == ["We count beds.", "We count keys."]
    first, second = below.read()
    assert "We count beds." in first
    assert "We count keys." in second


async def test_the_asker_is_not_brought_their_own_words(below: Below) -> None:
    await below.here.write(below.asker, HALL, "Thank you all")
    assert below.read() == []


@pytest.mark.parametrize("arrived", [False, True])
async def test_other_words_of_the_author_replace_the_former(below: Below, arrived: bool) -> None:
    here = below.here
    ben, _ = here.admit("ben")
    eve, _ = here.admit("eve")
    await here.write(ben, HALL, "We count beds.", name="a1")
    if arrived:
        here.arrive()
    await here.amend(eve, HALL, "a1", "Nobody counts.")
    assert below.texts() == ["We count beds."]
    await here.amend(ben, HALL, "a1", "We count keys.")
    assert below.texts() == ["We count keys."]
    (told,) = below.read()
    assert "We count keys." in told
    assert "We count beds." not in told


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("known", [False, True])
async def test_a_message_that_is_removed_is_forgotten(
    below: Below, arrived: bool, known: bool
) -> None:
    """`known`: the platform says whose message is gone."""
    here = below.here
    ben, _ = here.admit("ben")
    eve, _ = here.admit("eve")
    await here.write(ben, HALL, "We count beds.", name="a1")
    if arrived:
        here.arrive()
    await here.amend(eve, HALL, "a1")
    assert len(below.read()) == 1
    await here.amend(ben if known else Person("chat", "W", "", ""), HALL, "a1")
    assert below.texts() == []
    assert below.read() == []
    sends = [row for row in here.deliveries("noor") if row.state is DeliveryState.WAITING]
    assert [row.kind for row in sends] == ([DeliveryKind.DELETE] if arrived else [])


async def test_words_in_a_channel_of_the_same_name_elsewhere_are_none_of_it(below: Below) -> None:
    here = below.here
    ben, _ = here.admit("ben")
    above = here.message(HALL)
    said = Said(
        event_id="said:elsewhere",
        person=ben,
        place=replace(ELSEWHERE, thread=above, kind=PlaceKind.THREAD, private=False),
        in_place=False,
        text="We count beds.",
        message="a1",
        reply_to=above,
        addressed=False,
    )
    await here.core.dispatcher.handle(said)
    assert below.texts() == []
    await here.write(ben, HALL, "We count keys.", name="a1")
    head = {"person": ben, "place": ELSEWHERE, "in_place": False, "message": "a1"}
    await here.core.dispatcher.handle(Removed(event_id="removed:elsewhere", **head))  # type: ignore[arg-type]
    assert below.texts() == ["We count keys."]


@pytest.mark.parametrize("arrived", [False, True])
async def test_an_answer_goes_with_its_author(below: Below, arrived: bool) -> None:
    here = below.here
    ben, member = here.admit("ben")
    eve, _ = here.admit("eve")
    await here.write(ben, HALL, "We count beds.")
    await here.write(eve, HALL, "We count keys.")
    if arrived:
        here.arrive()
    below.erase(member)
    assert below.texts() == ["We count keys."]
    stays = below.kind == "question" and arrived  # it was brought, and belongs to the asker
    assert len(below.read()) == (2 if stays else 1)


async def test_answers_to_a_question_go_with_it_and_to_a_prompt_stay(below: Below) -> None:
    ben, _ = below.here.admit("ben")
    await below.here.write(ben, HALL, "We count beds.")
    below.erase(below.asker_id)
    assert below.texts() == ([] if below.kind == "question" else ["We count beds."])


async def test_two_members_who_are_one_keep_their_answers(below: Below) -> None:
    here = below.here
    ben, goes = here.admit("ben")
    again, stays = here.admit("again", platform="talk")
    await here.write(ben, HALL, "We count beds.", name="a1")

    def join(session: Session) -> None:
        one, other = members.get(session, stays), members.get(session, goes)
        assert one is not None
        assert other is not None
        merge.merge(session, one, other)

    here.store.write(join)
    assert "We count beds." in exported(await here.room.say(again, "data export"))
    await here.amend(ben, HALL, "a1", "We count keys.")
    assert below.texts() == ["We count keys."]
    below.erase(stays)
    assert below.texts() == []
