"""The short forms by which people tell who they are, and what they agree to."""

from collections.abc import Mapping, Sequence

from bot.contract import Field, FieldKind, Form, Option
from bot.i18n import Words, later
from bot.i18n.labels import described, options, word
from knowledge.members.anonymity import Description
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import (
    Community,
    DataSource,
    LegalBasis,
    Level,
    PopulationBand,
    Purpose,
    StaffBand,
)

STEPS = ("who", "where", "topics", "consents", "facts")
TITLES: Mapping[str, str] = {
    "who": later("Who you are"),
    "where": later("Place and hours"),
    "topics": later("Offers and needs"),
    "consents": later("What you agree to"),
    "facts": later("About your office"),
}
LIMITS: Mapping[str, int] = {
    "name": 80,
    "role": 120,
    "organisation": 160,
    "place": 120,
    "country": 60,
    "languages": 80,
    "zone": 60,
    "hours": 20,
    "line": 200,
    "contact": 200,
    "profile": 600,
}
MEANINGS: Mapping[Purpose, str] = {
    Purpose.BE_EXPERT: later("You appear under answers that your offers and cases fit."),
    Purpose.BE_ASKED: later("Members may send you a question, within the limit you set."),
    Purpose.BE_PAIRED: later("You are matched with a member of the other community."),
    Purpose.BE_NAMED: later(
        "Your name, role and organisation are shown. Without this, only the description above."
    ),
    Purpose.BE_QUOTED: later("What you answer may become a case that says who wrote it."),
}

Values = Mapping[str, str | Sequence[str]]


def form(
    say: Words, step: str, draft: MemberDraft, note: str, values: Values | None = None
) -> Form:
    """One step's form; `values` is what was typed last, where it has to be asked again."""
    fields = _FIELDS[step](say, draft)
    if values is not None:
        fields = tuple(_with(field, values) for field in fields)
    return Form(say.label(TITLES[step]), "profile.edit", step, fields, note)


def one_line(say: Words, kind: str, note: str, value: str = "") -> Form:
    """The form for one more offer or need."""
    title = say.label("Add an offer") if kind == "offer" else say.label("Add a need")
    hint = _offer_hint(say) if kind == "offer" else _need_hint(say)
    field = Field("line", title, value=value, required=True, hint=hint, max_length=LIMITS["line"])
    return Form(title, f"profile.add_{kind}", "", (field,), note)


def consents(say: Words, answers: Mapping[Purpose, bool], shown_as: Description) -> Form:
    """What somebody can agree to, each by itself; nothing is ticked beforehand."""
    yes, no = Option(say.label("Yes"), "yes"), Option(say.label("No"), "no")
    fields = tuple(
        Field(
            purpose.value,
            word(say, purpose),
            FieldKind.ONE_OF,
            value=("yes" if answers[purpose] else "no") if purpose in answers else "",
            options=(yes, no),
            hint=say.label(MEANINGS[purpose]),
        )
        for purpose in Purpose
    )
    note = say(
        "Each is yours to give and to take back at any time, here or with **consent be_named no**. "
        "Without your name you are shown as: {shown}.",
        shown=described(say, shown_as),
    )
    return Form(say.label(TITLES["consents"]), "consent.save", "", fields, note)


def _who(say: Words, draft: MemberDraft) -> tuple[Field, ...]:
    return (
        _line("name", say.label("Your name"), draft.name, required=True),
        Field(
            "community",
            say.label("Your community"),
            FieldKind.ONE_OF,
            value=draft.community or "",
            options=options(say, Community),
            required=True,
            hint=say.label("By what you do, whatever your title is."),
        ),
        Field(
            "level",
            say.label("Level of government"),
            FieldKind.ONE_OF,
            value=draft.circumstances.level or "",
            options=options(say, Level),
        ),
        _line("role", say.label("Your role"), draft.role, required=True),
        _line("organisation", say.label("Your organisation"), draft.organisation, required=True),
    )


def _where(say: Words, draft: MemberDraft) -> tuple[Field, ...]:
    country = say.country(draft.country) if draft.country else ""
    hours = f"{draft.hours_from}-{draft.hours_until}"
    return (
        _line("place", say.label("City or place"), draft.place),
        _line(
            "country",
            say.label("Country"),
            country,
            required=True,
            hint=say.label("Its name, or a code of two letters such as MX."),
        ),
        _line(
            "languages",
            say.label("Languages you work in"),
            ", ".join(draft.languages),
            required=True,
            hint=say.label("Codes such as es, fr, the one you prefer first."),
        ),
        _line(
            "zone",
            say.label("Time zone"),
            draft.time_zone,
            required=True,
            hint=say.label("Such as America/Mexico_City."),
        ),
        _line(
            "hours",
            say.label("Hours when you can talk"),
            hours,
            required=True,
            hint=say.label("Such as 9-17."),
        ),
    )


def _topics(say: Words, draft: MemberDraft) -> tuple[Field, ...]:
    offers, needs = (*draft.offers, "", ""), (*draft.needs, "", "")
    return (
        _text_line("offer_1", say.label("What you can help with"), offers[0], _offer_hint(say)),
        _text_line("offer_2", say.label("Something else you can help with"), offers[1], ""),
        _text_line("need_1", say.label("What you want to learn"), needs[0], _need_hint(say)),
        _text_line("need_2", say.label("Something else you want to learn"), needs[1], ""),
        _line(
            "contact",
            say.label("How a partner can reach you"),
            draft.contact_line,
            hint=say.label("Shown only to somebody whom you accept, such as an e-mail address."),
        ),
    )


def _facts(say: Words, draft: MemberDraft) -> tuple[Field, ...]:
    known = draft.circumstances
    return (
        Field(
            "population_band",
            say.label("Population of your place"),
            FieldKind.ONE_OF,
            value=known.population_band or "",
            options=options(say, PopulationBand),
        ),
        Field(
            "legal_basis",
            say.label("What entitles you to the data you use"),
            FieldKind.ONE_OF,
            value=known.legal_basis or "",
            options=options(say, LegalBasis),
        ),
        Field(
            "staff_band",
            say.label("People who work on data in your office"),
            FieldKind.ONE_OF,
            value=known.staff_band or "",
            options=options(say, StaffBand),
        ),
        Field(
            "data_source",
            say.label("Main kind of data you use"),
            FieldKind.ONE_OF,
            value=known.data_source or "",
            options=options(say, DataSource),
        ),
        Field(
            "profile",
            say.label("What you work on, in a sentence or two"),
            FieldKind.TEXT,
            value=draft.profile,
            max_length=LIMITS["profile"],
        ),
    )


_FIELDS = {"who": _who, "where": _where, "topics": _topics, "facts": _facts}


def _offer_hint(say: Words) -> str:
    return say.label("For example: licensing of open data")


def _need_hint(say: Words) -> str:
    return say.label("For example: scanner data for price statistics")


def _line(name: str, label: str, value: str, *, required: bool = False, hint: str = "") -> Field:
    return Field(name, label, value=value, required=required, hint=hint, max_length=LIMITS[name])


def _text_line(name: str, label: str, value: str, hint: str) -> Field:
    return Field(name, label, value=value, hint=hint, max_length=LIMITS["line"])


def _with(field: Field, values: Values) -> Field:
    return Field(
        field.name,
        field.label,
        field.kind,
        values.get(field.name, field.value),
        field.options,
        field.required,
        field.hint,
        field.max_length,
    )
