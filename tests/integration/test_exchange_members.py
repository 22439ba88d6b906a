"""What members and stewards do around a round: lock, pause, come late, report, stay unnamed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.contract import Person, Place, PlaceKind, Reply
from bot.messaging import outbox, serialization
from knowledge.conversations import conversations
from knowledge.database.store import Store
from knowledge.exchange import programmes
from knowledge.exchange.states import PairingState, RoundState
from knowledge.lifecycle import membership
from knowledge.members import accounts, audit, contacts, members
from knowledge.members.accounts import AccountView
from knowledge.members.tables import Account
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Community, ConversationState, DeliveryKind, MemberStatus, Purpose
from tests.integration.test_exchange import DAY, HALL, PAIRED, STEWARD, Exchange
from tests.support.community import Room, actions, admit, expert, spoken

SOON = timedelta(minutes=3)
ON = datetime(2030, 1, 1, tzinfo=UTC)
"""Later than any account was made, by whichever clock."""
LATE = Person("chat", "W", "late", "Late Comer")


@pytest.fixture
def made(store: Store) -> Iterator[Callable[..., Exchange]]:
    found: list[Exchange] = []

    def make(cities: int, offices: int, **rules: object) -> Exchange:
        found.append(Exchange(store, cities, offices, **rules))
        return found[-1]

    yield make
    for each in found:
        each.close()


def written(here: Exchange, who: Person) -> list[Reply]:
    """What was written to somebody alone, the oldest first."""
    rows = here.store.read(
        lambda session: session.exec(
            select(Delivery.reply).where(Delivery.account_key == who.key).order_by("id")
        ).all()
    )
    return [serialization.reply_from_json(row) for row in rows if row]


def posted(here: Exchange) -> list[str]:
    """What the channel of the programme read."""
    rows = here.store.read(
        lambda session: session.exec(
            select(Delivery.reply).where(Delivery.channel == "hall").order_by("id")
        ).all()
    )
    return [serialization.reply_from_json(row).text for row in rows]


def change(here: Exchange, **values: object) -> None:
    here.store.write(lambda session: programmes.change(session, here.programme.id, **values))


def gathered(here: Exchange) -> None:
    """Everybody has an account in one workspace, so that a group gets a room."""

    def move(session: Session) -> None:
        for row in session.exec(select(Account).where(Account.platform == "talk")):
            row.platform, row.workspace = "chat", "W"
            session.add(row)

    here.store.write(move)
    for number, who in here.people.items():
        here.people[number] = replace(who, platform="chat", workspace="W")


def newcomer(here: Exchange, community: Community = Community.CITY, **facts: object) -> int:
    draft = expert(
        LATE.name,
        "late offers",
        community=community,
        consents=PAIRED,
        organisation="Late Office",
        **facts,  # type: ignore[arg-type]
    )
    return admit(here.store, draft, LATE)


async def next_round(here: Exchange) -> None:
    due = here.store.read(lambda session: programmes.listed(session)[0].next_due_at)
    assert due is not None
    here.clock.now = due + timedelta(minutes=1)
    await here.tick()


async def test_a_steward_puts_two_together_and_a_rule_refuses(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    await here.tick()
    first, second = (list(each) for each in here.last().plan.groups)
    pair = [first[0], second[0]]
    crossing = [first[0], next(n for n in second if n not in first)]
    shown = await here.room.say(STEWARD, f"round lock Bridges #{pair[0]} #{pair[1]}")
    assert shown.cards
    assert sorted(pair) in [sorted(each) for each in here.last().plan.groups]
    await here.room.say(here.people[crossing[0]], f"pair avoid #{second[1]}")
    before = here.last().plan.groups
    refused = await here.room.say(STEWARD, f"round lock Bridges #{crossing[0]} #{second[1]}")
    assert "cannot be done" in refused.text
    nobody = await here.room.say(STEWARD, f"round lock Bridges #{pair[0]} #999")
    assert "cannot be done" in nobody.text
    assert here.last().plan.groups == before
    acts = here.store.read(lambda session: [each.act for each in audit.recent(session)])
    assert acts == ["round.lock"]
    await here.tick(forward=SOON)
    assert frozenset(pair) in {frozenset(each.members) for each in here.groups()}


async def test_rounds_are_announced_where_a_steward_says_and_only_there(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    elsewhere = await here.room.say(STEWARD, "programme here Bridges")
    assert "in the channel" in elsewhere.text
    listed = await here.room.say(STEWARD, "programme")
    assert "programme.here" not in set(actions(listed))
    hall = Room(here.core, HALL)
    for _ in range(2):  # said again, it is said again
        said = await hall.say(STEWARD, "programme here Bridges")
        assert "Rounds are announced in this channel" in said.text
    (card,) = (await hall.say(STEWARD, "programme")).cards
    ends = next(button for button in card.buttons if button.action == "programme.here")
    assert ends.label == "No longer announce here"
    for _ in range(2):
        off = await hall.press(STEWARD, ends.action, ends.subject)
        assert "No channel hears of it" in off.text
    (begins,) = (each for each in off.cards[0].buttons if each.action == "programme.here")
    assert begins.label == "Announce here"
    on = await hall.press(STEWARD, begins.action, begins.subject)
    assert "Rounds are announced in this channel" in on.text
    assert "No channel" in (await hall.say(STEWARD, "programme not here Bridges")).text
    thread = Room(here.core, Place("chat", "W", "hall", "t1", PlaceKind.THREAD))
    await thread.say(STEWARD, "programme here Bridges")
    await here.tick(forward=SOON)
    (announced,) = posted(here)
    assert "One group was brought together" in announced


async def test_saving_says_whether_the_channel_hears_of_rounds(
    made: Callable[..., Exchange],
) -> None:
    """A place in a thread, or one that hears more or less, is still the channel it is in."""
    here = made(1, 1)
    change(here, channels={"places": [serialization.place_to_json(HALL)]})
    for place in (HALL, replace(HALL, private=False), replace(HALL, kind=PlaceKind.THREAD)):
        hall = Room(here.core, replace(place, thread="t1", heard=False))
        saved = await hall.press(STEWARD, "programme.pause", str(here.programme.id))
        assert "Rounds are announced in this channel" in saved.text
    other = Room(here.core, replace(HALL, channel="elsewhere"))
    saved = await other.press(STEWARD, "programme.pause", str(here.programme.id))
    assert "Rounds are not announced in this channel" in saved.text


async def test_pausing_and_going_on_say_what_they_mean(made: Callable[..., Exchange]) -> None:
    """A button that was sent keeps saying pause, whatever it was called."""
    here = made(1, 1)
    number = str(here.programme.id)

    def paused() -> bool:
        return here.store.read(lambda session: programmes.listed(session)[0].paused)

    for _ in range(2):
        said = await here.room.say(STEWARD, "programme pause Bridges")
        assert paused()
        (button,) = [each for each in said.cards[0].buttons if each.label == "Go on"]
    pressed = await here.room.press(STEWARD, "programme.pause", number)
    assert pressed == said
    for _ in range(2):
        await here.room.press(STEWARD, button.action, button.subject)
        assert not paused()
    await here.room.say(STEWARD, "programme pause Bridges")
    await here.room.say(STEWARD, "programme resume Bridges")
    assert not paused()
    acts = here.store.read(lambda session: [each.act for each in audit.recent(session)])
    assert acts == ["programme.resume", "programme.pause"] * 2


async def test_everybody_reads_the_date_of_the_round_that_comes_next(
    made: Callable[..., Exchange],
) -> None:
    """A round that is previewed has not begun: it is the next one, not the one after it."""
    here = made(1, 1)
    due = here.programme.next_due_at
    assert due is not None
    said = f"The next round begins {{time:{int(due.timestamp())}}}."
    await here.tick()
    assert here.last().state is RoundState.PLANNED
    later = here.store.read(lambda session: programmes.listed(session)[0].next_due_at)
    assert later is not None
    assert later > due
    who = next(iter(here.people.values()))
    listed = await here.room.say(STEWARD, "programme")
    status = await here.room.say(who, "pair")
    joined = await here.room.say(who, "pair join Bridges")
    home = await here.room.open(who)
    paused = await here.room.press(STEWARD, "programme.pause", str(here.programme.id))
    assert said in listed.cards[0].body
    assert said in status.cards[0].body
    assert said in joined.text
    assert any(said in card.body for card in home.cards)
    assert "The next round begins" not in paused.cards[0].body
    assert "The next round begins" not in (await here.room.say(who, "pair")).cards[0].body


async def test_a_member_with_two_accounts_is_greeted_where_they_were_last(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    member, before = next(iter(here.people.items()))
    now = Person("talk", "V", "second", before.name)
    here.store.write(
        lambda session: accounts.keep(
            session, member, AccountView(now.platform, now.workspace, now.user_id, now.name)
        )
    )
    for who, hours in ((now, 1), (before, 2), (now, 3)):
        here.store.write(
            lambda session, who=who, hours=hours: accounts.used(  # type: ignore[misc]
                session,
                who.platform,
                who.workspace,
                who.user_id,
                ON + timedelta(hours=hours),
            )
        )
        found = here.store.read(lambda session: outbox.reachable(session, member))
        assert found is not None
        assert found.key == who.key
    await here.tick(forward=SOON)
    assert here.last().state is RoundState.ANNOUNCED
    assert written(here, now)
    assert not written(here, before)


async def test_leaving_without_a_name_leaves_the_only_programme_of_ones_own(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    here.store.write(
        lambda session: programmes.create(
            session,
            "Other",
            timetable=here.programme.timetable,
            rules=here.programme.rules,
            channels={"places": []},
        )
    )
    who = next(iter(here.people.values()))
    left = await here.room.say(who, "pair leave")
    assert "You take no part in Bridges any more" in left.text


async def test_nothing_goes_out_before_a_steward_sends_it(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    change(here, automatic=False, channels={"places": [serialization.place_to_json(HALL)]})
    everybody = {who.key for who in here.people.values()}
    await here.tick()
    preview = written(here, STEWARD)[0]
    assert "waits for a steward" in preview.text
    await here.tick(forward=SOON)
    await here.tick(forward=timedelta(hours=2))
    assert here.last().state is RoundState.PLANNED
    assert everybody.isdisjoint(here.told())
    assert posted(here) == []
    reminder = written(here, STEWARD)[1]
    assert "nobody has been told" in reminder.text
    send = next(button for button in reminder.buttons if button.action == "round.send")
    sent = await here.room.press(STEWARD, send.action, send.subject)
    assert "begins now" in sent.text
    assert here.last().state is RoundState.ANNOUNCED
    assert everybody < set(here.told())
    again = await here.room.press(STEWARD, send.action, send.subject)
    assert "Nothing was changed" in again.text


@pytest.mark.parametrize("way", ["consent be_paired no", "snooze until 2027-03-01"])
async def test_a_preview_that_waits_is_made_anew_without_whoever_stepped_back(
    made: Callable[..., Exchange], way: str
) -> None:
    here = made(2, 2)
    change(here, automatic=False)
    await here.tick()
    who = next(iter(here.people.values()))
    rests = f"{who.name}: takes no part this time"
    assert rests not in spoken(written(here, STEWARD)[-1])
    await here.room.say(who, way)
    assert written(here, STEWARD) == []
    await here.tick()
    (preview,) = written(here, STEWARD)
    assert rests in spoken(preview)


async def test_a_round_that_nobody_sends_is_skipped_and_stewards_hear_of_it_once(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    change(here, automatic=False)
    await here.tick(forward=SOON)
    beside = here.process()
    for _ in range(4):
        await here.tick(forward=DAY)
        await here.tick(beside)
    texts = [each.text for each in written(here, STEWARD)]
    assert ["was not sent" in text for text in texts[1:]] == [False, True]
    assert "next round begins" in texts[-1]
    assert here.last().state is RoundState.CANCELLED
    assert set(here.told()) == {STEWARD.key}
    await next_round(here)
    assert here.last().number == 2


async def test_every_second_round_and_a_skipped_one(made: Callable[..., Exchange]) -> None:
    here = made(2, 2)
    seldom, skips = list(here.people)[:2]
    assert "one round out of 2" in (await here.room.say(here.people[seldom], "pair every 2")).text
    await here.room.say(here.people[skips], "pair skip next")
    seen = []
    for _ in range(4):
        await next_round(here)
        seen.append({number for each in here.groups() for number in each.members})
    assert [seldom in each for each in seen] == [True, False, True, False]
    assert [skips in each for each in seen] == [False, True, True, True]
    preview = written(here, STEWARD)[-1].text
    assert "takes no part this time" in preview
    assert "less often" not in preview


async def test_a_pause_ends_by_itself_in_working_hours_and_says_so_once(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 1)
    number, who = next(iter(here.people.items()))
    until = (here.clock.now + 10 * DAY).date()
    said = await here.room.say(who, f"pair snooze until {until}")
    assert "back automatically" in said.text
    shown = await here.room.say(who, "pair status")
    assert "in no round until" in shown.cards[0].body
    for _ in range(2):
        await next_round(here)
        if here.clock.now.date() < until:
            assert number not in {n for each in here.groups() for n in each.members}
    here.clock.now = here.clock.now.replace(
        year=until.year, month=until.month, day=until.day, hour=3
    )
    before = here.told()[who.key]
    await here.tick()
    assert here.told()[who.key] == before  # at three in the morning nobody is told
    for _ in range(72):
        await here.tick(forward=timedelta(hours=1))
        if here.part(number).snoozed_until is None:
            break
    resumed = [each for each in written(here, who) if "has ended" in each.text]
    assert len(resumed) == 1
    assert 9 <= here.clock.now.hour < 17
    assert here.clock.now.date() >= until
    await next_round(here)
    assert number in {n for each in here.groups() for n in each.members}


async def test_back_ends_a_pause_at_once(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    number, who = next(iter(here.people.items()))
    until = (here.clock.now + 60 * DAY).date()
    await here.room.say(who, f"pair snooze until {until}")
    (card,) = (await here.room.say(who, "pair")).cards
    back = next(button for button in card.buttons if button.action == "pair.back")
    await here.room.press(who, back.action, back.subject)
    assert here.part(number).snoozed_until is None
    await next_round(here)
    assert len(here.groups()) == 1


async def test_three_silent_rounds_pause_somebody_who_alone_hears_of_it(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    silent, lively = here.people
    for _ in range(3):
        await next_round(here)
        (group,) = here.groups()
        await here.room.press(here.people[lively], "pair.met", f"{group.id}:NOT_YET")
        await here.tick(forward=6 * DAY)
    note = [each for each in written(here, here.people[silent]) if "Only you see this" in each.text]
    assert len(note) == 1
    for other in (here.people[lively], STEWARD):
        assert not [each for each in written(here, other) if "seem to suit" in each.text]
    await next_round(here)
    assert here.groups() == []
    assert "silent" not in written(here, STEWARD)[-1].text
    (back,) = note[0].buttons
    await here.room.press(here.people[silent], back.action, back.subject)
    assert here.part(silent).paused_at is None
    await next_round(here)
    assert len(here.groups()) == 1


async def test_a_report_reaches_stewards_and_not_the_one_it_is_about(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 2)
    city, office, other = here.people
    here.store.write(lambda session: members.set_steward(session, office, True))
    here.store.write(lambda session: members.set_steward(session, other, True))
    await here.room.say(STEWARD, f"programme apart #{city} | #{other}")
    await here.tick(forward=SOON)
    group = next(each for each in here.groups() if city in each.members)
    assert set(group.members) == {city, office}
    opened = await here.room.press(here.people[city], "pair.report", str(group.id))
    assert opened.form is not None
    words = {"text": "They did not let me finish"}
    await here.room.submit(here.people[city], "pair.report", words, str(group.id))

    def read_by(who: Person) -> bool:
        return any("let me finish" in each.text for each in written(here, who))

    assert [read_by(each) for each in (STEWARD, here.people[other])] == [True, True]
    assert [read_by(here.people[each]) for each in (office, city)] == [False, False]
    stranger = await here.room.submit(here.people[other], "pair.report", words, str(group.id))
    assert "no group" in stranger.text


async def test_who_cannot_leaves_a_partner_who_meets_one_that_rests(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 1, same_side=False, max_size=2)
    await here.tick(forward=SOON)
    (group,) = here.groups()
    resting = next(number for number in here.people if number not in group.members)
    office = list(here.people)[2]
    gone = next(number for number in group.members if number != office)
    rested = here.part(resting).rests
    await here.room.press(here.people[gone], "pair.cant", str(group.id))
    told = written(here, here.people[office])[-1]
    assert "nothing to do with you" in told.text
    (meet,) = told.buttons
    joined = await here.room.press(here.people[office], meet.action, meet.subject)
    assert "joined" in joined.text
    assert set(here.groups()[-1].members) == {office, resting}
    assert here.part(resting).rests == rested - 1
    assert here.part(resting).rested_last is False
    spent = here.store.read(lambda session: contacts.of_member(session, office))
    assert len(spent) == 1  # a round is one contact


async def test_one_of_three_who_cannot_is_carried_nothing_and_the_two_go_on(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 1, max_size=3)
    await here.tick(forward=SOON)
    (trio,) = here.groups()
    gone, *stay = trio.members
    talk = trio.conversation_id
    first, second = (here.people[each] for each in stay)
    await here.room.say(first, f"say {talk} before")
    assert any("before" in each.text for each in written(here, here.people[gone]))
    reply = await here.room.press(here.people[gone], "pair.cant", str(trio.id))
    assert "told kindly" in reply.text
    assert "room" not in reply.text
    await here.room.press(here.people[gone], "pair.cant", str(trio.id))
    name = here.people[gone].name
    for who in (first, second):
        told = [each.text for each in written(here, who) if "cannot take part" in each.text]
        assert len(told) == 1
        assert f"no longer brought to {name}" in told[0]
    before = len(written(here, here.people[gone]))
    said = await here.room.say(first, f"say {talk} afterwards")
    assert name not in said.text
    assert "afterwards" in written(here, second)[-1].text
    for words in (f"say {talk} me again", f"conversation {talk}", f"close {talk}"):
        assert "You left the conversation" in (await here.room.say(here.people[gone], words)).text
    assert not [each for each in written(here, second) if "me again" in each.text]
    proposed = await here.room.say(first, f"propose times {talk}")
    assert name not in proposed.text
    assert len(written(here, here.people[gone])) == before
    listed = await here.room.say(here.people[gone], "conversation")
    assert "no open conversation" in listed.text
    here.store.write(lambda session: here.core.conversations.end_for(session, gone))
    talking = here.store.read(lambda session: conversations.get(session, talk or 0))
    assert talking is not None
    assert talking.state is ConversationState.OPEN


@pytest.mark.parametrize("room", [True, False], ids=["room", "no room"])
async def test_who_cannot_before_there_is_a_room_is_not_let_in_and_the_greeting_says_so(
    made: Callable[..., Exchange], room: bool
) -> None:
    here = made(2, 1, max_size=3)
    gathered(here)
    await here.tick(forward=SOON)
    (trio,) = here.groups()
    gone, *stay = trio.members
    reply = await here.room.press(here.people[gone], "pair.cant", str(trio.id))
    assert "room" not in reply.text
    about = f"conversation:{trio.conversation_id}"
    (wish,) = here.store.read(
        lambda session: session.exec(
            select(Delivery).where(Delivery.about == about, Delivery.kind == DeliveryKind.OPEN)
        ).all()
    )
    invited = {each.key for each in serialization.group_from_json(wish.place).persons}
    assert len(invited) == len(stay)
    place = Place("chat", "W", "G1", kind=PlaceKind.GROUP) if room else None
    here.store.write(
        lambda session: here.core.conversations.room(session, about, place, here.clock.now)
    )
    rows = here.store.read(
        lambda session: session.exec(
            select(Delivery).where(Delivery.about == about, Delivery.kind == DeliveryKind.POST)
        ).all()
    )
    kind = [serialization.reply_from_json(each.reply).text for each in rows]
    assert len(kind) == (1 if room else 2)
    assert all(text.count("cannot take part this round after all") == 1 for text in kind)
    messages = here.groups()[0].messages
    assert [messages[each] for each in stay] == [1, 1]


async def test_who_leaves_a_room_is_told_that_it_is_still_seen(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 1, max_size=3)
    gathered(here)
    await here.tick(forward=SOON)
    (trio,) = here.groups()
    gone = trio.members[0]
    place = Place("chat", "W", "G1", kind=PlaceKind.GROUP)
    about = f"conversation:{trio.conversation_id}"
    here.store.write(
        lambda session: here.core.conversations.room(session, about, place, here.clock.now)
    )
    reply = await here.room.press(here.people[gone], "pair.cant", str(trio.id))
    assert "cannot take anybody out" in reply.text
    last = here.store.read(
        lambda session: session.exec(
            select(Delivery.reply).where(Delivery.channel == "G1").order_by("id")
        ).all()
    )[-1]
    assert "may still see" in serialization.reply_from_json(last).text


async def test_who_joins_late_fills_a_pair_once_and_the_pair_is_told(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 1, max_size=3)
    change(here, days=9, chatham_house=True)
    third = next(iter(here.people))
    await here.room.say(here.people[third], "pair skip next")
    await here.tick(forward=SOON)
    (pair,) = here.groups()
    late = newcomer(here)
    reply = await here.room.say(LATE, "pair join Bridges")
    (join,) = [button for button in reply.buttons if button.action == "pair.late"]
    assert "told kindly" in reply.text
    done = await here.room.press(LATE, join.action, join.subject)
    assert "begins now" in done.text
    former, trio = here.groups()
    assert former.state is PairingState.CANCELLED
    assert set(trio.members) == {*pair.members, late}
    assert {number: trio.messages[number] for number in pair.members} == dict.fromkeys(
        pair.members, 2
    )
    about = f"conversation:{trio.conversation_id}"
    here.store.write(
        lambda session: here.core.conversations.room(session, about, None, here.clock.now)
    )
    for number in pair.members:
        greeting = written(here, here.people[number])[-1].text
        assert "Late Comer joins the two of you" in greeting
        assert "Chatham House" in greeting
        assert "do not overlap" not in greeting
    assert "joins the two" not in written(here, LATE)[-1].text
    second = Person("chat", "W", "second", "Second Comer")
    admit(here.store, expert("Second Comer", consents=PAIRED, organisation="Second"), second)
    more = await here.room.say(second, "pair join Bridges")
    assert not [button for button in more.buttons if button.action == "pair.late"]
    again = await here.room.press(LATE, join.action, join.subject)
    assert "no place left" in again.text


@pytest.mark.parametrize(
    ("days", "facts"),
    [
        (4, {}),
        (0, {"languages": ("fi",)}),
        (0, {"organisation": "Office 1"}),
        (0, {"capacity": 0}),
    ],
    ids=["after a third", "language", "organisation", "capacity"],
)
async def test_nobody_comes_late_against_a_rule(
    made: Callable[..., Exchange], days: int, facts: dict[str, object]
) -> None:
    here = made(1, 1)
    change(here, days=9)
    await here.tick(forward=SOON)
    here.clock.forward(days * DAY)
    draft = expert(LATE.name, consents=PAIRED, community=Community.CITY, **facts)  # type: ignore[arg-type]
    admit(here.store, draft, LATE)
    reply = await here.room.say(LATE, "pair join Bridges")
    assert "pair.late" not in set(actions(reply))
    forced = await here.room.press(LATE, "pair.late", str(here.last().id))
    assert "no place left" in forced.text
    assert len(here.groups()) == 1


async def test_whom_somebody_avoids_they_do_not_meet_late(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    change(here, days=9)
    await here.tick(forward=SOON)
    late = newcomer(here)
    await here.room.say(next(iter(here.people.values())), f"pair avoid #{late}")
    reply = await here.room.say(LATE, "pair join Bridges")
    assert "pair.late" not in set(actions(reply))


async def test_a_round_counts_as_one_contact_and_a_spent_capacity_keeps_out(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    spent = next(iter(here.people))
    who = here.people[spent]
    await here.room.say(who, "capacity 1")
    await next_round(here)
    assert spent in {number for each in here.groups() for number in each.members}
    first = here.groups()
    change(here, next_due_at=here.clock.now + 3 * DAY)
    await next_round(here)
    assert here.last().number == 2
    assert spent not in {number for each in here.groups() for number in each.members}
    assert {each.id for each in first}.isdisjoint(each.id for each in here.groups())
    change(here, next_due_at=here.clock.now + 5 * DAY)
    await next_round(here)
    assert spent in {number for each in here.groups() for number in each.members}


async def test_only_groups_that_all_agreed_are_named_in_the_channel(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    change(here, channels={"places": [serialization.place_to_json(HALL)]})
    unnamed = next(iter(here.people))
    await here.room.say(here.people[unnamed], "consent be_named no")
    await here.tick(forward=SOON)
    (text,) = posted(here)
    groups = [set(each.members) for each in here.groups()]
    for each in groups:
        names = {f"Person {list(here.people).index(number)}" for number in each}
        assert all((name in text) is (unnamed not in each) for name in names)


async def test_the_way_in_asks_for_offers_and_needs_and_goes_on_where_it_stopped(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    await here.room.say(LATE, "join")
    who = {
        "name": "Late Comer",
        "community": "CITY",
        "level": "city",
        "role": "Chief Data Officer",
        "organisation": "Town",
    }
    await here.room.submit(LATE, "profile.edit", who, "who")
    later = await here.room.say(LATE, "profile")  # another day: what is missing comes next
    steps = [b.subject for card in later.cards for b in card.buttons if b.action == "profile.edit"]
    steps += [button.subject for button in later.buttons]
    assert "where" in steps
    where = {
        "place": "León",
        "country": "MX",
        "languages": "es, en",
        "zone": "UTC",
        "hours": "9-17",
    }
    await here.room.submit(LATE, "profile.edit", where, "where")
    found = here.store.read(lambda session: members.by_account(session, "chat", "W", "late"))
    assert found is not None
    here.store.write(lambda session: membership.set_status(session, found.id, MemberStatus.ACTIVE))
    asked = await here.room.say(LATE, "pair join Bridges")
    (agree,) = asked.buttons
    joined = await here.room.press(LATE, agree.action, agree.subject)
    (tell,) = [button for button in joined.buttons if button.action == "profile.edit"]
    opened = await here.room.press(LATE, tell.action, tell.subject)
    assert opened.form is not None
    fields = {each.name for each in opened.form.fields}
    assert {"offer_1", "offer_2", "need_1", "need_2"} <= fields
    answers = {"offer_1": "a", "offer_2": "b", "need_1": "c", "need_2": "d"}
    await here.room.submit(LATE, "profile.edit", answers, "topics")
    again = await here.room.say(LATE, "pair join Bridges")
    assert "profile.edit" not in set(actions(again))
    kept = here.store.read(lambda session: members.get(session, found.id))
    assert kept is not None
    assert (kept.offers, kept.needs, kept.hours_from) == (("a", "b"), ("c", "d"), 9)
    assert kept.agreed(Purpose.BE_PAIRED)


async def test_only_its_members_can_call_a_group_off(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    await here.tick(forward=SOON)
    (group,) = here.groups()
    newcomer(here)
    refused = await here.room.press(LATE, "pair.cant", str(group.id))
    assert "no group" in refused.text
    assert here.groups()[0].state is PairingState.OPEN
