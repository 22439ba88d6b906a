"""What members read about being contacted: how often, and until when not at all."""

from datetime import datetime

from bot.contract import Button, Reply
from bot.core.forms import FormOf, parsed
from bot.i18n import Markup, Words, later
from knowledge.members import contacts
from knowledge.members.views import MemberView

DAYS = ("7", "30")
"""The days that buttons offer."""


def capacity(say: Words, member: MemberView) -> Reply:
    """How often a member may be contacted."""
    if member.capacity is None:
        text = say.plural(
            "You have set no number of your own: at most one person a week may contact you. "
            "**capacity 2** sets two.",
            "You have set no number of your own: at most {number} people a week may contact you. "
            "**capacity 2** sets two.",
            contacts.capacity(member),
        )
    elif member.capacity == 0:
        text = say("Nobody is sent to you at present. Write **capacity 2** to change that.")
    else:
        text = say.plural(
            "At most one person a week may contact you.",
            "At most {number} people a week may contact you.",
            member.capacity,
        )
    return Reply(text)


class CapacityForm(FormOf):
    """How often a member may be contacted."""

    action, heading = "profile.capacity", later("Change how often")
    capacity = parsed(
        later("How many people a week may contact you"),
        3,
        str,
        checked=False,
        hint=later("A number; 0 means that nobody is sent to you."),
    )


def snoozed(say: Words, member: MemberView, now: datetime) -> Reply:
    """Whether a member is left alone, and how to change it."""
    return Reply(snooze_state(say, member, now), buttons=snooze_buttons(say, member, now))


def snooze_state(say: Words, member: MemberView, now: datetime) -> Markup:
    """Whether a member is left alone, in a sentence."""
    if member.snoozed_until is None or not member.snoozed(now):
        return say(
            "You are not snoozing: members who look for help can be shown you, as far as you "
            "agreed to it."
        )
    return say(
        "You are snoozing: you are shown to nobody, and nobody is sent to you. You are back "
        "automatically on {day}.",
        day=say.day(member.snoozed_until),
    )


def snooze_buttons(say: Words, member: MemberView, now: datetime) -> tuple[Button, ...]:
    """How to be left alone, and how to be back."""
    week, month = DAYS
    buttons = (
        Button(say.label("Snooze for a week"), "profile.snooze", week),
        Button(say.label("Snooze for a month"), "profile.snooze", month),
        Button(say.label("Snooze until a day"), "profile.snooze"),
    )
    if not member.snoozed(now):
        return buttons
    return (Button(say.label("End the snooze"), "profile.snooze", "off"), *buttons)


class SnoozeForm(FormOf):
    """Until which day a member wants to be left alone."""

    action, heading = "profile.snooze", later("Snooze")
    until = parsed(
        later("The day on which you are back"),
        10,
        str,
        checked=False,
        hint=later("Such as 2027-01-10, at most a year ahead."),
    )
