"""How an answer, a case and an expert are said."""

from dataclasses import replace
from datetime import datetime

from bot.contract import Button, Card, Fact, Form, Reply
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, choice, long_text
from bot.features.asking.answer import Answer, Difference, FoundCase, FoundExpert
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described, topic_tags, word
from bot.i18n.links import link
from bot.i18n.phrases import CIRCUMSTANCES, first_contact, provenance
from knowledge.search.expert_ranking import Reason, ReasonKind
from knowledge.vocabulary import Community, Confidence, Topic

EXAMPLE = "open data portals"
"""What somebody could look for an expert on."""

STRENGTHS = {
    Confidence.STRONG: later("closely matches your question"),
    Confidence.RELATED: later("on a nearby topic"),
}


COMMUNITIES_IN_A_REASON = {
    Community.CITY: later("works for a city or region"),
    Community.NATIONAL: later("works for a statistics office"),
    Community.PARTNER: later("works for a partner organisation"),
}


def asked_by(say: Words, reply: Reply, name: str) -> Reply:
    """The same answer where it is posted for somebody: whose question it is stands first."""
    by = say("Asked by: {who}.", who=name)
    return replace(reply, text=Markup("\n\n").join((by, Markup(reply.text))))


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


class QuestionForm(FormOf):
    """A question, and on what it is."""

    action, heading = "ask.form", later("Ask")
    question = long_text(
        later("Your question"),
        QUESTION_LIMIT,
        required=True,
        hint=later("In your own words and your own language."),
        empty="empty_question",
    )
    topic = choice(later("Only cases on this topic"), Topic)


def form(say: Words) -> Form:
    """An empty question: the form to write one in."""
    return QuestionForm.draw(say, note=first_contact(say))


def asking(say: Words) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(say("Write your question, and I look for cases and people."), form=form(say))


def whom(say: Words) -> Reply:
    """Nobody was described: how to say whom one is looking for."""
    return Reply(
        say("Please say what you want to ask about, such as: expert {topic}", topic=EXAMPLE)
    )


def experts(say: Words, found: Answer) -> Reply:
    """The reply to `expert ...`: people only."""
    if not found.experts:
        return Reply(_no_expert(say, found), buttons=_handing(say, found), lasting=True)
    if _only_nearest(found):
        question = say("**{question}**", question=found.text)
        text = Markup("\n\n").join((question, _nearest(say, found)))
    else:
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


def expert_card(say: Words, found: FoundExpert) -> Card:
    """A person who can be asked, and why: each reason can be checked."""
    reasons = [reason(say, why) for why in found.reasons]
    return Card(
        title=described(say, found.shown_as),
        body=Markup("\n").join(Markup(f"- {each}") for each in reasons),
    )


def _buttons(say: Words, found: Answer) -> tuple[Button, ...]:
    """What can be done with an answer; one without a case can be handed over or asked again."""
    number = found.question_id
    ask = _handing(say, found)
    if not found.cases:
        return () if found.in_public else (*ask, reword_button(say, number))
    share = Button(say.label("Share"), "answer.share", str(number))
    common = (*ask, *rating_buttons(say, number), link(say, "answer.solved", number))
    return common if found.in_public else (*common, share)


def _handing(say: Words, found: Answer) -> tuple[Button, ...]:
    """The ways on to people; what is said in a channel offers none."""
    if found.in_public:
        return ()
    number = found.question_id
    person = (link(say, "handoff.form", number),) if found.can_hand_over else ()
    return (*person, link(say, "community.form", number)) if found.can_post else person


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
    if _only_nearest(found):
        people = _nearest(say, found)
    elif found.experts:
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


def _only_nearest(found: Answer) -> bool:
    """Whether nobody offers what was asked for, and people are shown all the same."""
    return bool(found.experts) and all(expert.nearest for expert in found.experts)


def _nearest(say: Words, found: Answer) -> Markup:
    return say.plural(
        "Nobody offers exactly this. One member is nearest by what they offer.",
        "Nobody offers exactly this. {number} members are nearest by what they offer.",
        len(found.experts),
    )


def _no_expert(say: Words, found: Answer) -> Markup:
    question = say("**{question}**", question=found.text)
    if not found.sees_people:
        return Markup(
            f"{question}\n\n"
            + say("People are shown to approved members only. Write join to become one.")
        )
    return Markup("\n\n").join((question, say("No member has offered help with this so far.")))


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
        case ReasonKind.ANSWERED:
            return say("answered the question _{question}_", question=why.value)
        case ReasonKind.SPEAKS:
            return say("speaks {language}", language=say.language_name(why.value))
        case ReasonKind.COMMUNITY:
            return say(COMMUNITIES_IN_A_REASON[Community(why.value)])
