"""How somebody who agreed to be paired is asked to join a programme."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.contract import Button, ButtonStyle, Card
from bot.features.members.enrolment import Joinable
from bot.i18n import Words, later
from knowledge.members.views import MemberView

OFTEN: Mapping[str, str] = {
    "weekly": later("weekly"),
    "every-2-weeks": later("every two weeks"),
    "monthly": later("monthly"),
    "quarterly": later("quarterly"),
    "once": later("once"),
}


def ask(say: Words, found: Joinable, member: MemberView) -> Card:
    """One programme, with its next round on the reader's own calendar: join, or not now."""
    programme, number = found.programme, str(found.programme.id)
    facts = {
        "programme": programme.name,
        "often": often(say, found),
        "day": day(say, found.begins, member.time_zone),
    }
    join = say.label("Join {programme} ({often}, next on {day})", **facts)
    return Card(
        say.label("Take part in {programme}?", programme=programme.name),
        say("You agreed to be paired. A pair is made for you once you join."),
        buttons=(
            Button(join, "pair.join", number, ButtonStyle.PRIMARY),
            Button(say.label("Not now"), "pair.decline", number),
        ),
    )


def often(say: Words, found: Joinable) -> str:
    """How often its rounds begin, in a word or two."""
    return say.label(OFTEN[str(found.programme.timetable.get("cadence", "once"))])


def day(say: Words, begins: datetime, zone: str) -> str:
    """The day on which a round begins where the reader is."""
    return say.weekday(begins.astimezone(ZoneInfo(zone)))
