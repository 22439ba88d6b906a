"""A programme's form: what it shows, and what a filled one says."""

from datetime import date, timedelta

from bot.core.forms import FormOf, one_of, parsed, short_text, yes_or_no
from bot.features.exchange.planner.participants import Scope
from bot.features.exchange.programmes import form_values
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import (
    Rules,
    rules_of,
    timetable_of,
    write_timetable,
)
from bot.i18n import later
from knowledge.exchange.programmes import ProgrammeView

LIMIT = 80
CADENCES = {
    "weekly": later("every week"),
    "every-2-weeks": later("every two weeks"),
    "monthly": later("every month, on the same weekday"),
    "quarterly": later("every quarter, on the same weekday"),
    "once": later("once"),
}
SCOPES = {
    "any": later("everybody"),
    "same-country": later("people of one country"),
    "other-countries": later("people of different countries"),
}


class ProgrammeForm(FormOf):
    """What holds for a programme."""

    action, heading = "programme.save", later("Exchange programme")
    name = short_text(later("Name"), LIMIT, required=True)
    cadence = one_of(later("How often"), CADENCES, required=True)
    start = parsed(later("First date, such as 2027-01-10"), LIMIT, form_values.day)
    at = parsed(later("Local time, such as 10:00"), LIMIT, form_values.clock)
    zone = parsed(later("Time zone"), LIMIT, form_values.zone)
    scope = one_of(later("Who meets"), SCOPES)
    share = parsed(
        later("Percent who should meet the other community"),
        LIMIT,
        form_values.whole(0, 100, 100),
        required=False,
    )
    hours = parsed(
        later("Shared working hours; 0 if writing is enough"),
        LIMIT,
        form_values.between(0, 8, 1),
        required=False,
    )
    size = parsed(
        later("Most people in a group: 2 or 3"),
        LIMIT,
        form_values.whole(2, 3, 3),
        required=False,
    )
    language = yes_or_no(later("A shared language is needed"))
    same_side = yes_or_no(later("Two of one community may meet"))
    automatic = yes_or_no(later("Begin by itself, without a steward"))
    days = parsed(
        later("Days that a round lasts"), LIMIT, form_values.whole(2, 60, 0), required=False
    )
    blackouts = parsed(
        later("Dates without a round, with commas"), 300, form_values.days, required=False
    )
    chatham = yes_or_no(later("Chatham House rule"))


def defaults(zone: str, today: date) -> dict[str, str]:
    """What a new programme has unless a steward says otherwise."""
    start = today + timedelta(days=7)
    return {
        "name": "",
        "cadence": Cadence.MONTHLY.value,
        "start": start.isoformat(),
        "at": "10:00",
        "zone": zone,
        "scope": Scope.ANY.value,
        "share": "100",
        "hours": "1",
        "size": "3",
        "language": "yes",
        "same_side": "yes",
        "automatic": "yes",
        "days": "",
        "blackouts": "",
        "chatham": "no",
    }


def timetable_changed(old: ProgrammeView, timetable: Timetable) -> bool:
    """Whether due times must be computed anew."""
    return dict(old.timetable) != write_timetable(timetable)


def values(found: ProgrammeView) -> dict[str, str]:
    """What holds for a programme, as its form shows it."""
    rules, timetable = rules_of(found), timetable_of(found)
    yes = {True: "yes", False: "no"}
    return {
        "name": found.name,
        "cadence": timetable.cadence.value,
        "start": timetable.start.isoformat(),
        "at": timetable.at.strftime("%H:%M"),
        "zone": timetable.zone,
        "scope": rules.scope.value,
        "share": str(round(100 * rules.cross_share)),
        "hours": f"{rules.shared_hours:g}",
        "size": str(rules.max_size),
        "language": yes[rules.shared_language],
        "same_side": yes[rules.same_side],
        "automatic": yes[found.automatic],
        "days": str(found.days),
        "blackouts": ", ".join(sorted(day.isoformat() for day in timetable.blackouts)),
        "chatham": yes[found.chatham_house],
    }


def rules(told: ProgrammeForm, language: str) -> Rules:
    """The rules that a form says."""
    return Rules(
        Scope(told.scope or Scope.ANY),
        told.share / 100,
        told.hours,
        told.language is not False,
        told.size,
        told.same_side is not False,
        language,
    )
