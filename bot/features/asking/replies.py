"""How an answer, a case and an expert are said."""

from dataclasses import replace
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Form, Reply
from bot.contract.markup import plain
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, choice, long_text
from bot.features.asking.answer import Answer, Difference, FoundCase, FoundExpert
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described, topic_tags, word
from bot.i18n.links import link
from bot.i18n.phrases import CIRCUMSTANCES, first_contact, in_brief
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


def answer(say: Words, found: Answer, now: datetime, *, restated: bool = True) -> Reply:
    """The reply to a question: what is written first, then who can be asked.

    `restated`: the question stands in it, where the reader does not see it right above.
    """
    parts = [say("_{question}_", question=found.text)] if restated else []
    parts += _people(say, found)
    if found.suggestion:
        parts.append(
            say("If you meant the command {verb}, write only that word.", verb=found.suggestion)
        )
    if found.differences:
        parts.append(_differences(say, found.differences))
    cards = [case_card(say, case, now) for case in found.cases]
    return Reply(
        Markup("\n\n").join(parts),
        header=verdict(say, found),
        cards=(*cards, *_expert_cards(say, found)),
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
        question = say("_{question}_", question=found.text)
        text = Markup("\n\n").join((question, _nearest(say, found)))
    else:
        text = say.plural(
            "_{question}_\n\nOne member works on this or on something close to it.",
            "_{question}_\n\n{number} members work on this or on something close to it.",
            len(found.experts),
            question=found.text,
        )
    cards = tuple(expert_card(say, expert) for expert in found.experts)
    return Reply(text, cards=cards, buttons=_handing(say, found), lasting=True)


def case_card(say: Words, found: FoundCase, now: datetime) -> Card:
    """A case as an answer: the sentence that answers, where it comes from, how close it is."""
    return Card(
        title=found.case.title,
        url=found.case.source.url,
        body=say("{text}", text=found.excerpt.best),
        small=Markup(" · ").join((say(STRENGTHS[found.strength]), in_brief(say, found.case, now))),
        buttons=(Button(say.label("Read"), "case.show", str(found.case.id)),),
    )


def expert_card(say: Words, found: FoundExpert) -> Card:
    """A person who can be asked, and why: the nearest reason, and in small print the others."""
    said = [reason(say, why) for why in found.reasons]
    return Card(
        title=described(say, found.shown_as),
        body=said[0] if said else "",
        small=Markup(" · ").join(said[1:]),
    )


def _expert_cards(say: Words, found: Answer) -> tuple[Card, ...]:
    """People, under a heading of their own."""
    drawn = tuple(expert_card(say, expert) for expert in found.experts)
    if not drawn:
        return ()
    part = (
        say.label("Nobody offers exactly this. Nearest by what they offer:")
        if _only_nearest(found)
        else say.label("People who agreed to be asked")
    )
    return (replace(drawn[0], part=part), *drawn[1:])


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
    person = (
        (link(say, "handoff.form", number, ButtonStyle.PRIMARY),) if found.can_hand_over else ()
    )
    if found.can_seek:
        style = ButtonStyle.PLAIN if person else ButtonStyle.PRIMARY
        person = (*person, link(say, "broker.form", number, style))
    return (*person, link(say, "community.form", number)) if found.can_post else person


def verdict(say: Words, found: Answer) -> str:
    """How sure an answer is, on one line of plain text."""
    close = sum(case.strength is Confidence.STRONG for case in found.cases)
    if close:
        said = say.plural(
            "One case closely matches your question",
            "{number} cases closely match your question",
            close,
        )
    elif found.cases:
        said = say.plural(
            "No case answers this directly, one is on a nearby topic",
            "No case answers this directly, {number} are on nearby topics",
            len(found.cases),
        )
    else:
        said = say("This is not in this library yet")
    return plain(said)


def _people(say: Words, found: Answer) -> list[Markup]:
    """Why nobody is shown who could be asked."""
    if found.experts:
        return []
    if found.in_public:
        return [say("I show people to ask in private only: please write to me directly.")]
    if found.sees_people:
        return [say("No member has offered help with it so far.")]
    return [say("Members can also be shown people to ask: write join to become one.")]


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
