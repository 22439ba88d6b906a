"""How an answer, a case and an expert are said."""

from datetime import datetime

from bot.contract import Button, Card, Fact, Field, FieldKind, Form, Reply
from bot.core.commands import QUESTION_LIMIT
from bot.features.asking.answer import (
    Answer,
    Difference,
    FoundCase,
    FoundExpert,
    Reason,
    ReasonKind,
)
from bot.features.help.replies import EXPERT_EXAMPLE, first_contact
from bot.features.introductions.asker_replies import ask_button
from bot.features.public_questions import replies as community
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described, options, topic, topic_tags, word
from knowledge.views import CaseView, SourceView
from knowledge.vocabulary import Community, Confidence, Level, ReviewStage, Topic

STRENGTHS = {
    Confidence.STRONG: later("closely matches your question"),
    Confidence.RELATED: later("on a nearby topic"),
}

CIRCUMSTANCES = {
    "level": later("level of government"),
    "population_band": later("size"),
    "legal_basis": later("legal basis"),
    "staff_band": later("people who work on data"),
    "data_source": later("kind of data"),
}

COMMUNITIES_IN_A_REASON = {
    Community.CITY: later("works for a city or region"),
    Community.NATIONAL: later("works for a statistics office"),
    Community.PARTNER: later("works for a partner organisation"),
}


def answer(say: Words, found: Answer, now: datetime) -> Reply:
    """The reply to a question: what is written first, then who can be asked."""
    parts = [say("**{question}**", question=found.text), verdict(say, found)]
    if found.suggestion:
        parts.append(
            say("If you meant the command {verb}, write only that word.", verb=found.suggestion)
        )
    if found.differences:
        parts.append(_differences(say, found.differences))
    cards = [case_card(say, case, now) for case in found.cases]
    cards += [expert_card(say, expert) for expert in found.experts]
    return Reply(
        Markup("\n\n").join(parts),
        cards=tuple(cards),
        buttons=_buttons(say, found),
        lasting=True,
        tags=topic_tags(found.cases[0].case.topics) if found.in_public and found.cases else (),
    )


def rating_buttons(say: Words, question_id: int) -> tuple[Button, ...]:
    """For everybody who can read an answer: whether it helped them."""
    subject = str(question_id)
    return (
        Button(say.label("Helpful"), "answer.helpful", subject),
        Button(say.label("Not helpful"), "answer.unhelpful", subject),
    )


def reword_button(say: Words, question_id: int) -> Button:
    """For whoever asked: the same question in other words."""
    return Button(say.label("Ask in other words"), "question.reword", str(question_id))


def solved_button(say: Words, question_id: int) -> Button:
    """For whoever asked: nothing more is looked for."""
    return Button(say.label("This answers my question"), "answer.solved", str(question_id))


def form(say: Words) -> Reply:
    """An empty question: the form to write one in."""
    fields = (
        Field(
            "question",
            say.label("Your question"),
            FieldKind.TEXT,
            required=True,
            hint=say.label("In your own words and your own language."),
            max_length=QUESTION_LIMIT,
        ),
        Field(
            "topic",
            say.label("Only cases on this topic"),
            FieldKind.ONE_OF,
            options=options(say, Topic),
        ),
    )
    return Reply(
        say("Write your question, and I look for cases and people."),
        form=Form(say.label("Ask"), "ask.form", fields=fields, note=first_contact(say)),
    )


def whom(say: Words) -> Reply:
    """Nobody was described: how to say whom one is looking for."""
    return Reply(
        say("Please say what you want to ask about, such as: expert {topic}", topic=EXPERT_EXAMPLE)
    )


def experts(say: Words, found: Answer) -> Reply:
    """The reply to `expert ...`: people only."""
    if not found.experts:
        return Reply(_no_expert(say, found), buttons=_handing(say, found), lasting=True)
    text = say.plural(
        "**{question}**\n\nOne member works on this or on something close to it.",
        "**{question}**\n\n{number} members work on this or on something close to it.",
        len(found.experts),
        question=found.text,
    )
    cards = tuple(expert_card(say, expert) for expert in found.experts)
    return Reply(text, cards=cards, buttons=_handing(say, found), lasting=True)


