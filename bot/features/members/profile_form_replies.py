"""The short forms by which people tell who they are, and what they agree to."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.contract import Form
from bot.core.forms import (
    FormOf,
    Input,
    choice,
    long_text,
    must_choose,
    parsed,
    short_text,
    yes_or_no,
)
from bot.features.members import profile_forms
from bot.features.members.profile_forms import LIMITS
from bot.i18n import Words, later
from bot.i18n.labels import PURPOSES, described
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
MEANINGS: Mapping[Purpose, str] = {
    Purpose.BE_EXPERT: later("You appear under answers that your offers and cases fit."),
    Purpose.BE_ASKED: later("Members may send you a question, within the limit you set."),
    Purpose.BE_PAIRED: later(
        "One or two members meet you and read your name, role, organisation, offers, needs, hours."
    ),
    Purpose.BE_NAMED: later(
        "Your name, role and organisation are shown. Without this, only the description above."
    ),
    Purpose.BE_QUOTED: later("What you answer may become a case that says who wrote it."),
}

OFFER_HINT = later("For example: licensing of open data")
NEED_HINT = later("For example: scanner data for price statistics")


class ProfileForm(FormOf):
    """One step; the subject says which."""

    action = "profile.edit"

    @staticmethod
    @abstractmethod
    def known(say: Words, draft: MemberDraft) -> Mapping[str, str]:
        """What stands in it."""

    @abstractmethod
    def onto(self, draft: MemberDraft) -> MemberDraft:
        """The profile with what was filled in."""


class WhoForm(ProfileForm):
    """Who somebody is."""

    heading = TITLES["who"]
    name = parsed(later("Your name"), LIMITS["name"], profile_forms.name)
    community = must_choose(
        later("Your community"),
        Community,
        hint=later("By what you do, whatever your title is."),
    )
    level = choice(later("Level of government"), Level)
    role = short_text(later("Your role"), LIMITS["role"], required=True)
    organisation = short_text(later("Your organisation"), LIMITS["organisation"], required=True)

    @staticmethod
    def known(say: Words, draft: MemberDraft) -> Mapping[str, str]:
        return {
            "name": draft.name,
            "community": draft.community or "",
            "level": draft.circumstances.level or "",
            "role": draft.role,
            "organisation": draft.organisation,
        }

    def onto(self, draft: MemberDraft) -> MemberDraft:
        return replace(
            draft,
            name=self.name,
            community=self.community,
            role=self.role,
            organisation=self.organisation,
            circumstances=replace(draft.circumstances, level=self.level),
        )


class WhereForm(ProfileForm):
    """Where somebody is, and when they can talk."""

    heading = TITLES["where"]
    place = short_text(later("City or place"), LIMITS["place"])
    country = parsed(
        later("Country"),
        LIMITS["country"],
        profile_forms.country,
        hint=later("Its name, or a code of two letters such as MX."),
    )
    languages = parsed(
        later("Languages you work in"),
        LIMITS["languages"],
        profile_forms.languages,
        hint=later("Codes such as es, fr, the one you prefer first."),
    )
    zone = parsed(
        later("Time zone"),
        LIMITS["zone"],
        profile_forms.zone,
        hint=later("Such as America/Mexico_City."),
    )
    hours = parsed(
        later("Hours when you can talk"),
        LIMITS["hours"],
        profile_forms.hours,
        hint=later("Such as 9-17."),
    )

    @staticmethod
    def known(say: Words, draft: MemberDraft) -> Mapping[str, str]:
        return {
            "place": draft.place,
            "country": say.country(draft.country) if draft.country else "",
            "languages": ", ".join(draft.languages),
            "zone": draft.time_zone,
            "hours": f"{draft.hours_from}-{draft.hours_until}",
        }

    def onto(self, draft: MemberDraft) -> MemberDraft:
        first, last, also = self.hours
        return replace(
            draft,
            place=self.place,
            country=self.country,
            languages=self.languages,
            time_zone=also or self.zone,
            hours_from=first,
            hours_until=last,
        )


class TopicsForm(ProfileForm):
    """What somebody offers and needs."""

    heading = TITLES["topics"]
    offer_1 = short_text(later("What you can help with"), LIMITS["line"], hint=OFFER_HINT)
    offer_2 = short_text(later("Something else you can help with"), LIMITS["line"])
    need_1 = short_text(later("What you want to learn"), LIMITS["line"], hint=NEED_HINT)
    need_2 = short_text(later("Something else you want to learn"), LIMITS["line"])
    contact = short_text(
        later("How a partner can reach you"),
        LIMITS["contact"],
        hint=later("Shown only to somebody whom you accept, such as an e-mail address."),
    )

    @staticmethod
    def known(say: Words, draft: MemberDraft) -> Mapping[str, str]:
        offers, needs = (*draft.offers, "", ""), (*draft.needs, "", "")
        return {
            "offer_1": offers[0],
            "offer_2": offers[1],
            "need_1": needs[0],
            "need_2": needs[1],
            "contact": draft.contact_line,
        }

    def onto(self, draft: MemberDraft) -> MemberDraft:
        # The form shows the first two of each; what stands behind them stays.
        return replace(
            draft,
            offers=_distinct((self.offer_1, self.offer_2), draft.offers[2:]),
            needs=_distinct((self.need_1, self.need_2), draft.needs[2:]),
            contact_line=self.contact,
        )


class FactsForm(ProfileForm):
    """About somebody's office."""

    heading = TITLES["facts"]
    population_band = choice(later("Population of your place"), PopulationBand)
    legal_basis = choice(later("What entitles you to the data you use"), LegalBasis)
    staff_band = choice(later("People who work on data in your office"), StaffBand)
    data_source = choice(later("Main kind of data you use"), DataSource)
    profile = long_text(later("What you work on, in a sentence or two"), LIMITS["profile"])

    @staticmethod
    def known(say: Words, draft: MemberDraft) -> Mapping[str, str]:
        known = draft.circumstances
        return {
            "population_band": known.population_band or "",
            "legal_basis": known.legal_basis or "",
            "staff_band": known.staff_band or "",
            "data_source": known.data_source or "",
            "profile": draft.profile,
        }

    def onto(self, draft: MemberDraft) -> MemberDraft:
        return replace(
            draft,
            profile=self.profile,
            circumstances=replace(
                draft.circumstances,
                population_band=self.population_band,
                legal_basis=self.legal_basis,
                staff_band=self.staff_band,
                data_source=self.data_source,
            ),
        )


