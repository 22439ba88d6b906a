"""Buttons that lead from one feature to another, by the name of the action.

A feature shows another's button by asking for it here, so that no feature imports another's
sentences for it. The feature that owns the action says what happens when it is pressed.
"""

from bot.contract import Button, ButtonStyle
from bot.i18n import Words, later

LABELS = {
    "answer.solved": later("This answers my question"),
    "brief.show": later("Brief"),
    "broker.form": later("Find me somebody"),
    "broker.list": later("Find people"),
    "cite.start": later("Make a case of it"),
    "community.form": later("Ask the community"),
    "handoff.form": later("Ask an expert"),
    "postcard.write": later("Write a postcard"),
    "times.propose": later("Propose times"),
}
"""What each of these buttons says."""


def link(
    say: Words, action: str, subject: int | str, style: ButtonStyle = ButtonStyle.PLAIN
) -> Button:
    """The button of `action` about `subject`. Raises KeyError for an action without a label."""
    return Button(say.label(LABELS[action]), action, str(subject), style)