def case_card(say: Words, found: FoundCase, now: datetime) -> Card:
    """A case as an answer: the sentence that answers, where it comes from, how old it is."""
    body = say(
        "{before} **{best}** {after}",
        before=found.excerpt.before,
        best=found.excerpt.best,
        after=found.excerpt.after,
    ).strip()
    facts = (
        Fact(say.label("Match"), say(STRENGTHS[found.strength])),
        *provenance(say, found.case, now),
    )
    return Card(
        title=found.case.title,
        body=body,
        facts=facts,
        buttons=(Button(say.label("Read the whole case"), "case.show", str(found.case.id)),),
    )


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


def expert_card(say: Words, found: FoundExpert) -> Card:
    """A person who can be asked, and why: each reason can be checked."""
    reasons = [reason(say, why) for why in found.reasons]
    return Card(
        title=described(say, found.shown_as),
        body=Markup("\n").join(Markup(f"- {each}") for each in reasons),
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


def _buttons(say: Words, found: Answer) -> tuple[Button, ...]:
    """What can be done with an answer; one without a case can be handed over or asked again."""
    number = found.question_id
    ask = _handing(say, found)
    if not found.cases:
        return () if found.in_public else (*ask, reword_button(say, number))
    share = Button(say.label("Share"), "answer.share", str(number))
    common = (*ask, *rating_buttons(say, number), solved_button(say, number))
    return common if found.in_public else (*common, share)


def _handing(say: Words, found: Answer) -> tuple[Button, ...]:
    """The ways on to people; what is said in a channel offers none."""
    if found.in_public:
        return ()
    number = found.question_id
    person = (ask_button(say, number),) if found.can_hand_over else ()
    return (*person, community.ask_button(say, number)) if found.can_post else person


def verdict(say: Words, found: Answer) -> Markup:
    """How sure an answer is, in a sentence or two."""
    close = sum(case.strength is Confidence.STRONG for case in found.cases)
    nearby = len(found.cases) - close
    if close:
        text = say.plural(
            "One case in the library closely matches your question.",
            "{number} cases in the library closely match your question.",
            close,
        )
        if nearby:
            more = say.plural(
                "One more is on a nearby topic.", "{number} more are on nearby topics.", nearby
            )
            text = Markup(" ").join((text, more))
        return _with_people(say, text, found) if found.experts else text
    if nearby:
        text = say.plural(
            "No case answers this directly. One is on a nearby topic.",
            "No case answers this directly. {number} are on nearby topics.",
            nearby,
        )
        return _with_people(say, text, found)
    return _with_people(say, say("This is not in this library yet."), found)


def _with_people(say: Words, text: Markup, found: Answer) -> Markup:
    if found.experts:
        people = say.plural(
            "One member who works on something close to it agreed to be asked.",
            "{number} members who work on something close to it agreed to be asked.",
            len(found.experts),
        )
    elif found.in_public:
        people = say("I show people to ask in private only: please write to me directly.")
    elif found.sees_people:
        people = say("No member has offered help with it so far.")
    else:
        people = say("Members can also be shown people to ask: write join to become one.")
    return Markup(" ").join((text, people))


def _no_expert(say: Words, found: Answer) -> Markup:
    question = say("**{question}**", question=found.text)
    if not found.sees_people:
        return Markup(
            f"{question}\n\n"
            + say("People are shown to approved members only. Write join to become one.")
        )
    return Markup("\n\n").join((question, say("No member has offered help with this so far.")))


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


def _differences(say: Words, differences: tuple[Difference, ...]) -> Markup:
    parts = [
        say(
            "{fact}: {theirs} there, {yours} with you",
            fact=say.label(CIRCUMSTANCES[difference.fact]),
            theirs=word(say, difference.theirs),
            yours=word(say, difference.yours),
        )
        for difference in differences
    ]
    return say("What differs for you: {parts}.", parts=Markup("; ".join(parts)))


def reason(say: Words, why: Reason) -> Markup:
    """One reason that a reader can check."""
    match why.kind:
        case ReasonKind.WROTE:
            return say("wrote _{title}_", title=why.value)
        case ReasonKind.OFFERS:
            return say("offers _{offer}_", offer=why.value)
        case ReasonKind.WORKS_ON:
            return say("says of their work: _{profile}_", profile=why.value)
        case ReasonKind.SPEAKS:
            return say("speaks {language}", language=say.language_name(why.value))
        case ReasonKind.COMMUNITY:
            return say(COMMUNITIES_IN_A_REASON[Community(why.value)])
