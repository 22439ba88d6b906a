"""How often members may be contacted, and until when they want to be left alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said
from bot.core.tokens import whole_number
from bot.features.members import availability_replies, profile_forms
from bot.features.members.availability_replies import CapacityForm, SnoozeForm
from bot.features.members.membership import change_profile
from bot.i18n import later
from bot.storage.database import Database
from knowledge.lifecycle import membership
from knowledge.members.views import MemberView

LONGEST = 366
"""Days ahead that somebody can snooze: whoever is away for longer says so again."""
OFF = "off"
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


class Availability:
    """Capacity, and the snooze that ends by itself."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @said(
        "capacity",
        Group.PROFILE,
        later("how many contacts you accept in seven days"),
        NOTHING,
        r"(?P<object>\d{1,6})(?:\s*(?:/|per|an?|por|a la|par)\s*\w+)?",
        who=Who.JOINED,
        examples="capacity 2",
        nearly=r"capacity\s.*\d.*",
    )
    async def capacity(self, context: Context, intent: Intent) -> Reply:
        """`capacity 2/week`: how many people a week may contact the member."""
        member = context.me
        if not intent.object:
            return availability_replies.capacity(context.say, member)
        return await self._limited(context, member, intent.object)

    @pressed("profile.capacity", who=Who.JOINED)
    async def choose_capacity(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The same in a form."""
        member, say = context.me, context.say
        now = "" if member.capacity is None else str(member.capacity)
        form = CapacityForm.draw(say, values={"capacity": now})
        if isinstance(act, Pressed):
            return Reply(availability_replies.capacity(say, member).text, form=form)
        with beside("capacity", form, act.values):
            told = CapacityForm.read(act.values, form)
            return await self._limited(context, member, told.capacity)

    @said(
        "snooze",
        Group.PROFILE,
        later("be left alone until a day; it ends by itself"),
        NOTHING,
        r"(?P<object>off)",
        r"(?P<text>\d{4}-\d{1,2}-\d{1,2})",
        r"(?:until|hasta|jusqu['’]au)\s+(?P<text>[^?¿]{1,40})",
        who=Who.JOINED,
        examples="snooze until 2027-01-10\nsnooze off",
        nearly=r"snooze\s.+|(?:paus[ae]|stop|unsubscribe|baja|désinscrire)(?:\s.+)?",
    )
    async def snooze(self, context: Context, intent: Intent) -> Reply:
        """`snooze until 2027-01-10`, `snooze off`, `snooze`."""
        member = context.me
        if not intent.object and not intent.text:
            return availability_replies.snoozed(context.say, member, self._clock())
        return await self._snoozed(context, member, intent.object or intent.text)

    @pressed("profile.snooze", who=Who.JOINED)
    async def choose_snooze(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The same from a button: days from today, `off`, or nothing for a form."""
        member, now = context.me, self._clock()
        if isinstance(act, Pressed) and act.subject == OFF:
            return await self._snoozed(context, member, OFF)
        if isinstance(act, Pressed) and act.subject in availability_replies.DAYS:
            until = member.today(now) + timedelta(days=int(act.subject))
            return await self._snoozed(context, member, until.isoformat())
        day = member.snoozed_until
        form = SnoozeForm.draw(context.say, values={"until": day.isoformat() if day else ""})
        if isinstance(act, Pressed):
            asked = context.say(
                "Until that day you are shown to nobody, and nobody is sent to you. Then you are "
                "back automatically."
            )
            return Reply(asked, form=form)
        with beside("until", form, act.values):
            told = SnoozeForm.read(act.values, form)
            return await self._snoozed(context, member, told.until)

    async def _limited(self, context: Context, member: MemberView, said: str) -> Reply:
        most = whole_number(said)
        if most is None or most > profile_forms.MOST_CAPACITY:
            raise UserFacingError("unknown_capacity", limit=profile_forms.MOST_CAPACITY)
        changed = await change_profile(
            self._database, member.id, lambda draft: replace(draft, capacity=most)
        )
        return availability_replies.capacity(context.say, changed.member)

    async def _snoozed(self, context: Context, member: MemberView, said: str) -> Reply:
        now = self._clock()
        until = None if said.casefold() == OFF else day_ahead(said, member.today(now))
        await self._database.write(lambda session: membership.snooze(session, member.id, until))
        return availability_replies.snoozed(context.say, replace(member, snoozed_until=until), now)


def day_ahead(said: str, today: date) -> date:
    """A day ahead. Raises `unknown_day`, `day_over`, `day_too_far`."""
    written = _DAY.fullmatch(said.strip())
    try:
        day = date(*(int(part) for part in written.groups())) if written else None
    except ValueError:
        day = None
    if day is None:
        raise UserFacingError("unknown_day", value=said)
    if day <= today:
        raise UserFacingError("day_over", example=str(today + timedelta(days=7)))
    latest = today + timedelta(days=LONGEST)
    if day > latest:
        raise UserFacingError("day_too_far", latest=str(latest))
    return day
