"""From a question to a person: asked one at a time, in private, with everybody's consent."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.app import Core, build
from bot.contract import Button, Person, Reply
from bot.messaging import serialization
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.introductions import eligibility
from knowledge.introductions.tables import Introduction, Request
from knowledge.lifecycle import membership, merge, personal_data
from knowledge.members import accounts, contacts, members
from knowledge.members.accounts import AccountView
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.vocabulary import (
    Community,
    ContactKind,
    IntroductionState,
    MemberStatus,
    Purpose,
    QuestionState,
    RequestState,
)
from tests.support.community import EXPERT, NAMED, Room, admit, expert, exported, person, spoken
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock

ASK = "registers of addresses for the census"
OFFER = "registers of addresses and the census"
ANA, BO, CY, DEE = person("ana"), person("bo"), person("cy"), person("dee")
FORM = {
    "question": ASK,
    "context": "We have two registers that disagree.",
    "languages": "en, es",
    "urgency": "WEEKS",
    "shown": "HIDDEN",
}
STATE = IntroductionState


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
    """Ana, who asks, and three who can help: Bo fits best."""
    asker = expert(
        "Ana Ruiz",
        community=Community.CITY,
        consents=(),
        role="Chief Data Officer",
        organisation="Ayuntamiento de León",
        contact_line="ana@leon.example",
    )
    admit(store, asker, ANA)
    admit(store, helper("Bo Berg", OFFER + " " + ASK), BO)
    admit(store, helper("Cy Lund", OFFER), CY)
    admit(store, helper("Dee Moe", "registers of addresses"), DEE)
    return room


def helper(name: str, offer: str, **facts: object):  # type: ignore[no-untyped-def]
    """A statistician who agreed to be asked, with a contact line."""
    known = {"organisation": f"Office of {name}", "contact_line": f"{name[:2]}@stat.example"}
    return expert(name, offer, **{**known, **facts})  # type: ignore[arg-type]


def rows(store: Store) -> list[Introduction]:
    def body(session: Session) -> list[Introduction]:
        return list(session.scalars(select(Introduction).order_by(col(Introduction.id))))

    return store.read(body)


def states(store: Store) -> list[str]:
    return [row.state.value for row in rows(store)]


def request(store: Store, number: int = 1) -> Request:
    def body(session: Session) -> Request:
        row = session.get(Request, number)
        assert row is not None
        return row

    return store.read(body)


def posted(store: Store, who: Person | None = None) -> list[Reply]:
    """What waits to be sent, to one person where given."""

    def body(session: Session) -> list[Reply]:
        found = session.scalars(select(Delivery).order_by(col(Delivery.id)))
        return [
            serialization.reply_from_json(row.reply)
            for row in found
            if row.reply and (who is None or row.channel == who.user_id)
        ]

    return store.read(body)


def button(reply: Reply, label: str) -> Button:
    buttons = [*reply.buttons, *(one for card in reply.cards for one in card.buttons)]
    return next(one for one in buttons if one.label == label)


async def press(room: Room, who: Person, reply: Reply, label: str) -> Reply:
    found = button(reply, label)
    return await room.press(who, found.action, found.subject)


async def hand_over(room: Room, who: Person = ANA, form: Mapping[str, str] = FORM) -> Reply:
    """Ask, open the form, fill it in, look at the preview, and send."""
    answer = await room.say(who, ASK)
    opened = await press(room, who, answer, "Ask an expert")
    assert opened.form is not None
    shown = await room.submit(who, opened.form.action, form, opened.form.subject)
    return await press(room, who, shown, "Send")


def member(store: Store, who: Person) -> int:
    found = store.read(
        lambda session: members.by_account(session, who.platform, who.workspace, who.user_id)
    )
    assert found is not None
    return found.id


async def test_the_whole_way_to_one_anothers_cards(store: Store, town: Room) -> None:
    answer = await town.say(ANA, ASK)
    opened = await press(town, ANA, answer, "Ask an expert")
    assert opened.form is not None
    assert opened.form.fields[0].value == ASK
    shown = await town.submit(ANA, opened.form.action, FORM, opened.form.subject)
    assert "Nothing is sent yet" in shown.text
    assert "ana@leon.example" in shown.text
    assert not posted(store)
    sent = await press(town, ANA, shown, "Send")
    assert "With expert 1 of 3. Asked again on Thursday, November 26." in sent.text
    assert "4 more requests" in sent.text
    (proposal,) = posted(store)
    assert posted(store, BO) == [proposal]
    # What Bo reads is what Ana was shown, and nobody's name.
    preview, real = shown.cards[0], proposal.cards[0]
    assert real.body == preview.body
    assert set(preview.facts) < set(real.facts)
    said = spoken(proposal)
    assert "Ana" not in said
    assert "León" not in said
    assert "We have two registers that disagree." in said
    assert "you offer _registers of addresses and the census" in said
    assert "Please answer by Thursday, November 26" in said
    assert "If you accept, they see: Bo Berg, Statistician, Office of Bo Berg" in said
    met = await press(town, BO, proposal, "Accept")
    assert "Ana Ruiz" in spoken(met)
    assert "ana@leon.example" in spoken(met)
    assert met.lasting
    assert posted(store, BO) == []
    # A room for both is on its way; without one each is told in private, with a card.
    rooms, at = town.core.conversations, datetime(2026, 11, 23, 12, tzinfo=UTC)
    store.write(lambda session: rooms.room(session, "conversation:1", None, at))
    (told,) = posted(store, ANA)
    assert "Bo Berg" in spoken(told)
    assert "Bo@stat.example" in spoken(told)
    assert "Ana Ruiz" in spoken(posted(store, BO)[0])
    assert states(store) == ["CONNECTED"]
    assert request(store).state is RequestState.CONNECTED
    assert request(store).due_at is None
    assert "An expert has accepted" in spoken(await town.say(ANA, "questions 1"))
    again = await press(town, BO, proposal, "Accept")
    assert spoken(again) == spoken(met)
    assert len(posted(store, ANA)) == 1


async def test_words_do_what_the_buttons_do(store: Store, town: Room) -> None:
    await town.say(ANA, ASK)
    opened = await town.say(ANA, "handoff 1")
    assert opened.form is not None
    shown = await town.submit(ANA, opened.form.action, FORM, opened.form.subject)
    await press(town, ANA, shown, "Send")
    assert "goes on to somebody else" in (await town.say(BO, "decline 1 busy")).text
    assert "Ana Ruiz" in spoken(await town.say(CY, "accept 1"))
    assert states(store) == ["DECLINED", "CONNECTED"]


async def test_a_refusal_is_not_told_and_the_next_is_asked(store: Store, town: Room) -> None:
    await hand_over(town)
    (proposal,) = posted(store, BO)
    await press(town, BO, proposal, "Not now")
    assert posted(store, ANA) == []
    assert len(posted(store, CY)) == 1
    how = spoken(await town.say(ANA, "questions 1"))
    assert "With expert 2 of 3" in how
    assert "Bo" not in how
    assert "declin" not in how.casefold()
    await press(town, BO, proposal, "Not now")
    late = await press(town, BO, proposal, "Accept")
    assert "does not wait for you any more" in late.text
    assert "Ana" not in spoken(late)
    assert states(store) == ["DECLINED", "PROPOSED"]


async def test_a_line_that_ends_says_what_can_be_done(store: Store, town: Room) -> None:
    await hand_over(town)
    for who in (BO, CY, DEE):
        await town.say(who, "decline 1")
    (told,) = posted(store, ANA)
    assert "none of those I could ask" in told.text
    assert {one.action for one in told.buttons} <= set(town.core.dispatcher.actions)
    assert request(store).state is RequestState.ENDED
    question = store.read(lambda session: questions.get(session, 1))
    assert question is not None
    assert question.state is QuestionState.OPEN
    refused = await town.say(ANA, "handoff 1")
    assert "handed over already" in refused.text


async def test_a_reminder_then_the_next_in_line(store: Store, town: Room, clock: Clock) -> None:
    await hand_over(town)
    assert rows(store)[0].remind_at == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert rows(store)[0].due_at == datetime(2026, 11, 26, 17, tzinfo=UTC)
    clock.now = datetime(2026, 11, 26, 8, 59, tzinfo=UTC)
    assert await town.core.introductions.tick() == 0
    clock.now = datetime(2026, 11, 26, 9, 1, tzinfo=UTC)
    assert await town.core.introductions.tick() == 1
    assert await town.core.introductions.tick() == 0
    first, second = posted(store, BO)
    assert "This is the only reminder" in second.text
    assert "An answer is expected by Thursday" in spoken(await town.say(ANA, "questions 1"))
    clock.now = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert await town.core.introductions.tick() == 1
    assert states(store) == ["EXPIRED", "PROPOSED"]
    # What was not sent in time is not sent any more, and its button says so kindly.
    assert posted(store, BO) == []
    assert "does not wait for you any more" in (await press(town, BO, first, "Accept")).text


async def test_after_a_long_sleep_everything_is_caught_up_with_once(
    store: Store, town: Room, clock: Clock
) -> None:
    await hand_over(town)
    clock.forward(timedelta(days=15))
    await town.core.introductions.tick()
    assert states(store) == ["EXPIRED", "PROPOSED"]
    assert len(posted(store, BO)) == 0
    assert len(posted(store, CY)) == 1
    assert rows(store)[1].due_at > clock.now


async def test_nobody_is_woken_up_by_a_reminder(store: Store, town: Room, clock: Clock) -> None:
    await hand_over(town)
    await town.say(BO, "hours 13-17 UTC")
    clock.now = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    await town.core.introductions.tick()
    assert len(posted(store, BO)) == 1
    assert request(store).due_at == datetime(2026, 11, 26, 13, tzinfo=UTC)
    clock.now = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    await town.core.introductions.tick()
    assert len(posted(store, BO)) == 2


async def test_pausing_drops_what_waits_and_lasts_until_they_come_back(
    store: Store, town: Room
) -> None:
    await hand_over(town)
    (proposal,) = posted(store, BO)
    paused = await press(town, BO, proposal, "Pause me")
    assert "You are paused" in paused.text
    assert posted(store, BO) == []
    assert states(store) == ["DECLINED", "PROPOSED"]
    assert len(posted(store, CY)) == 1
    admit(store, expert("Eve", consents=()), person("eve"))
    await hand_over(town, person("eve"))
    assert posted(store, BO) == []
    assert "paused" in (await town.say(BO, "profile")).text
    assert "Welcome back" in (await press(town, BO, paused, "Take part again")).text
    assert "not paused" in (await town.say(BO, "resume")).text
    admit(store, expert("Fay", consents=()), person("fay"))
    await hand_over(town, person("fay"))
    assert len(posted(store, BO)) == 1


@pytest.mark.parametrize("how", ["leave", "erase", "consent be_asked no", "consent all no"])
async def test_whoever_goes_is_never_contacted_again(store: Store, town: Room, how: str) -> None:
    await hand_over(town)
    assert len(posted(store, BO)) == 1
    if how == "leave":
        await press(town, BO, await town.say(BO, "leave"), "Leave the community")
    elif how == "erase":
        await town.say(BO, "data erase everything")
    else:
        await town.say(BO, how)
    assert posted(store, BO) == []
    await town.core.introductions.tick()
    assert posted(store, BO) == []
    assert len(posted(store, CY)) == 1
    assert states(store) == ["DECLINED", "PROPOSED"]
    assert "With expert 2 of 3" in spoken(await town.say(ANA, "questions 1"))


async def test_a_suggested_member_is_asked_next(store: Store, town: Room) -> None:
    admit(store, helper("Flo Eik", "prices"), person("flo"))
    await hand_over(town)
    (proposal,) = posted(store, BO)
    opened = await press(town, BO, proposal, "Suggest someone")
    assert opened.form is not None
    form = opened.form
    for name, why in (
        ("Nobody Here", "no member with that name"),
        ("", "fill this in"),
        ("Ana Ruiz", "no member with that name"),
        ("Bo Berg", "cannot be asked about it"),
    ):
        refused = await town.submit(BO, form.action, {"name": name}, form.subject)
        assert why in refused.text
        assert refused.errors
    assert states(store) == ["PROPOSED"]
    done = await town.submit(BO, form.action, {"name": "flo  EIK"}, form.subject)
    assert "asked next" in done.text
    (asked,) = posted(store, person("flo"))
    assert "somebody who was asked before suggested you" in spoken(asked)
    assert "Bo" not in spoken(asked)
    again = await town.submit(BO, form.action, {"name": "Cy Lund"}, form.subject)
    assert "does not wait for you any more" in again.text
    assert states(store) == ["DECLINED", "PROPOSED"]


async def test_somebody_unnamed_is_not_found_by_name(store: Store, town: Room) -> None:
    admit(store, helper("Gil Ask", "prices", consents=EXPERT), person("gil"))
    admit(store, helper("Flo Eik", "prices"), person("flo"))
    other = helper("Flo Eik", "prices", organisation="Elsewhere")
    admit(store, replace(other, key="other"), person("flo2"))
    await hand_over(town)
    refused = await town.submit(BO, "introduction.suggest", {"name": "Gil Ask"}, "1")
    assert "no member with that name" in refused.text
    two = await town.submit(BO, "introduction.suggest", {"name": "Flo Eik"}, "1")
    assert "More than one member" in two.text
    await town.submit(BO, "introduction.suggest", {"name": "Flo Eik, elsewhere"}, "1")
    assert len(posted(store, person("flo2"))) == 1


def note_contact(session: Session, number: int, at: datetime) -> None:
    contacts.record(session, number, ContactKind.INTRODUCTION, at)


def take_leave(session: Session, key: str) -> None:
    found = members.by_key(session, key)
    assert found is not None
    membership.set_status(session, found.id, MemberStatus.LEFT)


async def test_capacity_is_kept_and_the_request_waits_for_it(
    store: Store, town: Room, clock: Clock
) -> None:
    ids = {who.user_id: member(store, who) for who in (BO, CY, DEE)}
    for number in ids.values():
        for days in (0, 1, 2):
            at = clock.now - timedelta(days=6 - days)
            store.write(partial(note_contact, number=number, at=at))
    sent = await hand_over(town)
    assert posted(store) == []
    assert "have enough requests at present" in sent.text
    assert "Tuesday, November 24" in sent.text
    clock.forward(timedelta(hours=23))
    assert await town.core.introductions.tick() == 0
    clock.forward(timedelta(hours=1, seconds=1))
    assert await town.core.introductions.tick() == 1
    assert len(posted(store)) == 1


async def test_an_own_number_wins_over_the_default(store: Store, town: Room) -> None:
    await town.say(BO, "capacity 1")
    admit(store, expert("Eve", consents=()), person("eve"))
    await hand_over(town)
    await hand_over(town, person("eve"))
    assert len(posted(store, BO)) == 1
    assert len(posted(store, CY)) == 1


async def test_five_requests_at_a_time(store: Store, town: Room) -> None:
    for who in (BO, CY, DEE):
        await town.say(who, "capacity 20")
    for _ in range(5):
        sent = await hand_over(town)
    assert "no more requests" in sent.text
    answer = await town.say(ANA, ASK)
    refused = await press(town, ANA, answer, "Ask an expert")
    assert "You have 5 requests open, which is the most" in refused.text
    await town.say(ANA, "withdraw 1")
    assert (await press(town, ANA, answer, "Ask an expert")).form is not None


async def test_taking_a_question_back_ends_the_request(store: Store, town: Room) -> None:
    await hand_over(town)
    (proposal,) = posted(store, BO)
    await town.say(ANA, "withdraw 1")
    assert posted(store, BO) == []
    for label in ("Accept", "Not now", "Suggest someone"):
        assert "does not wait for you any more" in (await press(town, BO, proposal, label)).text
    assert states(store) == ["WITHDRAWN"]
    assert request(store).state is RequestState.WITHDRAWN
    await town.core.introductions.tick()
    assert posted(store) == []


async def test_an_asker_who_erases_takes_the_question_along(store: Store, town: Room) -> None:
    await hand_over(town)
    (proposal,) = posted(store, BO)
    await town.say(ANA, "data erase everything")
    assert posted(store) == []
    assert rows(store) == []
    late = await press(town, BO, proposal, "Accept")
    assert "does not wait for you any more" in late.text
    assert spoken(await town.say(BO, "requests")).startswith("No request waits for you")


async def test_only_approved_members_ask_and_only_when_somebody_can_be_asked(
    store: Store, town: Room
) -> None:
    stranger = person("stranger")
    answer = await town.say(stranger, ASK)
    assert "Ask an expert" not in spoken(answer)
    assert "for members" in (await town.press(stranger, "handoff.form", "1")).text
    admit(store, expert("Una", consents=()), person("una"), MemberStatus.UNVERIFIED)
    await town.say(person("una"), ASK)
    assert "a steward has approved" in (await town.say(person("una"), "handoff 2")).text
    # Those whom no account reaches are shown, and cannot be asked.
    for who in (BO, CY, DEE):
        await town.say(who, "consent be_asked no")
    admit(store, helper("Hal", OFFER))
    answer = await town.say(ANA, ASK)
    assert "Ask an expert" not in spoken(answer)
    assert "nobody whom I could ask" in (await town.say(ANA, "handoff 3")).text


async def test_nobody_answers_or_sends_for_another(store: Store, town: Room) -> None:
    await hand_over(town)
    for who in (CY, DEE, ANA):
        reply = await town.press(who, "introduction.accept", "1")
        assert "does not wait for you" in reply.text
        assert "registers" not in spoken(reply)
    for action in ("handoff.form", "handoff.send"):
        reply = await town.press(CY, action, "1")
        assert "no question 1 of yours" in reply.text
    for subject in ("", "x", "²", "1" * 40):
        assert "no request" in (await town.press(BO, "introduction.accept", subject)).text
    assert states(store) == ["PROPOSED"]


async def test_only_what_was_shown_is_sent(store: Store, town: Room) -> None:
    await town.say(ANA, ASK)
    values = {**FORM, "shown": "NAMED"}
    shown = await town.submit(ANA, "handoff.form", values, "1")
    other = await town.submit(ANA, "handoff.form", {**values, "context": "Other words"}, "1")
    stale = await press(town, ANA, shown, "Send")
    assert "Something has changed" in stale.text
    assert "Other words" in spoken(stale)
    assert posted(store) == []
    await press(town, ANA, other, "Send")
    (proposal,) = posted(store)
    assert "Ana Ruiz, Chief Data Officer, Ayuntamiento de León" in spoken(proposal)
    twice = await press(town, ANA, other, "Send")
    assert "With expert 1 of 3" in twice.text
    assert len(posted(store)) == 1


async def test_a_description_that_too_few_fit_says_less(store: Store, town: Room) -> None:
    for number in range(5):
        peer = expert(
            f"P{number}", community=Community.CITY, consents=(), role="Chief Data Officer"
        )
        admit(store, peer)
    await town.say(ANA, ASK)
    shown = await town.submit(ANA, "handoff.form", {**FORM, "shown": "ROLE"}, "1")
    assert "Chief Data Officer, Mexico" in spoken(shown)
    await press(town, ANA, shown, "Send")
    for number in range(5):
        store.write(partial(take_leave, key=f"P{number}"))
    await town.say(BO, "decline 1")
    (proposal,) = posted(store, CY)
    assert "Chief Data Officer" not in spoken(proposal)
    assert "A member of this community" in spoken(proposal)


async def test_faulty_fields_are_asked_again(store: Store, town: Room) -> None:
    await town.say(ANA, ASK)
    values = {"question": "", "languages": "klingonisch", "shown": ""}
    refused = await town.submit(ANA, "handoff.form", values, "1")
    assert set(refused.errors) == {"question", "languages", "shown"}
    assert refused.form is not None
    assert posted(store) == []


async def test_a_member_is_written_to_where_they_were_last(
    store: Store, town: Room, clock: Clock
) -> None:
    terminal = Person("console", "local", "bo", "bo")
    other = Person("other", "G", "bo-there", "Bo", locale="es")
    number = member(store, BO)
    for who in (terminal, other):
        account = AccountView(who.platform, who.workspace, who.user_id, who.name, who.locale)
        store.write(partial(accounts.keep, member_id=number, account=account))
    clock.forward(timedelta(days=9_000))  # accounts are as old as the machine's own clock says
    await town.say(other, "status")
    clock.forward(timedelta(hours=1))
    await town.say(terminal, "status")
    await hand_over(town)
    assert posted(store, BO) == []
    (proposal,) = posted(store, other)
    assert "Solicitud 1" in proposal.cards[0].title
    assert await town.core.introductions.anything_for(terminal)


async def test_in_the_terminal_alone(store: Store, room: Room) -> None:
    ana, bo = Person("console", "local", "ana", "ana"), Person("console", "local", "bo", "bo")
    asker = expert("Ana Ruiz", consents=(), contact_line="ana@leon.example")
    admit(store, asker, ana)
    admit(store, helper("Bo Berg", OFFER), bo)
    await hand_over(room, ana)
    assert posted(store) == []
    assert await room.core.introductions.anything_for(bo)
    assert not await room.core.introductions.anything_for(ana)
    waiting = await room.say(bo, "requests")
    assert waiting.text == "One request waits for your answer."
    await press(room, bo, waiting, "Accept")
    assert await room.core.introductions.anything_for(ana)
    told = spoken(await room.say(ana, "requests"))
    assert "An expert has accepted" in told
    assert "Bo@stat.example" in told
    assert not await room.core.introductions.anything_for(ana)


async def test_two_processes_act_once(store: Store, town: Room, clock: Clock) -> None:
    await hand_over(town)
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    second = Store(str(store.url))
    beside = build(settings, second, HashEncoder(), clock=clock)
    try:
        clock.now = datetime(2026, 11, 26, 10, tzinfo=UTC)
        await beside.introductions.tick()
        await town.core.introductions.tick()
        assert len(posted(store, BO)) == 2
        there = Room(beside)
        one, other = (
            await town.say(BO, "decline 1"),
            await there.press(BO, "introduction.accept", "1"),
        )
        assert "goes on to somebody else" in one.text
        assert "does not wait for you any more" in other.text
        assert states(store) == ["DECLINED", "PROPOSED"]
    finally:
        beside.close()


async def test_data_show_export_and_erase(store: Store, town: Room) -> None:
    await hand_over(town)
    shown = spoken(await town.say(ANA, "data show"))
    assert "We have two registers that disagree." in shown
    assert "Bo" not in shown
    theirs = spoken(await town.say(BO, "data show"))
    assert "request 1" in theirs.casefold()
    assert "disagree" not in theirs
    assert "disagree" in exported(await town.say(ANA, "data export"))
    assert "proposed" in exported(await town.say(BO, "data export"))


async def test_two_members_who_are_one_do_not_ask_themselves(store: Store, town: Room) -> None:
    await hand_over(town)
    ana, bo = member(store, ANA), member(store, BO)

    def join(session: Session) -> None:
        one, other = members.get(session, ana), members.get(session, bo)
        assert one is not None
        assert other is not None
        merge.merge(session, one, other)

    store.write(join)
    assert posted(store, BO) == []
    await town.core.introductions.tick()
    assert states(store) == ["DECLINED", "PROPOSED"]
    assert len(posted(store, CY)) == 1


async def test_private_words_reach_nobody_but_the_one_asked(
    store: Store, town: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    words = {**FORM, "question": f"{ASK} markerquestion", "context": "markercontext"}
    await hand_over(town, form=words)
    await town.say(BO, "decline 1 markerreason")
    await town.say(CY, "requests")
    for who in (DEE, person("stranger")):
        for said in ("requests", "questions", "data show", "accept 1", "status"):
            assert "marker" not in spoken(await town.say(who, said))
    asked = {BO.user_id: 0, CY.user_id: 0}

    def body(session: Session) -> None:
        for row in session.scalars(select(Delivery)):
            if "markerquestion" in row.reply or "markercontext" in row.reply:
                asked[row.channel] += 1
            assert "markerreason" not in row.reply

    store.read(body)
    assert asked == {BO.user_id: 0, CY.user_id: 1}
    assert "marker" not in caplog.text
    await town.say(CY, "accept 1")
    for told in posted(store, ANA):
        assert "markercontext" not in spoken(told)


async def test_erasing_leaves_no_trace_of_the_expert(store: Store, town: Room) -> None:
    await hand_over(town)
    bo = member(store, BO)
    store.write(lambda session: personal_data.erase(session, bo, ""))
    assert [row.expert_id for row in rows(store)] == [None]
    assert store.read(lambda session: contacts.of_member(session, bo)) == []


async def test_whoever_snoozes_is_not_asked_and_the_request_goes_on(
    store: Store, town: Room
) -> None:
    await hand_over(town)
    assert "Request 1" in [card.title for card in (await town.open(BO)).cards]
    await town.say(BO, "snooze until 2027-01-10")
    assert posted(store, BO) == []
    assert "Request 1" not in [card.title for card in (await town.open(BO)).cards]
    await town.core.introductions.tick()
    assert states(store) == ["DECLINED", "PROPOSED"]
    assert posted(store, BO) == []
    await town.say(CY, "snooze until 2027-01-10")
    await town.say(DEE, "snooze until 2027-01-10")
    await town.core.introductions.tick()
    assert request(store).state is RequestState.ENDED


async def test_an_account_that_is_gone_is_not_written_to(store: Store, town: Room) -> None:
    bo = member(store, BO)
    store.write(
        lambda session: accounts.leave(session, BO.platform, BO.workspace, BO.user_id, Clock()())
    )
    assert store.read(lambda session: accounts.latest(session, bo)) is None
    await hand_over(town)
    assert posted(store, BO) == []
    assert bo not in {row.expert_id for row in rows(store)}


async def test_equally_good_experts_take_turns(store: Store, room: Room) -> None:
    admit(store, expert("Ana", consents=()), ANA)
    for who in (BO, CY, DEE):
        admit(store, helper(who.name, OFFER, consents=NAMED, capacity=20), who)
    for number in range(1, 4):
        await hand_over(room)
        await room.say(ANA, f"withdraw {number}")
    asked = {row.expert_id for row in rows(store)}
    assert len(asked) == 3


def test_who_agreed_to_be_asked(store: Store) -> None:
    number = admit(store, expert("Bo", consents={Purpose.BE_EXPERT}))
    found = store.read(lambda session: members.get(session, number))
    assert found is not None
    assert not eligibility.may_be_asked(found, Clock()())
