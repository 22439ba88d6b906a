"""The upkeep of cases: merged, versioned, reviewed in time, reported by readers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.app import build
from bot.contract import Reply
from bot.features.cases.merge import CaseMerge
from bot.features.cases.review_cycle import ReviewCycle
from bot.messaging.serialization import reply_from_json
from bot.settings import Settings
from bot.storage.database import Database
from knowledge.cases import cases, review_cycle, versions
from knowledge.cases.tables import CaseReview, CaseVersion, Flag
from knowledge.cases.views import CaseView
from knowledge.database.store import Store
from knowledge.lifecycle import membership, personal_data
from knowledge.lifecycle import merge as lifecycle_merge
from knowledge.members import members
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import CaseState, DeliveryState, MemberStatus, ReviewStage
from tests.support.community import (
    STEWARD,
    Room,
    admit,
    case,
    expert,
    exported,
    person,
    publish,
    spoken,
)
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock, RunningClock
from tests.support.world import look

ANA, BEN = person("ana"), person("ben")
TITLE = "Departments that refused to share data"
TEXT = (
    "The city asked each department for one data set that others need, signed a short agreement "
    "about it, and published what came of it within three months. Nobody refused after that."
)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(
    store: Store, clock: Clock, judged: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Room]:
    """The core on a clock that the test moves."""
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
    monkeypatch.setattr("knowledge.cases.cases.utc_now", clock)
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=clock, stewards=frozenset({STEWARD.key}))
    yield Room(core)
    core.close()


def read(store: Store, number: int) -> CaseView:
    found = store.read(lambda session: cases.get(session, number))
    assert found is not None
    return found


def drafted(store: Store, *titles: str, text: str = TEXT) -> list[int]:
    return store.write(
        lambda session: [cases.add(session, case(title, text, key=title)).id for title in titles]
    )


def labels(reply: Reply, card: int = 0) -> list[str]:
    return [button.label for button in reply.cards[card].buttons]


def messages(store: Store) -> list[tuple[str, Reply]]:
    rows = store.read(lambda session: session.exec(select(Delivery).order_by("id")).all())
    return [(row.account_key, reply_from_json(row.reply)) for row in rows]


async def test_a_near_duplicate_stands_beside_the_draft_and_can_take_it_in(
    room: Room, store: Store
) -> None:
    (old,) = publish(store, case("Sharing data in León", TEXT, topics=("legal",)))
    (new,) = drafted(store, "Sharing data in Leon")
    store.write(lambda session: _source_of(session, new, "Another report"))
    queue = await room.say(STEWARD, "queue")
    assert [card.title.split(":")[0] for card in queue.cards] == [
        f"{new}. Sharing data in Leon",
        f"Beside draft {new}",
    ]
    assert "Nobody refused after that" in queue.cards[1].body
    merge = next(button for button in queue.cards[0].buttons if button.action == "case.merge")
    asked = await room.press(STEWARD, merge.action, merge.subject)
    assert asked.form is not None
    nothing = await room.submit(STEWARD, merge.action, {}, asked.form.subject)
    assert set(nothing.errors) == {"keep"}
    await room.submit(STEWARD, merge.action, {"keep": "other"}, asked.form.subject)
    kept, draft = read(store, old), read(store, new)
    assert (kept.title, kept.topics) == ("Sharing data in León", ("legal", "data-sharing"))
    assert [source.title for source in kept.further] == ["Another report"]
    assert (draft.state, draft.merged_into) == (CaseState.RETIRED, old)
    shown = await room.say(STEWARD, f"case {new}")
    assert f"Read case {old}" in labels(shown)
    assert "Another report" in spoken(await room.say(ANA, f"case {old}"))
    history = store.read(lambda session: versions.of_case(session, old))
    assert [version.why for version in history] == ["merged", "published"]


async def test_the_draft_s_words_can_stay_with_their_source(room: Room, store: Store) -> None:
    (old,) = publish(store, case("Sharing data in León", TEXT))
    (new,) = drafted(store, "Sharing data in Leon")
    store.write(lambda session: _source_of(session, new, "Another report"))
    merging = CaseMerge(database=room.core.database, clock=RunningClock())
    await merging.merge_cases("cli", new, old, keep_draft=True)
    kept = read(store, old)
    assert (kept.title, kept.source.title) == ("Sharing data in Leon", "Another report")
    assert [source.title for source in kept.further] == ["Report on Sharing data in León"]
    first = store.read(lambda session: versions.get(session, old, 1))
    assert first is not None
    assert first.title == "Sharing data in León"


async def test_the_author_of_a_merged_draft_hears_of_it_once(room: Room, store: Store) -> None:
    ana = admit(store, expert("Ana"), ANA)
    (old,) = publish(store, case("Sharing data in León", TEXT))
    told = case("Sharing data in Leon", TEXT, key="told")
    new = store.write(lambda session: cases.add(session, told, author_id=ana).id)
    merging = CaseMerge(database=room.core.database, clock=RunningClock())
    await merging.merge_cases("cli", new, old, keep_draft=False)
    ((key, message),) = messages(store)
    assert key == ANA.key
    assert "is merged into it. Thank you." in message.text
    assert [(button.action, button.subject) for button in message.buttons] == [
        ("case.show", str(old))
    ]


async def test_nobody_who_snoozes_is_told_before_they_are_back(room: Room, store: Store) -> None:
    ana = admit(store, expert("Ana"), ANA)
    (old,) = publish(store, case("Sharing data in León", TEXT))
    told = case("Sharing data in Leon", TEXT, key="told")
    new = store.write(lambda session: cases.add(session, told, author_id=ana).id)
    await room.say(ANA, "snooze until 2027-01-10")
    merging = CaseMerge(database=room.core.database, clock=RunningClock())
    await merging.merge_cases("cli", new, old, keep_draft=False)
    states = select(Delivery.state)
    assert store.read(lambda session: session.exec(states).all()) == [DeliveryState.HELD]
    await room.say(ANA, "snooze off")
    await look(room.core)
    assert store.read(lambda session: session.exec(states).all()) == [DeliveryState.WAITING]


async def test_of_two_stewards_who_merge_and_approve_one_wins(room: Room, store: Store) -> None:
    (old,) = publish(store, case("Sharing data in León", TEXT))
    (new,) = drafted(store, "Sharing data in Leon")
    queue = await room.say(STEWARD, "queue")
    merge = next(button for button in queue.cards[0].buttons if button.action == "case.merge")
    replies = await asyncio.gather(
        room.submit(STEWARD, merge.action, {"keep": "draft"}, merge.subject),
        room.press(STEWARD, "case.approve", str(new)),
        room.submit(STEWARD, merge.action, {"keep": "other"}, merge.subject),
    )
    told = [reply for reply in replies if "Nothing was changed" in reply.text]
    assert len(told) == 2
    assert read(store, new).state in (CaseState.RETIRED, CaseState.PUBLISHED)
    late = await room.submit(STEWARD, merge.action, {"keep": "other"}, merge.subject)
    assert "Nothing was changed" in late.text
    assert read(store, old).state is CaseState.PUBLISHED


async def test_a_case_changed_meanwhile_is_not_merged_unread(room: Room, store: Store) -> None:
    (old,) = publish(store, case("Sharing data in León", TEXT))
    drafted(store, "Sharing data in Leon")
    queue = await room.say(STEWARD, "queue")
    merge = next(button for button in queue.cards[0].buttons if button.action == "case.merge")
    store.write(lambda session: cases.edit(session, old, case("New title", TEXT)))
    reply = await room.submit(STEWARD, merge.action, {"keep": "other"}, merge.subject)
    assert "changed this meanwhile" in reply.text


async def test_versions_are_kept_from_the_first_change_on(
    room: Room, store: Store, clock: Clock
) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    plain = await room.say(ANA, f"case {number} history")
    assert "has not been changed" in plain.text
    assert store.read(lambda session: session.exec(select(CaseVersion)).all()) == []
    clock.forward(10 * DAY)
    opened = await room.press(STEWARD, "case.edit", str(number))
    assert opened.form is not None
    values = {field.name: field.value for field in opened.form.fields}
    values |= {"text": TEXT + " It still works.", "note": "The outcome after a year."}
    await room.submit(STEWARD, "case.edit", values, opened.form.subject)
    history = await room.say(ANA, f"case {number} history")
    assert "2 versions" in history.text
    assert "The outcome after a year." in spoken(history)
    assert "steward:" not in spoken(history)
    assert STEWARD.name not in spoken(history)
    old = await room.press(ANA, "case.version", f"{number}:1")
    assert "It still works." not in spoken(old)
    assert "Take its words out" not in spoken(old)
    await room.press(STEWARD, "case.version_clear", f"{number}:1")
    gone = await room.press(ANA, "case.version", f"{number}:1")
    assert "taken its words out" in gone.text
    newest = await room.press(STEWARD, "case.version_clear", f"{number}:2")
    assert "no version 2" in newest.text


async def test_the_history_of_a_draft_is_for_stewards(room: Room, store: Store) -> None:
    (number,) = drafted(store, TITLE)
    assert "no case" in (await room.say(ANA, f"case {number} history")).text
    assert "not been published" in (await room.say(STEWARD, f"case {number} history")).text


async def test_silence_takes_a_case_step_by_step(room: Room, store: Store, clock: Clock) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    clock.forward(89 * DAY)
    await look(room.core)
    assert read(store, number).stage is ReviewStage.CURRENT
    clock.forward(2 * DAY)
    await look(room.core)
    due = read(store, number)
    assert due.stage is ReviewStage.DUE
    assert "review is due since February" in spoken(await room.say(ANA, f"case {number}"))
    clock.forward(31 * DAY)
    await look(room.core)
    assert read(store, number).stage is ReviewStage.STALE
    assert "not confirmed since" in spoken(await room.say(ANA, f"case {number}"))
    assert "One of them is stale" in (await room.say(STEWARD, "stale")).text
    clock.forward(91 * DAY)
    await look(room.core)
    assert read(store, number).state is CaseState.RETIRED
    assert "retired a case that nobody confirmed" in spoken(await room.say(STEWARD, "audit"))
    await room.press(STEWARD, "case.restore", str(number))
    again = read(store, number)
    assert (again.state, again.stage) == (CaseState.PUBLISHED, ReviewStage.CURRENT)


async def test_a_long_downtime_takes_one_step_and_not_three(
    room: Room, store: Store, clock: Clock
) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    clock.forward(1_000 * DAY)
    for _ in range(3):
        await look(room.core)
    assert read(store, number).stage is ReviewStage.DUE


async def test_confirming_starts_anew_and_the_second_steward_is_told(
    room: Room, store: Store, clock: Clock
) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    clock.forward(91 * DAY)
    await look(room.core)
    listed = await room.say(STEWARD, "stale")
    assert labels(listed) == ["Still true", "Edit", "Retire"]
    first, second = await asyncio.gather(
        room.press(STEWARD, "case.confirm", str(number)),
        room.press(STEWARD, "case.confirm", str(number)),
    )
    texts = sorted([first.text, second.text])
    assert "was confirmed meanwhile" in texts[0]
    assert "comes up again in 90 days" in texts[1]
    assert read(store, number).reviewed_at == clock.now
    assert "No published case" in (await room.say(STEWARD, "stale")).text
    stranger = await room.press(ANA, "case.confirm", str(number))
    assert "belongs to somebody else" in stranger.text


async def test_each_case_can_have_its_own_number_of_days(
    room: Room, store: Store, clock: Clock
) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    assert "7 to 3650" in (await room.say(STEWARD, f"case {number} review 3")).text
    assert "Only the stewards" in (await room.say(ANA, f"case {number} review 30")).text
    await room.say(STEWARD, f"case {number} review 30")
    clock.forward(31 * DAY)
    await look(room.core)
    assert read(store, number).stage is ReviewStage.DUE
    await room.press(STEWARD, "case.confirm", str(number))
    assert store.read(lambda session: review_cycle.days_of(session, number)) == 30


async def test_the_author_is_asked_once_and_may_confirm(
    room: Room, store: Store, clock: Clock
) -> None:
    author = admit(store, expert("Ana"), ANA)
    numbers = publish(store, case(TITLE, TEXT), case("Street sensors", "x"), author_id=author)
    clock.forward(91 * DAY)
    await look(room.core)
    await look(room.core)
    ((key, reply),) = messages(store)
    assert key == ANA.key
    assert "2 cases that you wrote" in reply.text
    assert labels(reply) == ["Still true", "Something changed"]
    await room.press(ANA, "case.confirm", str(numbers[0]))
    assert read(store, numbers[0]).stage is ReviewStage.CURRENT
    assert read(store, numbers[1]).stage is ReviewStage.DUE


@pytest.mark.parametrize("gone", ["left", "paused", "off", "erased"])
async def test_an_author_who_wants_peace_is_not_asked(
    room: Room, store: Store, clock: Clock, gone: str
) -> None:
    author = admit(store, expert("Ana"), ANA)
    publish(store, case(TITLE, TEXT), author_id=author)
    await _go(room, store, author, gone)
    clock.forward(91 * DAY)
    await look(room.core)
    assert messages(store) == []


@pytest.mark.parametrize("gone", ["left", "paused", "off", "erased"])
async def test_what_waits_to_be_sent_goes_with_them(
    room: Room, store: Store, clock: Clock, gone: str
) -> None:
    author = admit(store, expert("Ana"), ANA)
    publish(store, case(TITLE, TEXT), author_id=author)
    clock.forward(91 * DAY)
    await look(room.core)
    assert len(messages(store)) == 1
    await _go(room, store, author, gone)
    assert messages(store) == []


async def test_processes_move_a_case_on_once(store: Store, clock: Clock) -> None:
    author = admit(store, expert("Ana"), ANA)
    publish(store, case(TITLE, TEXT), author_id=author)
    clock.forward(1_000 * DAY)
    others = [Database(store) for _ in range(3)]
    features = [ReviewCycle(database=database, clock=clock) for database in others]
    await asyncio.gather(*(feature.move_on() for feature in features))
    for database in others:
        database.close()
    assert len(messages(store)) == 1
    stages = store.read(lambda session: session.exec(select(CaseReview.stage)).all())
    assert list(stages) == [ReviewStage.DUE]


async def test_a_report_reaches_stewards_and_its_outcome_the_reader(
    room: Room, store: Store
) -> None:
    admit(store, expert("Ana"), ANA)
    author = admit(store, expert("Ben"), BEN)
    (number,) = publish(store, case(TITLE, TEXT), author_id=author)
    assert "Report a problem" in labels(await room.say(ANA, f"case {number}"))
    asked = await room.press(ANA, "case.flag", str(number))
    assert asked.form is not None
    wrong = await room.submit(ANA, "case.flag", {"kind": "silly", "reason": ""}, str(number))
    assert set(wrong.errors) == {"kind", "reason"}
    values = {"kind": "outdated", "reason": "The law changed in 2025."}
    await room.submit(ANA, "case.flag", values, str(number))
    again = await room.submit(ANA, "case.flag", values, str(number))
    assert "reported case" in again.text
    assert "open since" in spoken(await room.say(ANA, f"case {number}"))
    queue = await room.say(STEWARD, "queue")
    assert "The law changed in 2025." in spoken(queue)
    assert "Ana" not in spoken(queue)
    first, second = await asyncio.gather(
        *(
            room.submit(STEWARD, "flag.resolve", {"note": "Corrected, thank you."}, "1")
            for _ in range(2)
        )
    )
    assert sorted("answered already" in reply.text for reply in (first, second)) == [False, True]
    ((key, outcome),) = messages(store)
    assert key == ANA.key
    assert "Corrected, thank you." in spoken(outcome)
    assert "answered on" in spoken(await room.say(ANA, f"case {number}"))
    assert "Your report" not in spoken(await room.say(BEN, f"case {number}"))
    await room.submit(ANA, "case.flag", values, str(number))
    assert len(store.read(lambda session: session.exec(select(Flag)).all())) == 2


async def test_only_those_who_take_part_report(room: Room, store: Store) -> None:
    (number,) = publish(store, case(TITLE, TEXT))
    admit(store, expert("Ana"), ANA, MemberStatus.UNVERIFIED)
    assert "Report a problem" not in labels(await room.say(ANA, f"case {number}"))
    assert "approved members" in (await room.press(ANA, "case.flag", str(number))).text
    assert "approved members" in (await room.press(BEN, "case.flag", str(number))).text


async def test_reports_are_shown_exported_and_erased(room: Room, store: Store) -> None:
    member = admit(store, expert("Ana"), ANA)
    (number,) = publish(store, case(TITLE, TEXT))
    values = {"kind": "wrong", "reason": "It was never signed."}
    await room.submit(ANA, "case.flag", values, str(number))
    assert "It was never signed." in spoken(await room.say(ANA, "data show"))
    assert "It was never signed." in exported(await room.say(ANA, "data export"))
    store.write(lambda session: personal_data.erase(session, member, ""))
    assert store.read(lambda session: session.exec(select(Flag)).all()) == []


async def test_erasing_an_author_takes_their_name_out_of_former_versions(
    room: Room, store: Store
) -> None:
    member = admit(store, expert("Ana Ruiz", consents=()), ANA)
    (number,) = publish(store, case(TITLE, TEXT + " Ana Ruiz led it."), author_id=member)
    store.write(lambda session: cases.edit(session, number, case(TITLE, TEXT, key=TITLE)))
    assert len(store.read(lambda session: session.exec(select(CaseVersion)).all())) == 2
    store.write(lambda session: personal_data.erase(session, member, ""))
    left = store.read(lambda session: session.exec(select(CaseVersion)).all())
    assert ["Ana Ruiz" in version.text for version in left] == [False]
    assert read(store, number).state is CaseState.PUBLISHED


async def _go(room: Room, store: Store, member: int, how: str) -> None:
    if how == "off":
        await room.press(ANA, "news.off")
    elif how == "erased":
        store.write(lambda session: personal_data.erase(session, member, ""))
    else:
        status = MemberStatus.LEFT if how == "left" else MemberStatus.PAUSED
        store.write(lambda session: membership.set_status(session, member, status))


def _source_of(session: Session, number: int, title: str) -> None:
    found = cases.get(session, number)
    assert found is not None
    draft = cases.draft_of(found)
    cases.edit(session, number, replace(draft, source=replace(draft.source, title=title)))


async def test_two_profiles_of_one_person_have_one_open_report(room: Room, store: Store) -> None:
    one, other = admit(store, expert("Ana"), ANA), admit(store, expert("Ben"), BEN)
    first, second = publish(store, case(TITLE, TEXT), case("Street sensors", "x"))
    values = {"kind": "wrong", "reason": "It was never signed."}
    for who, number in ((ANA, first), (BEN, first), (BEN, second)):
        await room.submit(who, "case.flag", values, str(number))
    await room.say(BEN, "news off")

    def join(session: Session) -> None:
        stays, goes = members.get(session, one), members.get(session, other)
        assert stays is not None
        assert goes is not None
        lifecycle_merge.merge(session, stays, goes)

    store.write(join)
    left = store.read(lambda session: session.exec(select(Flag)).all())
    assert sorted((flag.member_id, flag.case_id) for flag in left) == [(one, first), (one, second)]
    again = await room.submit(BEN, "case.flag", values, str(second))
    assert "reported case" in again.text
    assert "do not write" in (await room.say(ANA, "news")).text