class OfferForm(FormOf):
    """One more offer."""

    action, heading = "profile.add_offer", later("Add an offer")
    line = short_text(later("Add an offer"), LIMITS["line"], required=True, hint=OFFER_HINT)


class NeedForm(FormOf):
    """One more need."""

    action, heading = "profile.add_need", later("Add a need")
    line = short_text(later("Add a need"), LIMITS["line"], required=True, hint=NEED_HINT)


def _consent(purpose: Purpose) -> Input[bool | None]:
    return yes_or_no(PURPOSES[purpose], hint=MEANINGS[purpose])


class ConsentForm(FormOf):
    """What somebody can agree to, each by itself; nothing is ticked beforehand."""

    action, heading = "consent.save", TITLES["consents"]
    be_expert = _consent(Purpose.BE_EXPERT)
    be_asked = _consent(Purpose.BE_ASKED)
    be_paired = _consent(Purpose.BE_PAIRED)
    be_named = _consent(Purpose.BE_NAMED)
    be_quoted = _consent(Purpose.BE_QUOTED)


def consents(say: Words, answers: Mapping[Purpose, bool], shown_as: Description) -> Form:
    """What somebody can agree to, each by itself; nothing is ticked beforehand."""
    values = {purpose.value: "yes" if given else "no" for purpose, given in answers.items()}
    note = say(
        "Each is yours to give and to take back at any time, here or with **consent be_named no**. "
        "Without your name you are shown as: {shown}. Whoever you are paired with reads your name "
        "all the same, and in what your offices differ, such as country, level or size.",
        shown=described(say, shown_as),
    )
    return ConsentForm.draw(say, values=values, note=note)


def form(say: Words, step: str, draft: MemberDraft, note: str) -> Form:
    """One step's form, with what is known."""
    return FORMS[step].draw(say, step, FORMS[step].known(say, draft), note=note)


FORMS: Mapping[str, type[ProfileForm]] = {
    "who": WhoForm,
    "where": WhereForm,
    "topics": TopicsForm,
    "facts": FactsForm,
}


def _distinct(first: Sequence[str], rest: Sequence[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for line in (*first, *rest):
        if line:
            kept.setdefault(line.casefold(), line)
    return tuple(kept.values())
