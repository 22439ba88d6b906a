"""A postcard's whole life: written, agreed to, asked about in six months, and what ends it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.contract import Person, Reply
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from bot.features.postcards.view import months_later
from knowledge.database.store import Store
from knowledge.exchange import programmes, rounds
from knowledge.lifecycle import membership, merge, personal_data
from knowledge.members import members
from knowledge.postcards import postcards
from knowledge.postcards.postcards import PostcardView
from knowledge.postcards.tables import Postcard, PostcardPart
from knowledge.vocabulary import Community, MemberStatus, PostcardState, Purpose, Reuse
from tests.support.community import STEWARD, admit, expert, exported, person, spoken
from tests.support.met import ANA, Met

LINES = {"learnt": "A common number is enough MARKERLEARNT.", "will_try": "Match two registers."}


@pytest.fixture
async def met(store: Store, judged: None) -> AsyncIterator[Met]:
    found = Met(store)
    await found.meet()
    yield found
    await found.aclose()


def card(met: Met) -> PostcardView:
    found = met.store.read(lambda s: postcards.of_conversation(s, met.conversation))
    assert found is not None
    return found


def about(replies: list[Reply]) -> list[Reply]:
    """Those that show a postcard."""
    return [each for each in replies if any("postal" in one.title.casefold() for one in each.cards)]


def asked(met: Met, who: Person) -> list[Reply]:
    """The questions half a year later: the first words of them in two languages."""
    begun = ("Usted quiso", "Vous souhaitiez", "You wanted")
    return [each for each in met.waiting(who) if each.text.startswith(begun)]


def actions(reply: Reply) -> list[str]:
    return [button.action for each in reply.cards for button in each.buttons]


async def agreed(met: Met) -> None:
    """Ana writes it, Bo agrees."""
    await met.room.submit(ANA, "postcard.edit", LINES, f"{met.conversation}:0")
    await met.presses(met.bo, about(met.waiting(met.bo))[-1], "postcard.approve")


async def a_day(met: Met, month: int, day: int) -> int:
    """What is asked in working hours of Paris, and then of Mexico, which have none in common."""
    asked_then = 0
    for hour in (12, 18):
        met.clock.now = datetime(2027, month, day, hour, tzinfo=UTC)
        asked_then += await met.look()
    return asked_then


async def test_it_is_written_by_one_and_changed_and_agreed_to_by_the_other(met: Met) -> None:
    closed = await met.room.say(ANA, f"close {met.conversation}")
    opened = await met.presses(ANA, closed, "postcard.write")
    assert opened.form is not None
    assert [each.name for each in opened.form.fields] == ["learnt", "will_try"]
    assert "23 de mayo de 2027" in opened.form.note
    wrong = await met.room.submit(ANA, "postcard.edit", {"learnt": "x"}, opened.form.subject)
    assert set(wrong.errors) == {"will_try"}
    written = await met.room.submit(ANA, "postcard.edit", LINES, opened.form.subject)
    assert "espera a Bo" in written.text
    (told,) = about(met.waiting(met.bo))
    assert "Ana Ruiz a écrit une carte postale" in told.text
    assert "23 mai 2027" in spoken(told)
    assert actions(told) == ["postcard.approve", "postcard.edit", "postcard.drop"]
    # Bo changes it, so that Ana has to agree anew; her button of before does nothing.
    changed = await met.presses(met.bo, told, "postcard.edit")
    assert changed.form is not None
    assert changed.form.fields[0].value == LINES["learnt"]
    other = {**LINES, "will_try": "Match three registers."}
    await met.room.submit(met.bo, "postcard.edit", other, changed.form.subject)
    old = await met.presses(met.bo, told, "postcard.approve")
    assert "Match three registers." in spoken(old)
    assert card(met).state is PostcardState.WAITING
    late = await met.room.submit(ANA, "postcard.edit", LINES, opened.form.subject)
    assert "ha cambiado" in late.text
    assert card(met).will_try == "Match three registers."
    done = await met.presses(ANA, about(met.waiting(ANA))[-1], "postcard.approve")
    assert "23 de mayo de 2027" in done.text
    again = await met.presses(ANA, about(met.waiting(ANA))[0], "postcard.approve")
    assert spoken(again) == spoken(done)
    assert card(met).state is PostcardState.APPROVED
    assert len([each for each in met.waiting(met.bo) if "tous d’accord" in each.text]) == 1


async def test_each_is_asked_once_in_working_hours_and_what_was_tried_can_be_a_case(
    met: Met,
) -> None:
    await agreed(met)
    assert await met.look(timedelta(days=170)) == 0
    met.clock.now = datetime(2027, 5, 25, 9, tzinfo=UTC)  # 03:00 in Mexico, 11:00 in Paris
    assert await met.look() == 1
    assert (len(asked(met, ANA)), len(asked(met, met.bo))) == (0, 1)
    met.clock.now = datetime(2027, 5, 25, 16, tzinfo=UTC)
    assert await met.look() == 1
    assert await met.look(timedelta(days=1)) == 0
    (question,) = asked(met, ANA)
    tried = await met.presses(ANA, question, "postcard.answer", ":TRIED")
    noting = await met.presses(ANA, tried, "postcard.note")
    assert noting.form is not None
    await met.room.submit(ANA, "postcard.note", {"note": "Two weeks."}, noting.form.subject)
    form = (await met.presses(ANA, tried, "postcard.case")).form
    assert form is not None
    values = {each.name: each.value for each in form.fields}
    assert values["text"] == "Match two registers.\n\nTwo weeks."
    assert "MARKERLEARNT" not in str(values)
    saved = await met.room.submit(
        ANA, form.action, {**{k: str(v) for k, v in values.items()}, "whose": "own"}, form.subject
    )
    assert not saved.errors
    status = await met.room.say(STEWARD, "status")
    assert "one postcard" in status.text
    assert "One of them was tried" in status.text
    assert "postcard" not in (await met.room.say(ANA, "status")).text
    # Nobody learns what the other answered.
    assert "TRIED" not in exported(await met.room.say(met.bo, "data export"))
    assert "Two weeks." in exported(await met.room.say(ANA, "data export"))


async def test_not_yet_is_asked_once_more_and_then_no_more(met: Met) -> None:
    await agreed(met)
    assert await a_day(met, 5, 25) == 2
    reply = await met.presses(met.bo, asked(met, met.bo)[-1], "postcard.answer", ":NOT_YET")
    assert "25 août 2027" in reply.text
    await met.presses(ANA, asked(met, ANA)[-1], "postcard.answer", ":WILL_NOT")
    assert await a_day(met, 8, 20) == 0
    assert await a_day(met, 8, 26) == 1
    reply = await met.presses(met.bo, asked(met, met.bo)[-1], "postcard.answer", ":NOT_YET")
    assert "plus" in reply.text
    assert await a_day(met, 12, 21) == 0
    parts = card(met).parts
    assert [(each.reuse, each.times_asked) for each in parts] == [
        (Reuse.WILL_NOT, 1),
        (Reuse.NOT_YET, 2),
    ]


async def test_who_is_away_is_asked_when_they_are_back(met: Met) -> None:
    await agreed(met)
    met.store.write(lambda session: membership.set_status(session, met.ana_id, MemberStatus.PAUSED))
    await met.room.say(met.bo, "snooze until 2027-06-10")
    for day in range(24, 29):
        assert await a_day(met, 5, day) == 0
    met.store.write(lambda session: membership.set_status(session, met.ana_id, MemberStatus.ACTIVE))
    assert await a_day(met, 6, 1) == 1
    # She pauses before it is sent: it is taken back, and comes when she is there again.
    met.store.write(lambda session: membership.set_status(session, met.ana_id, MemberStatus.PAUSED))
    assert asked(met, ANA) == []
    assert await a_day(met, 6, 2) == 0
    met.store.write(lambda session: membership.set_status(session, met.ana_id, MemberStatus.ACTIVE))
    assert await a_day(met, 6, 15) == 2
    assert len(asked(met, ANA)) == 1
    assert [each.times_asked for each in card(met).parts] == [1, 1]


async def test_who_left_is_never_asked(met: Met) -> None:
    await agreed(met)
    met.store.write(lambda session: membership.set_status(session, met.bo_id, MemberStatus.LEFT))
    assert await a_day(met, 5, 25) == 1
    assert await a_day(met, 12, 21) == 0


@pytest.mark.parametrize("when", ["waiting", "agreed", "asked"])
async def test_erasing_takes_the_whole_card_away(met: Met, when: str) -> None:
    await met.room.submit(ANA, "postcard.edit", LINES, f"{met.conversation}:0")
    if when != "waiting":
        await met.presses(met.bo, about(met.waiting(met.bo))[-1], "postcard.approve")
    if when == "asked":
        assert await a_day(met, 5, 25) == 2
    met.store.write(lambda session: personal_data.erase(session, met.bo_id, ""))

    def left(session: Session) -> list[object]:
        return [*session.exec(select(Postcard)), *session.exec(select(PostcardPart))]

    assert met.store.read(left) == []
    assert await a_day(met, 6, 30) == 0
    gone = await met.room.press(ANA, "postcard.answer", "1:TRIED")
    assert "ya no está" in gone.text


async def test_a_refusal_is_told_to_nobody_and_not_asked_again(met: Met) -> None:
    await met.room.submit(ANA, "postcard.edit", LINES, f"{met.conversation}:0")
    before = len(met.waiting(ANA))
    (told,) = about(met.waiting(met.bo))
    await met.presses(met.bo, told, "postcard.drop")
    await met.presses(met.bo, told, "postcard.drop")
    assert len(met.waiting(ANA)) == before
    assert card(met).learnt == ""
    shown = await met.room.say(ANA, f"postcard {met.conversation}")
    assert "no sale ninguna postal" in shown.text
    assert shown.form is None
    await met.room.submit(ANA, "postcard.edit", LINES, f"{met.conversation}:1")
    assert card(met).state is PostcardState.DROPPED
    # Whoever would rather not may still begin one.
    assert (await met.room.say(met.bo, f"postcard {met.conversation}")).form is not None


async def test_taking_it_back_ends_the_asking(met: Met) -> None:
    await agreed(met)
    shown = await met.room.say(ANA, "postcard")
    await met.presses(ANA, shown, "postcard.drop")
    assert await a_day(met, 5, 25) == 0
    assert (await met.room.say(ANA, f"postcard {met.conversation}")).form is not None


async def test_it_is_nobody_elses(met: Met) -> None:
    await agreed(met)
    eve = person("eve")
    admit(met.store, expert("Eve"), eve)
    for action, subject in (
        ("postcard.answer", "1:TRIED"),
        ("postcard.approve", "1:1"),
        ("postcard.note", "1"),
        ("postcard.case", "1"),
    ):
        assert "not there any more" in (await met.room.press(eve, action, subject)).text
    await met.room.press(eve, "postcard.drop", "1")
    assert card(met).state is PostcardState.APPROVED
    refused = await met.room.submit(eve, "postcard.edit", LINES, f"{met.conversation}:1")
    assert "no conversation" in refused.text


async def test_a_round_without_names_ends_in_a_postcard_too(met: Met) -> None:
    eve, kim = person("eve"), person("kim")
    paired = frozenset({Purpose.BE_PAIRED})
    for who, side in ((eve, Community.CITY), (kim, Community.NATIONAL)):
        draft = expert(who.name, community=side, consents=paired)
        admit(met.store, draft, who)
    due = met.clock.now + timedelta(minutes=2)
    timetable = Timetable(Cadence.WEEKLY, due.time(), "UTC", due.date(), due.weekday())
    met.store.write(
        lambda session: programmes.create(
            session,
            "Bridges",
            timetable=write_timetable(timetable),
            rules=Rules().written(),
            channels={"places": []},
            days=2,
            chatham_house=True,
            next_due_at=due,
        )
    )
    for who in (eve, kim):
        await met.room.say(who, "pair join Bridges")
    met.clock.forward(timedelta(minutes=3))
    await met.core.rounds.due()
    (group,) = met.store.read(lambda session: rounds.pairings(session, 1))
    brief = await met.room.say(eve, "brief")
    assert [each.name for each in brief.files] == ["exchange-brief.pdf", "exchange-brief.eml"]
    said = await met.room.press(eve, "pair.met", f"{group.id}:MET")
    opened = await met.presses(eve, said, "postcard.write")
    assert opened.form is not None
    await met.room.submit(eve, "postcard.edit", LINES, opened.form.subject)
    told = next(each for each in met.waiting(kim) if "postcard.approve" in actions(each))
    assert told.cards[0].title == "Postcard"
    await met.presses(kim, told, "postcard.approve")
    assert await a_day(met, 5, 25) == 2


async def test_a_crash_and_a_second_process_ask_once(
    met: Met, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed(met)
    real = postcards.asked

    def crash(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        raise RuntimeError("the power is off")

    monkeypatch.setattr(postcards, "asked", crash)
    with pytest.raises(RuntimeError):
        await a_day(met, 5, 25)
    assert asked(met, met.bo) == []
    monkeypatch.undo()
    assert await a_day(met, 5, 26) == 2
    assert await a_day(met, 5, 27) == 0
    assert (len(asked(met, ANA)), len(asked(met, met.bo))) == (1, 1)


async def test_two_members_who_are_one_keep_the_card(met: Met) -> None:
    await agreed(met)
    other = admit(met.store, expert("Bo again"))

    def one(session: Session) -> None:
        stays, goes = members.get(session, other), members.get(session, met.bo_id)
        assert stays is not None
        assert goes is not None
        merge.merge(session, stays, goes)

    met.store.write(one)
    assert card(met).part_of(other) is not None


def test_months_are_those_of_the_calendar() -> None:
    last = datetime(2026, 8, 31, 9, tzinfo=UTC)
    assert months_later(last, 6) == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert months_later(datetime(2026, 11, 23, tzinfo=UTC), 6).date().isoformat() == "2027-05-23"
