"""Sentences that several features say."""

from datetime import datetime
from textwrap import shorten

from bot.contract import Card, Fact
from bot.i18n import Markup, Words, later
from bot.i18n.labels import topic, word
from knowledge.cases.views import CaseView, SourceView
from knowledge.vocabulary import Level, ReviewStage

LONGEST_SOURCE = 80
"""Characters of a source's title on the one line of a case; the whole of it stands in the case."""

CIRCUMSTANCES = {
    "level": later("level of government"),
    "population_band": later("size"),
    "legal_basis": later("legal basis"),
    "staff_band": later("people who work on data"),
    "data_source": later("kind of data"),
}


def whole_case(say: Words, case: CaseView, now: datetime) -> Card:
    """A case with all its text."""
    topics = say.listed(topic(say, value) for value in case.topics)
    facts = provenance(say, case, now)
    if topics:
        facts = (*facts, Fact(say.label("Topics"), say("{topics}", topics=topics)))
    if case.further:
        told = Markup("; ").join(cited(say, source) for source in case.further)
        facts = (*facts, Fact(say.label("Also told by"), told))
    if case.merged_into is not None:
        into = say("case {number}", number=case.merged_into)
        facts = (*facts, Fact(say.label("Merged into"), into))
    if case.source.licence:
        facts = (*facts, Fact(say.label("Licence"), say("{text}", text=case.source.licence)))
    return Card(
        title=say.label("{number}. {title}", number=case.id, title=case.title),
        body=say("{text}", text=case.text),
        facts=facts,
    )


def age(say: Words, case: CaseView, now: datetime) -> Markup:
    """`published 2019, added in March, reviewed in May`."""
    parts = [
        say("published {year}", year=case.source.published[:4])
        if case.source.published
        else say("source without a date")
    ]
    parts.append(say("added in {month}", month=say.month(case.added_at, now)))
    if case.reviewed_at is None:
        parts.append(say("not yet reviewed"))
    else:
        parts.append(say("reviewed in {month}", month=say.month(case.reviewed_at, now)))
    if case.up_since is not None and case.stage is not ReviewStage.CURRENT:
        since = say.month(case.up_since, now)
        parts.append(
            say("review is due since {month}", month=since)
            if case.stage is ReviewStage.DUE
            else say("due for review in {month} and not confirmed since", month=since)
        )
    return Markup(", ").join(parts)


def cited(say: Words, source: SourceView) -> Markup:
    """A source with its address, where it has one."""
    if not source.url:
        return say("{title}", title=source.title)
    return say("[{title}]({url})", title=source.title or source.url, url=_address(source.url))


def in_brief(say: Words, case: CaseView, now: datetime) -> Markup:
    """Where a case was, its source, how old it is and whether a review is due, on one line."""
    where = _where(say, case)
    title = shorten(case.source.title, LONGEST_SOURCE, placeholder="…")
    parts = [
        *([say("{text}", text=where)] if where else []),
        *([say("{title}", title=title)] if case.source.title != case.title else []),
        say("{year}", year=case.source.published[:4])
        if case.source.published
        else say("source without a date"),
        *([say("review is due")] if case.stage is not ReviewStage.CURRENT else []),
    ]
    return Markup(" · ").join(parts)


def provenance(say: Words, case: CaseView, now: datetime) -> tuple[Fact, ...]:
    """Where a case was, its source and its age, as facts of a card."""
    facts = [
        Fact(say.label("Source"), cited(say, case.source)),
        Fact(say.label("Age"), age(say, case, now)),
    ]
    where = _where(say, case)
    return (Fact(say.label("Where"), say("{text}", text=where)), *facts) if where else tuple(facts)


def _where(say: Words, case: CaseView) -> str:
    """`León, Mexico · city or municipality`; a country is not said twice."""
    country = say.country(case.country)
    level = case.circumstances.level
    national = level is Level.NATIONAL and case.country
    place = country if national else ", ".join(filter(None, dict.fromkeys((case.place, country))))
    if level is not None:
        return " · ".join(filter(None, (place, word(say, level))))
    return place


def _address(url: str) -> Markup:
    """An address that cannot end the link it stands in."""
    return Markup(url.replace("(", "%28").replace(")", "%29").replace(" ", "%20"))


def first_contact(say: Words) -> Markup:
    """How to handle what is written here; part of a first message and of each form."""
    return say(
        "Please write no microdata, no embargoed figures and no personal data of others. What "
        "you write in a chat may be a public record."
    )
