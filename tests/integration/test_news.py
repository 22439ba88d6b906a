"""Whoever asked in vain hears of the case that answers them: once, privately, if they want to."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.app import build
from bot.contract import PlaceKind, Reply
from bot.features.cases.late_answers import BATCH, LateAnswers
from bot.messaging.serialization import place_from_json, reply_from_json
from bot.settings import Settings
from bot.storage.database import Database
from knowledge.cases import cases, late_answers
from knowledge.cases.tables import News as Told
from knowledge.database.store import Store
from knowledge.lifecycle import membership, personal_data
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.questions.questions import Asked
from knowledge.vocabulary import CaseState, Confidence, MemberStatus, Visibility
from tests.support.community import STEWARD, Room, admit, case, expert, person, publish
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock
from tests.support.world import look

ANA, BEN = person("ana"), person("ben", "es-MX")
ASKED = "Departments that refused to share their data with the city"
ANSWER = case("Departments that refused to share data with the city", "Seven of nine agreed.")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(
    store: Store, clock: Clock, judged: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Room]:
    """The core on a clock that the test moves."""
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=clock, stewards=frozenset({STEWARD.key}))
    yield Room(core)
    core.close()


def messages(store: Store) -> list[tuple[str, Reply]]:
    rows = store.read(lambda session: session.exec(select(Delivery).order_by("id")).all())
    return [(row.account_key, reply_from_json(row.reply)) for row in rows]


def told(store: Store) -> list[tuple[int, int, bool]]:
    rows = store.read(lambda session: session.exec(select(Told)).all())
    return [(row.question_id, row.case_id, bool(row.delivery_key)) for row in rows]


async def test_an_asker_is_told_once_even_months_later(
    room: Room, store: Store, clock: Clock
) -> None:
    admit(store, expert("Ben"), BEN)
    await room.say(BEN, ASKED)
    await look(room.core)
    assert messages(store) == []
    clock.forward(timedelta(days=300))
    (number,) = publish(store, ANSWER)
    await look(room.core)
    await look(room.core)
    ((key, reply),) = messages(store)
    assert key == BEN.key
    assert ASKED in reply.text.replace("\\", "")
    assert reply.cards[0].title == ANSWER.title
    assert {button.action for button in (*reply.buttons, *reply.cards[0].buttons)} == {
        "news.off",
        "case.show",
    }
    place = store.read(lambda session: session.exec(select(Delivery.place)).one())
    assert place_from_json(place).kind is PlaceKind.DIRECT
    shown = await room.say(BEN, "questions")
    assert str(number) in [button.subject for button in shown.cards[0].buttons]
    store.write(lambda session: cases.edit(session, number, case(ANSWER.title, "Eight of nine.")))
    publish(store, case(ANSWER.title, "Another city, the same story.", key="twin"))
    await look(room.core)
    assert len(messages(store)) == 1
    assert len(told(store)) == 1, "the twin stands beside another, so it does not answer closely"


async def test_the_message_is_in_the_reader_s_language(room: Room, store: Store) -> None:
    admit(store, expert("Ben"), BEN)
    await room.say(BEN, ASKED)
    publish(store, ANSWER)
    await look(room.core)
    ((_, reply),) = messages(store)
    assert "usted" in reply.text.casefold() or "preguntó" in reply.text


async def test_a_case_on_something_else_is_no_news(room: Room, store: Store) -> None:
    await room.say(ANA, ASKED)
    publish(store, case("Street lamps that measure noise", "It took a year."))
    await look(room.core)
    assert messages(store) == []


async def test_what_was_answered_then_or_withdrawn_or_is_too_old_is_left(
    room: Room, store: Store, clock: Clock
) -> None:
    publish(store, ANSWER)
    await room.say(ANA, ASKED)  # answered at once
    (question,) = store.read(
        lambda session: questions.asked_by(session, asker_id=None, account_key=ANA.key)
    )
    assert question.confidence is Confidence.STRONG
    await look(room.core)
    _asked(store, clock, "chat:W:old", days=366)
    number = _asked(store, clock, "chat:W:gone")
    await room.say(person("gone"), f"withdraw {number}")
    publish(store, case(ANSWER.title, "In another city.", key="twin"))
    await look(room.core)
    assert messages(store) == []


@pytest.mark.parametrize("how", ["left", "paused", "invited", "off", "erased", "terminal"])
async def test_nobody_is_told_who_must_not_be_written_to(
    room: Room, store: Store, how: str
) -> None:
    who = person("ana") if how != "terminal" else STEWARD
    member = admit(store, expert("Ana"), who)
    await room.say(who, ASKED)
    match how:
        case "off":
            await room.say(who, "news off")
        case "erased":
            store.write(lambda session: personal_data.erase(session, member, ""))
        case "terminal":
            pass
        case _:
            status = MemberStatus(how.upper())
            store.write(lambda session: membership.set_status(session, member, status))
    publish(store, ANSWER)
    await look(room.core)
    assert messages(store) == []
    assert [sent for _, _, sent in told(store)] == ([] if how == "erased" else [False])


async def test_somebody_without_a_profile_is_told_and_can_end_it(room: Room, store: Store) -> None:
    await room.say(ANA, ASKED)
    publish(store, ANSWER)
    await look(room.core)
    assert [key for key, _ in messages(store)] == [ANA.key]
    reply = await room.press(ANA, "news.off")
    assert "no longer write to you" in reply.text
    assert messages(store) == []  # what waited is not sent either
    assert "do not write" in (await room.say(ANA, "news")).text
    await room.say(ANA, "news on")
    assert "news off" in (await room.say(ANA, "news")).text


async def test_an_author_is_not_told_of_their_own_case(room: Room, store: Store) -> None:
    author = admit(store, expert("Ana"), ANA)
    await room.say(ANA, ASKED)
    publish(store, ANSWER, author_id=author)
    await look(room.core)
    assert told(store) == []


async def test_a_case_that_is_retired_before_the_tick_is_no_news(room: Room, store: Store) -> None:
    await room.say(ANA, ASKED)
    (number,) = publish(store, ANSWER)
    store.write(lambda session: cases.set_state(session, number, CaseState.RETIRED))
    await look(room.core)
    assert told(store) == []


async def test_a_person_gets_few_messages_however_much_is_published(
    room: Room, store: Store, clock: Clock
) -> None:
    for _ in range(6):
        _asked(store, clock, ANA.key)
    publish(store, ANSWER)
    await look(room.core)
    assert len(messages(store)) == 3
    assert len(told(store)) == 6


async def test_a_crash_between_batches_loses_nothing_and_repeats_nothing(
    room: Room, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"chat:W:p{number}" for number in range(2 * BATCH + 3)]
    for key in people:
        _asked(store, clock, key)
    publish(store, ANSWER)
    (feature,) = {
        tick.job.__self__  # type: ignore[attr-defined]
        for tick in room.core.jobs
        if tick.name == "news for askers"
    }
    whole, batches = LateAnswers._hits, 0

    async def failing(self: LateAnswers, *args: object) -> object:
        nonlocal batches
        batches += 1
        if batches == 2:
            raise ConnectionError("cut off")
        return await whole(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(LateAnswers, "_hits", failing)
    with pytest.raises(ConnectionError):
        await feature.look()
    assert len(messages(store)) == BATCH
    await feature.look()
    assert sorted(key for key, _ in messages(store)) == sorted(people)
    assert store.read(late_answers.cursor).complete


async def test_of_several_processes_one_tells(room: Room, store: Store, clock: Clock) -> None:
    for number in range(BATCH + 5):
        _asked(store, clock, f"chat:W:p{number}")
    publish(store, ANSWER)
    core, database = room.core, [Database(store) for _ in range(3)]
    features = [
        LateAnswers(
            database=each, library=core.library, index_refresh=core.index_refresh, clock=clock
        )
        for each in database
    ]
    counted = await asyncio.gather(*(feature.look() for feature in features))
    for each in database:
        each.close()
    assert sum(counted) == len(messages(store)) == BATCH + 5


async def test_questions_go_first_while_old_ones_are_looked_at(
    room: Room, store: Store, clock: Clock
) -> None:
    for number in range(BATCH):
        _asked(store, clock, f"chat:W:p{number}", text=f"{ASKED} {number}")
    publish(store, ANSWER)
    encoder = room.core.encoder.encoder
    assert isinstance(encoder, HashEncoder)
    encoder.batches.clear()
    await look(room.core)
    assert max(size for kind, size in encoder.batches if kind == "queries") <= 4


async def test_what_was_published_before_the_upgrade_is_no_news(store: Store) -> None:
    assert store.read(late_answers.cursor) == late_answers.Pass(0, 0, 0)
    assert store.read(lambda session: session.get(Delivery, 1)) is None


def _asked(
    store: Store, clock: Clock, account_key: str, *, days: int = 1, text: str = ASKED
) -> int:
    def write(session: Session) -> int:
        asked = Asked(
            text=text,
            language="en",
            asker_id=None,
            account_key=account_key,
            people_only=False,
            visibility=Visibility.PRIVATE,
            confidence=Confidence.NONE,
            score=0.0,
            at=clock.now - timedelta(days=days),
        )
        return questions.keep(session, asked, model_id="m", cases=(), experts=())

    return store.write(write)
