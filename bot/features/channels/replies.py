"""What stewards read about channels, and about people who have left their workspace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.contract import Button, Card, Fact, Reply
from bot.i18n import Markup, Words, later
from knowledge.members.accounts import AccountView
from knowledge.messaging.channels import FORUM, ChannelView
from knowledge.vocabulary import ChannelState, Community

STATES: Mapping[ChannelState, str] = {
    ChannelState.PRESENT: later("I am in it"),
    ChannelState.ARCHIVED: later("archived"),
    ChannelState.GONE: later("I am not in it any more, or it was deleted"),
}

READERS: Mapping[Community, str] = {
    Community.CITY: later("cities and regions"),
    Community.NATIONAL: later("statistics offices"),
    Community.PARTNER: later("partner organisations"),
}


@dataclass(frozen=True, slots=True)
class Overview:
    """Some of the rooms, `offset` of `total` having been shown before, and who is gone."""

    rooms: Sequence[ChannelView]
    total: int
    offset: int
    everywhere: bool
    gone: Sequence[AccountView]


def listed(say: Words, found: Overview) -> Reply:
    """The rooms that the bot knows, and where it answers."""
    default = (
        say("I answer in every channel that I was invited to, unless a steward made it quiet.")
        if found.everywhere
        else say("I answer only in channels that a steward allowed.")
    )
    parts = [default]
    if found.total:
        parts.append(
            say.plural("One channel is known.", "{number} channels are known.", found.total)
        )
    else:
        parts.append(say("I am in no channel yet. Invite me where I may answer."))
    text = Markup(" ").join(parts)
    if found.gone and not found.offset:
        lines = [
            say("- {name} ({platform})", name=one.name, platform=one.platform) for one in found.gone
        ]
        heading = say("Members who have left a workspace, the latest first:")
        text = Markup("\n\n").join((text, Markup("\n").join((heading, *lines))))
    rest = found.offset + len(found.rooms)
    more = Button(say.label("More channels"), "channel.list", str(rest))
    switch = _switch(say, found.everywhere)
    cards = tuple(_card(say, room, found.everywhere) for room in found.rooms)
    return Reply(text, cards=cards, buttons=(more, switch) if rest < found.total else (switch,))


def changed(say: Words, room: ChannelView, everywhere: bool) -> Reply:
    """A steward chose for one room."""
    name = _name(room)
    if _answers(room, everywhere):
        text = say("From now on I answer in {name} when I am mentioned.", name=name)
    else:
        text = say(
            "From now on I am quiet in {name}: whoever mentions me there is asked to write to me "
            "directly.",
            name=name,
        )
    return Reply(text, buttons=(Button(say.label("All channels"), "channel.list", "0"),))


def forum(say: Words, room: ChannelView) -> Reply:
    """A steward named a forum, or no longer."""
    name = _name(room)
    if FORUM in room.uses:
        text = say(
            "From now on I attend to new posts in {name}: where I can read a post I answer it, "
            "and elsewhere I offer a button to ask me. Posts that mention me are answered in any "
            "case.",
            name=name,
        )
    else:
        text = say("From now on I answer in {name} only the posts that mention me.", name=name)
    return Reply(text, buttons=(Button(say.label("All channels"), "channel.list", "0"),))


def questions(say: Words, room: ChannelView) -> Reply:
    """A steward named a channel for questions to one community, or no longer."""
    name = _name(room)
    if room.questions:
        text = say(
            "From now on questions to {readers} are posted in {name}, when their askers agree to "
            "it. What is written below such a post is brought to whoever asks.",
            readers=_readers(say, room),
            name=name,
        )
    else:
        text = say(
            "From now on no new questions of the other community are posted in {name}. Those that "
            "stand there stay.",
            name=name,
        )
    return Reply(text, buttons=(Button(say.label("All channels"), "channel.list", "0"),))


def _card(say: Words, room: ChannelView, everywhere: bool) -> Card:
    answers = say("yes") if _answers(room, everywhere) else say("no")
    if room.speaks is None:
        answers = say("{answer}, as in every channel without a choice of its own", answer=answers)
    facts: tuple[Fact, ...] = (
        Fact(say.label("Platform"), say("{name}", name=room.platform)),
        Fact(say.label("State"), say(STATES[room.state])),
        Fact(say.label("I answer there"), answers),
    )
    buttons = _buttons(say, room) if room.state is not ChannelState.GONE else ()
    if FORUM in room.uses:
        facts = (*facts, Fact(say.label("New posts"), say("attended to")))
        buttons = (*buttons, Button(say.label("Leave posts alone"), "channel.forum", str(room.id)))
    if room.questions:
        fact = Fact(say.label("Questions"), say("to {readers}", readers=_readers(say, room)))
        stop = Button(say.label("Post no more questions"), "channel.questions", str(room.id))
        facts, buttons = (*facts, fact), (*buttons, stop)
    return Card(_name(room), facts=facts, buttons=buttons)


def _readers(say: Words, room: ChannelView) -> str:
    return say.listed(say.label(READERS[each]) for each in room.questions)


def _buttons(say: Words, room: ChannelView) -> tuple[Button, ...]:
    choices = (
        (True, Button(say.label("Answer there"), "channel.set", f"{room.id}:allow")),
        (False, Button(say.label("Be quiet there"), "channel.set", f"{room.id}:quiet")),
        (None, Button(say.label("Follow the default"), "channel.set", f"{room.id}:default")),
    )
    return tuple(button for speaks, button in choices if speaks is not room.speaks)


def _switch(say: Words, everywhere: bool) -> Button:
    if everywhere:
        return Button(say.label("Answer only where allowed"), "channel.everywhere", "no")
    return Button(say.label("Answer wherever I was invited"), "channel.everywhere", "yes")


def _answers(room: ChannelView, everywhere: bool) -> bool:
    return everywhere if room.speaks is None else room.speaks


def _name(room: ChannelView) -> str:
    return f"#{room.name}" if room.name else room.channel
