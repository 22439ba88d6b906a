"""Rounds of the peer exchange through the real features, on two platforms in this process."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.contract import Person, Place, PlaceKind
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from bot.messaging import serialization
from bot.runtime.server import Runtime
from knowledge.database.store import Store
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.states import PairingState, RoundState
from knowledge.exchange.tables import Participation
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Community, Purpose
from tests.support.community import admit, expert
from tests.support.fake_platform import FakePlatform
from tests.support.waiting import until
from tests.support.world import World

PAIRED = frozenset({Purpose.BE_PAIRED, Purpose.BE_NAMED})
STEWARD = Person("chat", "W", "boss", "Boss")
HALL = Place("chat", "W", "hall", kind=PlaceKind.CHANNEL)
DAY = timedelta(days=1)


class Exchange(World):
    """A community with a programme that is due in two minutes."""

    looks = ("pauses", "peer exchange")

    def __init__(self, store: Store, cities: int, offices: int, **rules: object) -> None:
        super().__init__(store, [STEWARD])
        self.people: dict[int, Person] = {}
        timetable = Timetable(
            Cadence.WEEKLY,
            (self.clock.now + timedelta(minutes=2)).time(),
            "UTC",
            self.clock.now.date(),
            self.clock.now.weekday(),
        )
        self.programme: ProgrammeView = store.write(
            lambda session: programmes.create(
                session,
                "Bridges",
                timetable=write_timetable(timetable),
                rules={**Rules().written(), **rules},
                channels={"places": []},
                days=2,
                next_due_at=self.clock.now + timedelta(minutes=2),
            )
        )
        sides = [Community.CITY] * cities + [Community.NATIONAL] * offices
        for number, side in enumerate(sides):
            platform, workspace = ("chat", "W") if number % 2 else ("talk", "V")
            who = Person(platform, workspace, f"p{number}", f"Person {number}")
            draft = expert(
                who.name,
                f"offer {number}",
                community=side,
                consents=PAIRED,
                capacity=9,
                organisation=f"Office {number}",
            )
            member = admit(store, draft, who)
            self.people[member] = who
            store.write(
                lambda session, member=member: programmes.join(  # type: ignore[misc]
                    session, self.programme.id, member, self.clock.now
                )
            )

    def last(self) -> rounds.RoundView:
        def find(session: Session) -> rounds.RoundView:
            return max(
                (each for state in RoundState for each in rounds.in_state(session, state)),
                key=lambda each: each.id,
            )

        return self.store.read(find)

    def groups(self) -> list[rounds.PairingView]:
        number = self.last().id
        return self.store.read(lambda session: rounds.pairings(session, number))

    def told(self) -> Counter[str]:
        """How many messages were written to each account."""
        keys = self.store.read(lambda session: session.exec(select(Delivery.account_key)).all())
        return Counter(keys)

    def part(self, member: int) -> Participation:
        return self.store.read(
            lambda session: session.exec(
                select(Participation).where(Participation.member_id == member)
            ).one()
        )


@pytest.fixture
def made(store: Store) -> Iterator[Callable[..., Exchange]]:
    found: list[Exchange] = []

    def make(cities: int, offices: int, **rules: object) -> Exchange:
        found.append(Exchange(store, cities, offices, **rules))
        return found[-1]

    yield make
    for each in found:
        each.close()


async def test_a_round_is_shown_announced_asked_about_and_closed(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    here.store.write(
        lambda session: programmes.change(
            session, here.programme.id, channels={"places": [serialization.place_to_json(HALL)]}
        )
    )
    await here.tick()
    assert here.last().state is RoundState.PLANNED
    assert here.told() == {STEWARD.key: 1}  # the preview, and nobody else knows
    await here.tick(forward=timedelta(minutes=3))
    assert here.last().state is RoundState.ANNOUNCED
    groups = here.groups()
    assert [each.across for each in groups] == [True, True]
    everybody = {who.key for who in here.people.values()}
    greeted = here.told()
    await here.tick(forward=DAY + timedelta(minutes=1))  # halfway
    asked = here.told()
    assert {key: asked[key] - greeted[key] for key in everybody} == dict.fromkeys(everybody, 1)
    met, other = groups[0], groups[1]
    reply = await here.room.press(here.people[met.members[0]], "pair.met", f"{met.id}:MET")
    assert "met" in reply.text
    refused = await here.room.press(here.people[met.members[0]], "pair.met", f"{other.id}:MET")
    assert "no group" in refused.text
    await here.tick(forward=DAY)
    ended = here.told()
    assert {key: ended[key] - asked[key] for key in everybody} == dict.fromkeys(everybody, 1)
    sent = [count for each in here.groups() for count in each.messages.values()]
    assert sent == [3, 3, 3, 3]
    await here.room.submit(
        here.people[met.members[0]], "pair.story", {"worked": "Phoning"}, str(met.id)
    )
    await here.tick(forward=4 * DAY)
    closed = here.store.read(lambda session: rounds.get(session, met.round_id))
    assert closed is not None
    assert closed.state is RoundState.CLOSED
    assert here.part(met.members[0]).silent_rounds == 0
    assert here.part(other.members[0]).silent_rounds == 1
    posted = here.store.read(
        lambda session: session.exec(select(Delivery).where(Delivery.channel == "hall")).all()
    )
    texts = [serialization.reply_from_json(each.reply).text for each in posted]
    assert len(texts) == 2
    assert "is over" in texts[1]
    assert not any(digit in texts[1] for digit in "23456789")  # of two groups numbers are people
    assert "Person" not in texts[1]


async def test_a_group_that_stays_silent_for_three_working_days_is_nudged_once(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    here.store.write(lambda session: programmes.change(session, here.programme.id, days=14))
    await here.tick()
    await here.tick(forward=timedelta(minutes=3))
    quiet, lively = here.groups()
    for each in (quiet, lively):  # where no room can be opened, words are carried
        about = f"conversation:{each.conversation_id}"
        here.store.write(
            lambda session, about=about: here.core.conversations.room(  # type: ignore[misc]
                session, about, None, here.clock.now
            )
        )
    before = here.told()
    here.clock.forward(2 * DAY)
    said = f"say {lively.conversation_id} Would Friday at ten suit you?"
    await here.room.say(here.people[lively.members[0]], said)
    await here.tick()  # 21 of 24 hours have passed
    spoken = here.told()
    assert [spoken[here.people[each].key] for each in quiet.members] == [
        before[here.people[each].key] for each in quiet.members
    ]
    await here.tick(forward=DAY + timedelta(minutes=30))
    await here.tick(forward=timedelta(hours=1))
    nudged = here.told()
    more = {
        each: nudged[here.people[each].key] - spoken[here.people[each].key]
        for each in (*quiet.members, *lively.members)
    }
    assert more == {**dict.fromkeys(quiet.members, 1), **dict.fromkeys(lively.members, 0)}


@pytest.mark.parametrize(("heard", "messages"), [(True, 1), (False, 0)])
async def test_a_room_is_nudged_only_where_the_bot_hears_what_is_said(
    made: Callable[..., Exchange], heard: bool, messages: int
) -> None:
    here = made(2, 2)
    here.store.write(lambda session: programmes.change(session, here.programme.id, days=14))
    await here.tick()
    await here.tick(forward=timedelta(minutes=3))
    group = here.groups()[0]
    room = Place("chat", "W", "G7", kind=PlaceKind.GROUP, heard=heard)

    def posted(session: Session) -> int:
        return len(session.exec(select(Delivery).where(Delivery.channel == "G7")).all())

    about = f"conversation:{group.conversation_id}"
    here.store.write(
        lambda session: here.core.conversations.room(session, about, room, here.clock.now)
    )
    before = here.store.read(posted)
    await here.tick(forward=3 * DAY + timedelta(minutes=30))
    assert here.store.read(posted) - before == messages


async def test_two_processes_at_once_tell_everybody_once(made: Callable[..., Exchange]) -> None:
    here = made(3, 3)
    beside = here.process()
    await asyncio.gather(here.tick(), here.tick(beside))
    here.clock.forward(timedelta(minutes=3))
    await asyncio.gather(here.tick(), here.tick(beside), here.tick())
    assert here.last().number == 1
    members = [number for each in here.groups() for number in each.members]
    assert sorted(members) == sorted(here.people)
    assert all(here.told()[who.key] <= 1 for who in here.people.values())


@pytest.mark.parametrize("name", ["plan", "pair_up", "step"])
async def test_what_a_crash_cuts_off_is_done_whole_at_the_next_tick(
    made: Callable[..., Exchange], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = made(3, 2)
    real = getattr(rounds, name)

    def crash(*given: object, **more: object) -> object:
        real(*given, **more)
        raise RuntimeError("the power is off")

    monkeypatch.setattr(rounds, name, crash)
    await here.tick()
    await here.tick(forward=timedelta(minutes=3))
    assert {*here.told()} <= {STEWARD.key}  # nobody is half told
    monkeypatch.undo()
    await here.tick(here.process())
    assert here.last().number == 1
    members = [number for each in here.groups() for number in each.members]
    assert sorted(members) == sorted(here.people)
    assert {here.told()[who.key] for who in here.people.values()} == {1}


@pytest.mark.parametrize(("cities", "offices"), [(0, 0), (1, 0), (1, 1), (2, 1), (3, 0)])
async def test_few_people_get_a_group_or_a_kind_word(
    made: Callable[..., Exchange], cities: int, offices: int
) -> None:
    here = made(cities, offices)
    await here.tick(forward=timedelta(minutes=3))
    assert here.last().state is RoundState.ANNOUNCED
    assert len(here.groups()) == (1 if cities + offices > 1 else 0)
    assert all(here.told()[who.key] == 1 for who in here.people.values())


async def test_those_who_avoid_each_other_hear_kindly_that_they_rest(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    one, other = here.people
    said = await here.room.say(here.people[one], f"pair avoid #{other}")
    assert "Nobody is told" in said.text
    await here.tick(forward=timedelta(minutes=3))
    assert here.groups() == []
    assert here.part(one).rested_last
    assert all(here.told()[who.key] == 1 for who in here.people.values())


async def test_after_downtime_one_round_is_caught_up(made: Callable[..., Exchange]) -> None:
    here = made(2, 2)
    await here.tick(forward=30 * DAY)
    await here.tick()
    found = here.last()
    assert found.number == 1
    assert here.clock.now - found.due_at < 7 * DAY
    programme = here.store.read(lambda session: programmes.get(session, here.programme.id))
    assert programme is not None
    assert programme.next_due_at is not None
    assert programme.next_due_at > here.clock.now


async def test_over_six_rounds_the_smaller_side_has_one_group_each_and_rests_are_fair(
    made: Callable[..., Exchange],
) -> None:
    here = made(14, 4, same_side=False)
    for _ in range(6):
        due = here.store.read(lambda session: programmes.listed(session)[0].next_due_at)
        assert due is not None
        here.clock.now = due + timedelta(minutes=1)
        await here.tick()
        members = Counter(number for each in here.groups() for number in each.members)
        assert set(members.values()) == {1}
        for each in here.groups():
            for member in each.members:
                await here.room.press(here.people[member], "pair.met", f"{each.id}:MET")
    assert here.last().number == 6
    rests = [here.part(member).rests for member in here.people]
    assert rests[14:] == [0, 0, 0, 0]
    assert max(rests[:14]) - min(rests[:14]) <= 1


async def test_a_partner_hears_kindly_and_joins_another_pair(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    await here.tick(forward=timedelta(minutes=3))
    gone, stays = here.groups()[0].members
    pairing = here.groups()[0].id
    before = here.told()[here.people[stays].key]
    await here.room.press(here.people[gone], "pair.cant", str(pairing))
    await here.room.press(here.people[gone], "pair.cant", str(pairing))
    assert here.told()[here.people[stays].key] == before + 1
    assert here.groups()[0].state is PairingState.CANCELLED
    joined = await here.room.press(here.people[stays], "pair.third", str(pairing))
    assert "joined" in joined.text
    trio = here.groups()[-1]
    assert len(trio.members) == 3
    assert max(trio.messages.values()) <= 3
    again = await here.room.press(here.people[stays], "pair.third", str(pairing))
    assert "no pair" in again.text


async def test_only_who_agreed_joins_and_stewards_alone_rehearse(
    made: Callable[..., Exchange],
) -> None:
    here = made(2, 2)
    eve = Person("chat", "W", "eve", "Eve")
    admit(here.store, expert("Eve", consents=()), eve)
    asked = await here.room.say(eve, "pair join Bridges")
    (agree,) = asked.buttons
    await here.room.press(eve, agree.action, agree.subject)
    status = await here.room.say(eve, "pair status")
    assert "You take part" in status.cards[0].body
    refused = await here.room.say(eve, "round preview Bridges")
    assert not refused.cards
    shown = await here.room.say(STEWARD, "round preview Bridges")
    assert shown.cards
    assert "binds" not in shown.text
    first, second = (list(each) for each in here.last().plan.groups[:2])
    await here.room.say(STEWARD, f"round swap Bridges #{first[0]} #{second[0]}")
    swapped = [set(each) for each in here.last().plan.groups]
    assert {second[0], *first[1:]} in swapped
    await here.room.say(STEWARD, "round send Bridges")
    assert here.last().state is RoundState.ANNOUNCED
    assert {frozenset(each.members) for each in here.groups()} == {frozenset(g) for g in swapped}
    reported = await here.room.submit(
        here.people[first[0]],
        "pair.report",
        {"text": "They were rude"},
        str(next(each.id for each in here.groups() if first[0] in each.members)),
    )
    assert "stewards" in reported.text
    assert here.told()[STEWARD.key] >= 1


async def test_a_preview_names_the_rules_that_leave_people_out(
    made: Callable[..., Exchange],
) -> None:
    here = made(3, 1, max_size=2, same_side=False)
    shown = await here.room.say(STEWARD, "round preview Bridges")
    assert "Not in a group:" in shown.text
    *_, heading, trios, own_side = shown.text.splitlines()
    assert heading.startswith("What binds")
    assert "With groups within one community: 3 more pairs could meet." in own_side + trios
    assert "With groups of three: 0 more pairs could meet." in own_side + trios
    assert "Left out: 0 instead of 2." in own_side + trios


async def test_a_programme_is_created_by_form(made: Callable[..., Exchange]) -> None:
    here = made(0, 0)
    opened = await here.room.say(STEWARD, "programme create")
    assert opened.form is not None
    values = {each.name: str(each.value) for each in opened.form.fields}
    wrong = await here.room.submit(STEWARD, "programme.save", {**values, "zone": "Nowhere"})
    assert set(wrong.errors) == {"name", "zone"}
    saved = await here.room.submit(STEWARD, "programme.save", {**values, "name": "Small areas"})
    assert saved.cards[0].title == "Small areas"
    found = here.store.read(lambda session: programmes.by_name(session, "small areas"))
    assert found is not None
    assert found.next_due_at is not None


async def test_a_round_arrives_on_both_platforms(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    platforms = [FakePlatform("chat"), FakePlatform("talk")]
    running = Runtime(here.core, platforms, host="127.0.0.1", port=0, clock=here.clock)
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    await until(lambda: all(each.handler for each in platforms))
    await here.tick(forward=timedelta(minutes=3))
    running.sender.wake()
    await until(lambda: bool(platforms[1].posted) and len(platforms[0].posted) >= 2)
    stop.set()
    await task
    (greeting,) = platforms[1].posted
    assert "Person 1" in greeting.reply.text
    assert "{time:" in greeting.reply.text
