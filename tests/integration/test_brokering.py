"""Find me somebody: a missed question goes to stewards, and from them to a person."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from bot.app import Core, build
from bot.contract import Button, Person, Reply
from bot.messaging import serialization
from bot.settings import Settings
from knowledge.brokering import brokering
from knowledge.brokering.brokering import BrokeredView
from knowledge.database.store import Store
from knowledge.introductions import introductions
from knowledge.lifecycle import membership, personal_data
from knowledge.members import audit
from knowledge.members.tables import Member
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import BrokeringState, Community, MemberStatus, RequestState
from tests.support.community import Room, actions, admit, expert, person, spoken
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock

ASK = "¿Quién lleva un padrón de direcciones?"
ANA, BO, SUE, TOM = person("ana", "es"), person("bo"), person("sue"), person("tom")


@pytest.fixture
def clock() -> Clock:
    """Monday, 23 November 2026, noon in UTC."""
    return Clock()


@pytest.fixture
def core(store: Store, clock: Clock) -> Iterator[Core]:
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    wired = build(settings, store, HashEncoder(), clock=clock)
    yield wired
    wired.close()


@pytest.fixture
def town(store: Store, room: Room) -> Room:
    """Ana, who asks; Bo, who offers something; Sue and Tom, who are stewards."""
    asker = expert("Ana Ruiz", community=Community.CITY, consents=(), languages=("es",))
    admit(store, asker, ANA)
    admit(store, expert("Bo Berg", "padrón de direcciones", languages=("es", "en")), BO)
    for name, who in (("Sue Ek", SUE), ("Tom Ng", TOM)):
        number = admit(store, expert(name, consents=()), who)
        store.write(
            lambda session, number=number: session.execute(  # type: ignore[misc]
                update(Member).where(col(Member.id) == number).values(steward=True)
            )
        )
    return room


def posted(store: Store, who: Person) -> list[Reply]:
    def body(session: Session) -> list[Reply]:
        found = session.scalars(select(Delivery).order_by(col(Delivery.id)))
        mine = (row for row in found if row.reply and row.channel == who.user_id)
        return [serialization.reply_from_json(row.reply) for row in mine]

    return store.read(body)


def standing(store: Store) -> BrokeredView:
    found = store.read(lambda session: brokering.get(session, 1))
    assert found is not None
    return found


def button(reply: Reply, action: str) -> Button:
    buttons = [*reply.buttons, *(one for card in reply.cards for one in card.buttons)]
    return next(one for one in buttons if one.action == action)


async def press(room: Room, who: Person, reply: Reply, action: str) -> Reply:
    found = button(reply, action)
    return await room.press(who, found.action, found.subject)


async def seek(room: Room, shown: str = "HIDDEN") -> Reply:
    """Ask, find nobody, and give it to the stewards."""
    answer = await room.say(ANA, ASK)
    opened = await press(room, ANA, answer, "broker.form")
    assert opened.form is not None
    values = {"question": ASK, "shown": shown}
    return await room.submit(ANA, opened.form.action, values, opened.form.subject)


async def test_from_a_missed_question_to_two_who_are_connected(town: Room, store: Store) -> None:
    sent = await seek(town)
    assert "1" in sent.text
    assert posted(store, TOM) == []
    (asked,) = posted(store, SUE)
    assert ASK in spoken(asked)
    assert "Ana" not in spoken(asked)
    assert "Bo Berg" in spoken(asked)
    assert "padrón de direcciones" in spoken(asked)

    home = await town.open(TOM)
    assert "broker.list" in set(actions(home))
    listed = await town.press(TOM, "broker.list")
    assert ASK in spoken(listed)

    await press(town, SUE, asked, "broker.propose")
    again = await press(town, TOM, listed, "broker.propose")
    assert "quicker" in again.text
    acts = store.read(lambda session: audit.about(session, "question:1"))
    assert [one.act for one in acts] == ["question.propose"]
    (told,) = posted(store, ANA)
    assert "Bo" not in spoken(told)
    assert "introduction.accept" in set(actions(posted(store, BO)[0]))
    assert ASK in spoken(posted(store, BO)[0])

    await town.press(BO, "introduction.accept", "1")
    request = store.read(lambda session: introductions.get(session, 1))
    assert request is not None
    assert request.state is RequestState.CONNECTED
    assert "Bo Berg" in spoken(await town.say(ANA, "requests"))
    assert "Ana Ruiz" in spoken(await town.say(BO, "requests"))


async def test_a_silent_owner_hands_it_on_and_the_asker_hears_each_step(
    town: Room, core: Core, store: Store, clock: Clock
) -> None:
    await seek(town)
    (job,) = [one for one in core.jobs if one.name == "questions with stewards"]
    clock.forward(timedelta(days=1))
    await job.job()
    assert posted(store, TOM) == []
    clock.forward(timedelta(days=2))
    await job.job()
    await job.job()
    (asked,) = posted(store, TOM)
    assert len(posted(store, ANA)) == 1

    opened = await press(town, TOM, asked, "broker.answer")
    assert opened.form is not None
    said = {"answer": "El instituto de estadística lo lleva."}
    await town.submit(TOM, opened.form.action, said, opened.form.subject)
    late = await town.submit(SUE, "broker.nobody", {"why": "Nobody."}, "1")
    assert "quicker" in late.text
    assert said["answer"] in spoken(posted(store, ANA)[-1])
    assert "answer.solved" in set(actions(posted(store, ANA)[-1]))
    assert said["answer"] in spoken(await town.say(ANA, "questions 1"))


async def test_nobody_at_present_is_said_with_why(town: Room, store: Store) -> None:
    await seek(town)
    await town.submit(SUE, "broker.nobody", {"why": "Nobody keeps one yet."}, "1")
    told = posted(store, ANA)[-1]
    assert "Nobody keeps one yet." in spoken(told)
    assert "question.reword" in set(actions(told))


async def test_a_question_taken_back_closes_it(town: Room, store: Store) -> None:
    await seek(town)
    await town.say(ANA, "withdraw 1")
    assert standing(store).state is BrokeringState.WITHDRAWN
    assert posted(store, SUE) == []
    assert "quicker" in (await town.press(SUE, "broker.propose", "1:2")).text


async def test_a_steward_who_leaves_or_is_erased_leaves_nothing_waiting(
    town: Room, core: Core, store: Store, clock: Clock
) -> None:
    await seek(town)
    owner = standing(store).owner_id
    assert owner is not None
    store.write(lambda session: membership.set_status(session, owner, MemberStatus.LEFT))
    store.write(lambda session: personal_data.erase(session, owner, ""))
    assert standing(store).owner_id is None
    (job,) = [one for one in core.jobs if one.name == "questions with stewards"]
    clock.now = max(clock.now, standing(store).due_at or clock.now)
    await job.job()
    assert standing(store).owner_id not in (None, owner)
    assert len(posted(store, TOM)) == 1


async def test_by_name_only_where_the_asker_chose_it_and_only_once(
    town: Room, store: Store
) -> None:
    await seek(town, "NAMED")
    (asked,) = posted(store, SUE)
    assert "Ana Ruiz" in spoken(asked)
    assert "1" in (await town.say(ANA, "find 1")).text
    assert "broker.form" not in set(actions(await town.say(ANA, "find 1")))
    assert len(posted(store, SUE)) == 1


async def test_who_would_be_shown_otherwise_than_they_read_sees_it_again(town: Room) -> None:
    await town.say(ANA, ASK)
    values = {"question": ASK, "shown": "NAMED"}
    again = await town.submit(ANA, "broker.form", values, "1:otherwise")
    assert again.form is not None
    assert again.form.subject != "1:otherwise"
