"""Times to meet: proposed, chosen, agreed; each told on everybody's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.core import UnknownLocaleError
from babel.dates import get_timezone_location

from bot.calendars.meeting_times import WORKING_DAYS
from bot.calendars.working_week import WorkingWeek
from bot.contract import Attachment, Button, ButtonStyle, Reply
from bot.i18n import Markup, Words
from knowledge.conversations.conversations import ConversationView
from knowledge.conversations.meetings import MeetingView, SlotView
from knowledge.vocabulary import ConversationState


@dataclass(frozen=True, slots=True)
class Clock:
    """Somebody's name and time zone."""

    name: str
    zone: str


def proposed(
    say: Words, found: ConversationView, slots: Sequence[SlotView], clocks: Sequence[Clock]
) -> Reply:
    """Times for everybody, with a button for each."""
    parts = [
        say(
            "Here are times at which all of you work, half an hour each. Please press every one "
            "that suits you: as soon as all of you have pressed the same one, it is agreed."
        ),
        Markup("\n").join(
            say("- **{number}**: {time}", number=number, time=when(say, each.starts_at, clocks))
            for number, each in enumerate(slots, 1)
        ),
    ]
    buttons = [
        Button(
            say.label("{number} suits me", number=number),
            "times.suits",
            str(each.id),
            ButtonStyle.PRIMARY,
        )
        for number, each in enumerate(slots, 1)
    ]
    return Reply(
        Markup("\n\n").join(parts), buttons=(*buttons, _other(say, found.id, slots[0].batch))
    )


def together(replies: Sequence[Reply]) -> Reply:
    """One message for people who read different languages; the buttons are those of the first."""
    first = replies[0]
    text = Markup("\n\n").join(Markup(each.text) for each in replies)
    return Reply(text, buttons=first.buttons, files=first.files)


def noted(say: Words, chosen: SlotView, own: Clock, waiting: int) -> Reply:
    """A time suits the reader; `waiting`: so many have not pressed it yet."""
    return Reply(
        Markup(" ").join(
            (
                say("It is noted that {time} suits you.", time=when(say, chosen.starts_at, [own])),
                say.plural(
                    "One of you has not pressed it yet.",
                    "{number} of you have not pressed it yet.",
                    waiting,
                ),
            )
        )
    )


def settled(
    say: Words, found: ConversationView, meeting: MeetingView, chosen: datetime, own: Clock
) -> Reply:
    """The time is agreed; the conversation says so, too."""
    return Reply(
        say("It is agreed: {time}.", time=when(say, chosen, [own])),
        buttons=(_other(say, found.id, meeting.batch),),
    )


def agreed(
    say: Words,
    found: ConversationView,
    meeting: MeetingView,
    chosen: SlotView,
    clocks: Sequence[Clock],
    file: Attachment,
) -> Reply:
    """What everybody reads once all pressed the same time."""
    text = say(
        "You have agreed on a time: {time}, for half an hour. The attached file puts it into your "
        "calendar. How you meet, by telephone or by video, please settle here.",
        time=when(say, chosen.starts_at, clocks),
    )
    if meeting.sequence > 1:
        text = Markup("\n\n").join((text, say("It replaces the time that was agreed before.")))
    return Reply(text, buttons=(_other(say, found.id, meeting.batch),), files=(file,))


def no_time(say: Words, *, before: bool) -> Reply:
    """No hours in common: writing works. `before`: all there were have been proposed."""
    if before:
        return Reply(
            say(
                "There are no further times in the next {days} working days at which all of you "
                "work. Please write to each other here: answers may take a day, and that is fine. "
                "You can also name a time here that suits you outside your hours.",
                days=WORKING_DAYS,
            )
        )
    return Reply(
        say(
            "In the next {days} working days there is no half hour at which all of you work, so "
            "no times are proposed. Please write to each other here: answers may take a day, and "
            "that is fine. One question at a time works well.",
            days=WORKING_DAYS,
        )
    )


def not_open(say: Words, found: ConversationView) -> Reply:
    """The conversation is over, or its room is not there yet."""
    if found.state is ConversationState.CLOSED:
        return Reply(say("This conversation is closed, so no times are proposed any more."))
    return Reply(
        say(
            "This conversation begins in working hours that suit all of you. Times can be "
            "proposed as soon as you have got its first message."
        )
    )


def which(say: Words, found: Sequence[ConversationView]) -> Reply:
    """Asks which conversation is meant."""
    if not found:
        return Reply(say("You have no open conversation."))
    return Reply(
        say("For which conversation shall times be proposed?"),
        buttons=tuple(
            Button(
                say.label("{number}. {topic}", number=each.id, topic=each.topic),
                "times.propose",
                str(each.id),
            )
            for each in found
        ),
    )


def when(say: Words, moment: datetime, clocks: Sequence[Clock]) -> Markup:
    """A moment on everybody's clock: `Thursday, November 26, 09:00 for Ana (Mexico City)`.

    The day is that of the first clock, and is told again for whom it is another.
    """
    names: dict[tuple[datetime, str], list[str]] = {}
    for clock in clocks:
        names.setdefault((_local(moment, clock), city(say, clock.zone)), []).append(clock.name)
    first = _local(moment, clocks[0]).date()
    told = [_on(say, local, say.listed(who), place, first) for (local, place), who in names.items()]
    return say("{day}, {times}", day=say.weekday(first), times=Markup("; ".join(told)))


def city(say: Words, zone: str) -> str:
    """What people call a time zone: its city, or the name itself."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    try:
        return str(get_timezone_location(zone, locale=say.locale, return_city=True))
    except (LookupError, UnknownLocaleError):
        return zone


def _local(moment: datetime, clock: Clock) -> datetime:
    """Without its zone, so that one hour of one day is the same for all who read it."""
    return WorkingWeek(clock.zone).local(moment).replace(tzinfo=None)


def _on(say: Words, local: datetime, who: str, place: str, first: date) -> Markup:
    facts = {"time": f"{local:%H:%M}", "name": who, "city": place}
    if local.date() == first:
        return say("{time} for {name} ({city})", **facts)
    return say("{day}, {time} for {name} ({city})", day=say.weekday(local), **facts)


def _other(say: Words, conversation: int, batch: int) -> Button:
    return Button(say.label("Other times"), "times.other", f"{conversation}:{batch}")
