"""The agreed times as a calendar that any program can take in."""

from bot.features.briefs import page_texts
from bot.features.briefs.facts import Brief
from bot.features.briefs.texts import Texts, texts
from bot.i18n import Words

PRODUCT = "-//Crosswalk//Exchange brief//EN"


def calendar(brief: Brief) -> bytes:
    """An iCalendar object (RFC 5545) with an event for each agreed time, in UTC.

    It has no METHOD: published, it would have to name an organiser (RFC 5546, 3.2.1).
    The first time is named by the brief's `key`, the n-th keeps a UID of its own, and `revision`
    counts up, so that a changed time replaces the one that is in a calendar. No address stands in
    it but the organiser's, where one was given.
    """
    from icalendar import Calendar, Event, vCalAddress  # here: it takes a third of a second

    said = texts(brief)
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    for number, span in enumerate(brief.agreed, 1):
        event = Event()
        event.add("uid", brief.key if number == 1 else f"{brief.key}-{number}")
        event.add("dtstamp", brief.made_at)
        event.add("dtstart", span.start)
        event.add("dtend", span.end)
        event.add("sequence", brief.revision)
        event.add("summary", " · ".join(map(page_texts.meeting, said.languages)))
        event.add("description", "\n\n".join(_about(said, say) for say in said.languages))
        event.add("status", "CONFIRMED")
        if brief.organiser:
            event.add("organizer", vCalAddress(f"mailto:{brief.organiser}"))
        made.add_component(event)
    return bytes(made.to_ical())


def _about(said: Texts, say: Words) -> str:
    people = say.listed(person.shown_as for person in said.brief.people)
    rules = said.handling()[said.languages.index(say)]
    return "\n".join((people, *rules))
