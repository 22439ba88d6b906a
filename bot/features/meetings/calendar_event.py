"""An agreed time as a calendar that any program can take in."""

from datetime import datetime

from bot.contract import Attachment
from bot.features.briefs import page_texts
from bot.i18n import Words
from knowledge.conversations.meetings import MeetingView, SlotView

PRODUCT = "-//Crosswalk//Meeting times//EN"


def event(meeting: MeetingView, chosen: SlotView, made_at: datetime, say: Words) -> Attachment:
    """An iCalendar object (RFC 5545) with one event, in UTC.

    It has no METHOD: published, it would have to name an organiser (RFC 5546, 3.2.1).
    A time agreed later has the same UID and a larger SEQUENCE, so that it replaces the first.
    Nobody's name, address or words stand in it: calendars are read by others.
    """
    from icalendar import Calendar, Event  # here: it takes a third of a second

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    one = Event()
    one.add("uid", meeting.uid)
    one.add("dtstamp", made_at)
    one.add("dtstart", chosen.starts_at)
    one.add("dtend", chosen.ends_at)
    one.add("sequence", meeting.sequence - 1)
    one.add("summary", page_texts.meeting(say))
    one.add("status", "CONFIRMED")
    made.add_component(one)
    return Attachment("crosswalk-meeting.ics", "text/calendar", bytes(made.to_ical()))
