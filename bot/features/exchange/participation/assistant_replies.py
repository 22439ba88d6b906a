"""What is said when a member names somebody who schedules for them."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, ButtonStyle, Reply
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import first_contact
from knowledge.exchange import assistants
from knowledge.exchange.assistants import AssistantView
from knowledge.exchange.states import AssistantState

SAID: Mapping[str, str] = {
    "asked": later("{name} is asked in a private message. Until they agree, nothing changes."),
    "already": later("{name} schedules for you already, or was asked and has not answered yet."),
    "declined_before": later(
        "{name} has said no before, and is not asked a second time. Please name somebody else."
    ),
    "too_many": later(
        "You have asked {number} people in the last {days} days, which is the most. Please wait a "
        "while."
    ),
    "ended": later("{name} no longer schedules for you, and is told so."),
    "nobody": later("Nobody schedules for you."),
}


def said(say: Words, what: str, name: str = "", key: str = "") -> Reply:
    """What naming somebody, or taking it back, came to."""
    limits = {"number": assistants.MOST_ASKED, "days": assistants.ASKED_WITHIN.days}
    return Reply(say(SAID[what], name=_called(say, name, key), **limits))


def standing(
    say: Words, own: AssistantView | None, members: Sequence[tuple[int, str]], *, member: bool
) -> Reply:
    """Who schedules for the reader, and for whom the reader does: (naming's number, name)."""
    lines = []
    buttons = []
    if member and own is None:
        lines.append(
            say(
                "Nobody schedules for you. With **pair assistant @name** you name somebody of "
                "this platform. They choose times for you and get the calendar entry; your "
                "conversations stay yours."
            )
        )
    elif own is not None:
        agreed = own.state is AssistantState.AGREED
        lines.append(
            say(
                "{name} schedules for you. **pair assistant none** ends it.",
                name=_called(say, own.name, own.key),
            )
            if agreed
            else say(
                "{name} was asked to schedule for you and has not answered yet. **pair assistant "
                "none** takes it back.",
                name=_called(say, own.name, own.key),
            )
        )
    for number, name in members:
        lines.append(say("You schedule for {name}.", name=name))
        label = say.label("No longer schedule for {name}", name=name)
        buttons.append(Button(label, "assistant.stop", str(number)))
    if not lines:
        lines.append(say("You schedule for nobody."))
    return Reply(Markup(" ").join(lines), buttons=tuple(buttons))


def invitation(say: Words, member: str, number: int) -> Reply:
    """What the assistant reads before anything else; no answer is an answer, too."""
    text = say(
        "{member} asks whether you would schedule their meetings in the exchange. You would get "
        "the times that are proposed, choose for {member}, and get the calendar entry: never what "
        "is written in the conversations. You can end it at any time. If you do not answer, "
        "nothing happens, and I do not ask again.",
        member=member,
    )
    return Reply(
        Markup("\n\n").join((text, first_contact(say))),
        buttons=(
            Button(say.label("Agree"), "assistant.agree", str(number), ButtonStyle.PRIMARY),
            Button(say.label("No"), "assistant.decline", str(number)),
        ),
    )


def agreed(say: Words, member: str, number: int) -> Reply:
    """The assistant agreed."""
    return Reply(
        say(
            "Thank you. You schedule for {member} from now on. **pair assistant** shows how it "
            "stands.",
            member=member,
        ),
        buttons=(Button(say.label("No longer"), "assistant.stop", str(number)),),
    )


def over(say: Words) -> Reply:
    """What the button was about has been settled."""
    return Reply(say("That is settled already. **pair assistant** shows how it stands."))


def answered(say: Words, found: AssistantView, state: AssistantState) -> Reply:
    """What the member reads when their assistant has answered or stopped."""
    name = _called(say, found.name, found.key)
    if state is AssistantState.AGREED:
        return Reply(
            say(
                "{name} has agreed and schedules for you from now on. **pair assistant none** "
                "ends it.",
                name=name,
            )
        )
    return Reply(say("{name} cannot schedule for you. You can name somebody else.", name=name))


def _called(say: Words, name: str, key: str) -> str:
    """A name; a platform that gives only an account's number with a mention tells none."""
    known = name and name != key.rpartition(":")[2]
    return name if known else say.label("That person")
