"""Where the bot answers, who may choose that, and what platforms tell about rooms and people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import (
    Audience,
    Person,
    Place,
    PlaceKind,
    PlatformEvent,
    PlatformEventKind,
    Pressed,
    Reply,
    Said,
)
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.handlers import Routes, pressed
from bot.messaging.outbox import direct, message
from knowledge.database.store import Store
from knowledge.members import accounts, audit
from knowledge.messaging import channels, deliveries
from knowledge.messaging.channels import ChannelView
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.vocabulary import ChannelState, DeliveryState, MemberStatus, Purpose
from tests.conftest import NOW
from tests.support.community import (
    NAMED,
    Room,
    admit,
    case,
    expert,
    people_cards,
    person,
    publish,
    spoken,
)

ANA, STEWARD = person("ana"), Person("console", "local", "steward", "Steward")
TITLE = "Departments that refused to share data"
ASKED = "departments that refused to share data?"
QUIET = "I do not answer in this channel. Please ask me in a direct message."


def channel(name: str = "C1", kind: PlaceKind = PlaceKind.CHANNEL, thread: str = "7") -> Place:
    return Place("chat", "W", name, thread, kind, private=False)


async def said(
    core: Core, text: str, who: Person = ANA, place: Place | None = None, here: bool = False
) -> Reply:
    """What the bot answers in a channel, to a mention or (`here`) to a slash command."""
    reply = await core.dispatcher.handle(
        Said(
            event_id=f"{who.user_id}:{text}",
            person=who,
            place=place or channel(),
            in_place=here,
            text=text,
        )
    )
    assert isinstance(reply, Reply)
    return reply


def asked(store: Store) -> int:
    return len(store.read(lambda session: session.exec(select(Question.id)).all()))


def known(store: Store) -> list[tuple[str, str, ChannelState]]:
    found: list[ChannelView] = store.read(lambda session: channels.listed(session, 50))
    return [(one.channel, one.name, one.state) for one in found]


async def notice(
    core: Core,
    kind: PlatformEventKind,
    name: str = "",
    *,
    place: Place | None = None,
    who: Person | None = None,
    at: float | None = None,
    rooms: dict[str, str] | None = None,
) -> None:
    noticed = PlatformEvent(
        event_id=f"{kind}:{at}",
        kind=kind,
        place=place or channel(thread=""),
        name=name,
        person=who,
        rooms=rooms or {},
        at=at,
    )
    for _ in range(2):  # a platform may tell it twice
        assert await core.dispatcher.handle(noticed) is None


async def test_in_a_quiet_channel_a_mention_gets_one_private_sentence(
    core: Core, judged: None
) -> None:
    publish(core.store, case(TITLE))
    before = await said(core, ASKED)
    assert before.audience is Audience.CHANNEL
    await said(core, "channel quiet", STEWARD)
    assert asked(core.store) == 1
    for text in (ASKED, "help", "case 1", "profile"):
        for place in (channel(), channel(kind=PlaceKind.THREAD)):
            reply = await said(core, text, place=place)
            assert (reply.text, reply.audience) == (QUIET, Audience.PRIVATE)
            assert not reply.cards
            assert reply.form is None
    assert asked(core.store) == 1  # nothing was asked, and nothing is kept
    assert (await said(core, ASKED, place=channel("C2"))).audience is Audience.CHANNEL
    await said(core, "channel allow", STEWARD)
    assert (await said(core, f"again: {ASKED}")).audience is Audience.CHANNEL


async def test_a_private_answer_works_everywhere_and_a_public_one_does_not(
    core: Core, judged: None
) -> None:
    publish(core.store, case(TITLE))
    await said(core, "channel quiet", STEWARD)
    private = await said(core, ASKED, here=True)
    assert any(card.title == TITLE for card in private.cards)
    assert private.audience is Audience.PRIVATE
    refused = await said(core, f"{ASKED} public", here=True)
    assert refused.audience is Audience.PRIVATE
    assert refused.text.startswith("Nothing of mine may be posted in this channel.")
    assert asked(core.store) == 1
    public = await said(core, f"{ASKED} public", place=channel("C2"), here=True)
    assert public.audience is Audience.CHANNEL


async def test_what_a_button_would_post_is_refused_too(core: Core) -> None:
    class Shouting:
        @pressed("shout", who=Who.EVERYONE)
        async def shout(self, context: Context, act: Act) -> Reply:
            return Reply("to all", audience=Audience.CHANNEL)

    core.dispatcher._routes.actions |= Routes([Shouting()]).actions
    await said(core, "channel quiet", STEWARD)
    for name, text in (("C1", "Nothing of mine"), ("C2", "to all")):
        act = Pressed(event_id=name, person=ANA, place=channel(name), action="shout")
        reply = await core.dispatcher.handle(act)
        assert isinstance(reply, Reply)
        assert reply.text.startswith(text)


async def test_only_named_channels_are_answered_when_stewards_want_it(core: Core) -> None:
    await said(core, "channel only named", STEWARD)
    assert (await said(core, "version")).text == QUIET
    group = channel("G1", PlaceKind.GROUP)
    assert (await said(core, "version", place=group)).text != QUIET
    direct_message = Place("chat", "W", "ana")
    assert (await said(core, "version", place=direct_message)).text != QUIET
    await said(core, "channel allow", STEWARD)
    assert (await said(core, "version")).text != QUIET
    await said(core, "channel default", STEWARD)
    assert (await said(core, "version")).text == QUIET
    await said(core, "channel everywhere", STEWARD)
    assert (await said(core, "version")).text != QUIET


@pytest.mark.parametrize("text", ["channels", "channel quiet", "channel only named"])
async def test_only_stewards_choose(core: Core, text: str) -> None:
    assert "Only the stewards" in (await said(core, text)).text
    assert core.store.read(lambda session: channels.speaks(session, "chat", "W", "C1"))


async def test_the_list_has_buttons_and_every_choice_is_on_record(core: Core, room: Room) -> None:
    assert "no channel yet" in (await room.say(STEWARD, "channels")).text
    for number in range(10):
        place = channel(f"C{number}")
        await notice(core, PlatformEventKind.ROOM_JOINED, f"data-{number}", place=place)
    await notice(core, PlatformEventKind.ROOM_LEFT, place=channel("C0"))
    first = await room.say(STEWARD, "channel")
    assert "10 channels are known" in first.text
    assert [card.title for card in first.cards][:2] == ["#data-1", "#data-2"]
    (more,) = [button for button in first.buttons if button.action == "channel.list"]
    last = (await room.press(STEWARD, more.action, more.subject)).cards[-1]
    assert last.title == "#data-0"
    assert not last.buttons  # the bot is not in it any more
    quiet = next(b for b in first.cards[0].buttons if b.label == "Be quiet there")
    assert "quiet in #data-1" in (await room.press(STEWARD, quiet.action, quiet.subject)).text
    assert (await said(core, "version", place=channel("C1"))).text == QUIET
    await room.press(STEWARD, "channel.everywhere", "no")
    for subject in ("999:quiet", "1:loud", "x", ""):
        reply = await room.press(STEWARD, "channel.set", subject)
        assert "not known any more" in reply.text
    acts = core.store.read(audit.recent)
    assert [(act.act, act.subject, act.detail) for act in acts] == [
        ("channels.named", "channels", ""),
        ("channel.quiet", "channel:chat:W:C1", "data-1"),
    ]
    shown = spoken(await room.say(STEWARD, "audit"))
    assert "made the bot quiet in a channel" in shown
    outside = await room.say(STEWARD, "channel quiet")
    assert outside.text.startswith("This is said in the channel that it is about.")


async def test_the_table_follows_what_happens_to_rooms(core: Core) -> None:
    await notice(core, PlatformEventKind.ROOM_RENAMED, "elsewhere", place=channel("C9"))
    assert known(core.store) == []  # the bot never was there
    await notice(core, PlatformEventKind.ROOM_JOINED, "data", at=100.0)
    assert known(core.store) == [("C1", "data", ChannelState.PRESENT)]
    await notice(core, PlatformEventKind.ROOM_RENAMED, "open-data", at=110.0)
    await notice(core, PlatformEventKind.ROOM_ARCHIVED, at=120.0)
    assert known(core.store) == [("C1", "open-data", ChannelState.ARCHIVED)]
    await notice(core, PlatformEventKind.ROOM_RESTORED, at=130.0)
    assert known(core.store) == [("C1", "open-data", ChannelState.PRESENT)]
    await notice(core, PlatformEventKind.ROOM_DELETED, at=140.0)
    await notice(core, PlatformEventKind.ROOM_RENAMED, "late", at=105.0)
    await notice(core, PlatformEventKind.ROOM_JOINED, at=100.0)  # delivered late: it does not count
    assert known(core.store) == [("C1", "open-data", ChannelState.GONE)]
    await notice(core, PlatformEventKind.ROOM_ARCHIVED, at=150.0)
    assert known(core.store) == [("C1", "open-data", ChannelState.GONE)]
    await notice(core, PlatformEventKind.ROOM_JOINED, at=160.0)
    assert known(core.store) == [("C1", "open-data", ChannelState.PRESENT)]


async def test_a_choice_outlives_leaving_and_coming_back(core: Core) -> None:
    await said(core, "channel quiet", STEWARD)
    await notice(core, PlatformEventKind.ROOM_LEFT)
    await notice(core, PlatformEventKind.ROOM_JOINED, "data")
    assert (await said(core, "version")).text == QUIET


async def test_after_an_absence_all_rooms_are_told_at_once(core: Core) -> None:
    await notice(core, PlatformEventKind.ROOM_JOINED, "data", at=100.0)
    await notice(
        core, PlatformEventKind.ROOM_JOINED, "other", place=replace(channel(), platform="talk")
    )
    await notice(core, PlatformEventKind.ROOMS, rooms={"C2": "prices", "C3": "maps"})
    assert known(core.store) == [
        ("C3", "maps", ChannelState.PRESENT),
        ("C1", "other", ChannelState.PRESENT),
        ("C2", "prices", ChannelState.PRESENT),
        ("C1", "data", ChannelState.GONE),
    ]


def waiting(store: Store, *people: Person) -> None:
    drafts = [message(f"to {who.key}", direct(who), Reply("x"), who) for who in people]
    store.write(lambda session: deliveries.write(session, drafts, NOW))


def fates(store: Store) -> Sequence[tuple[str, DeliveryState, str]]:
    def read(session: Session) -> list[tuple[str, DeliveryState, str]]:
        rows = session.exec(select(Delivery).order_by(Delivery.channel)).all()
        return [(row.channel, row.state, row.reason) for row in rows]

    return store.read(read)


async def test_nothing_is_sent_to_somebody_who_left_the_workspace(core: Core) -> None:
    ben = person("ben")
    admit(core.store, expert("Ana"), ANA)
    admit(core.store, expert("Ben"), ben)
    waiting(core.store, ANA, ben)
    await notice(core, PlatformEventKind.PERSON_LEFT, who=ANA)
    gone = ("ana", DeliveryState.DEAD, "This person has left the workspace.")
    assert fates(core.store) == [gone, ("ben", DeliveryState.WAITING, "")]
    late = [message("late", direct(ANA), Reply("y"), ANA)]
    core.store.write(lambda session: deliveries.write(session, late, NOW))
    claimed = core.store.write(
        lambda session: deliveries.claim(session, ["chat"], NOW, NOW + timedelta(minutes=1), 9)
    )
    assert [one.key for one in claimed] == [f"to {ben.key}"]
    assert list(fates(core.store)[:2]) == [gone, gone]


async def test_whoever_has_no_account_left_is_not_shown_until_they_are_back(
    core: Core, room: Room
) -> None:
    ben, also = person("ben"), Person("talk", "G", "ben2", "Ben")
    reader = person("reader")
    number = admit(core.store, expert("Ben Okoro", "scanner data for prices", consents=NAMED), ben)
    admit(core.store, expert("Sample Sue", "scanner data for prices", consents=NAMED))
    admit(core.store, expert("Rea", consents=()), reader)
    account = accounts.AccountView("talk", "G", "ben2", "Ben")
    core.store.write(lambda session: accounts.keep(session, number, account))

    async def shown() -> set[str]:
        found = await room.say(reader, "expert scanner data for prices")
        return {name for name in ("Ben", "Sue") if name in str(people_cards(found))}

    assert await shown() == {"Ben", "Sue"}
    await notice(core, PlatformEventKind.PERSON_LEFT, who=ben)
    assert await shown() == {"Ben", "Sue"}  # the other account is left
    await notice(core, PlatformEventKind.PERSON_LEFT, who=also)
    assert await shown() == {"Sue"}
    seen = await room.say(STEWARD, "channels")
    assert "Ben (talk)" in seen.text
    assert "has left the workspace" in spoken(await room.say(STEWARD, "members all"))
    await notice(core, PlatformEventKind.PERSON_CHANGED, who=replace(ben, locale="", time_zone=""))
    assert await shown() == {"Ben", "Sue"}
    await room.say(also, "version")  # who writes is there
    assert core.store.read(lambda session: accounts.gone(session, 9)) == []


async def test_what_changed_about_a_member_is_taken_over(core: Core) -> None:
    admit(core.store, expert("Ana"), replace(ANA, locale="es", time_zone="America/Lima"))
    changed = replace(ANA, name="Ana Ruiz", locale="", time_zone="Europe/Madrid")
    await notice(core, PlatformEventKind.PERSON_CHANGED, who=changed)
    found = core.store.read(lambda session: accounts.find(session, "chat", "W", "ana"))
    assert found is not None
    assert (found.name, found.locale, found.time_zone) == ("Ana Ruiz", "es", "Europe/Madrid")
    await notice(core, PlatformEventKind.PERSON_LEFT, who=person("stranger"))
    await notice(core, PlatformEventKind.PERSON_CHANGED, who=person("stranger"))
    assert core.store.read(lambda session: accounts.gone(session, 9)) == []


async def test_what_the_platform_cannot_say_just_now_is_as_it_was(core: Core, room: Room) -> None:
    spanish = replace(ANA, locale="es", time_zone="America/Lima")
    admit(core.store, expert("Ana"), spanish)
    nothing = replace(ANA, name="", locale="", time_zone="")
    assert "Escriba" in (await room.say(nothing, "help")).text
    found = core.store.read(lambda session: accounts.find(session, "chat", "W", "ana"))
    assert found is not None
    assert (found.name, found.locale, found.time_zone) == ("Ana", "es", "America/Lima")
    assert "Write a question" in (await room.say(person("x", locale=""), "help")).text


def test_a_member_without_any_account_is_not_gone(core: Core) -> None:
    number = admit(core.store, expert("Sue", consents={Purpose.BE_EXPERT}))
    assert core.store.read(accounts.departed) == set()
    admit(core.store, expert("Ana"), ANA, MemberStatus.ACTIVE)
    core.store.write(lambda session: accounts.leave(session, "chat", "W", "ana", NOW))
    assert core.store.read(lambda session: accounts.departed(session, [number])) == set()
    assert len(core.store.read(accounts.departed)) == 1
