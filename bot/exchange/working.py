"""When somebody is at work, and how long they have been. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from knowledge.views import MemberView

WEEKEND = 5


def _local(member: MemberView, at: datetime) -> datetime:
    try:
        return at.astimezone(ZoneInfo(member.time_zone))
    except (KeyError, OSError, ValueError):
        return at.astimezone(UTC)


def at_work(member: MemberView, at: datetime) -> bool:
    """Whether it is one of the member's working hours, on a day from Monday to Friday."""
    local = _local(member, at)
    return local.weekday() < WEEKEND and member.hours_from <= local.hour < member.hours_until


def worked(member: MemberView, begin: datetime, end: datetime) -> int:
    """Whole working hours of the member between two moments."""
    hours = int((end - begin) / timedelta(hours=1))
    return sum(at_work(member, begin + timedelta(hours=each)) for each in range(hours))
