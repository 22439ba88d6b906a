"""What somebody who schedules for a member reads of times to meet: no topic, and nobody's words."""

from collections.abc import Sequence

from bot.contract import Attachment, Button, ButtonStyle, Reply
from bot.features.meetings.replies import Clock, when
from bot.i18n import Markup, Words
from knowledge.conversations.meetings import MeetingView, SlotView


def proposed(say: Words, slots: Sequence[SlotView], own: Clock, others: str, member: int) -> Reply:
    """Times on the member's clock, with a button for each; `others`: whom the member meets."""
    parts = [
        say(
            "Times for {member} to meet {others}, half an hour each. Please press every one that "
            "suits {member}: as soon as everybody has pressed the same one, it is agreed.",
            member=own.name,
            others=others,
        ),
        Markup("\n").join(
            say("- **{number}**: {time}", number=number, time=when(say, each.starts_at, [own]))
            for number, each in enumerate(slots, 1)
        ),
    ]
    buttons = tuple(
        Button(
            say.label("{number} suits {member}", number=number, member=own.name),
            "times.suits_for",
            f"{each.id}:{member}",
            ButtonStyle.PRIMARY,
        )
        for number, each in enumerate(slots, 1)
    )
    return Reply(Markup("\n\n").join(parts), buttons=buttons)


def noted(say: Words, chosen: SlotView, own: Clock) -> Reply:
    """A time suits the member; others have not pressed it yet."""
    return Reply(
        say(
            "It is noted that {time} suits {member}. Not everybody has pressed it yet.",
            time=when(say, chosen.starts_at, [own]),
            member=own.name,
        )
    )


def settled(say: Words, chosen: SlotView, own: Clock) -> Reply:
    """The time is agreed; the file comes in a message of its own."""
    return Reply(say("It is agreed: {time}.", time=when(say, chosen.starts_at, [own])))


def agreed(
    say: Words,
    meeting: MeetingView,
    chosen: SlotView,
    own: Sequence[Clock],
    others: str,
    file: Attachment,
) -> Reply:
    """What is read once everybody pressed the same time; `own`: for whom the reader schedules."""
    text = say(
        "A time is agreed for {member} to meet {others}: {time}, for half an hour. The attached "
        "file puts it into a calendar.",
        member=say.listed(each.name for each in own),
        others=others,
        time=when(say, chosen.starts_at, own),
    )
    if meeting.sequence > 1:
        text = Markup("\n\n").join((text, say("It replaces the time that was agreed before.")))
    return Reply(text, files=(file,))
