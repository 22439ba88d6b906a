"""What stewards read about questions that the library does not answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.contract import Button, Card, Fact, Reply
from bot.i18n import Markup, Words
from bot.i18n.labels import topic, word
from knowledge.cases.gaps import LOOKING_BACK
from knowledge.vocabulary import Community, Confidence

LONGEST = 300
"""Characters of a public question that are shown."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What may be said of one group; `wording` is a question that was asked in public."""

    askers: int
    questions: int
    communities: Mapping[Community, int]
    topics: Sequence[str]
    words: Sequence[str]
    wording: str | None
    call: int | None


def listed(
    say: Words,
    found: Sequence[Gap],
    *,
    line: Confidence,
    total: int,
    offset: int,
    kept_back: int,
    other: bool,
) -> Reply:
    """Some groups of one list, `offset` of `total` having been shown before."""
    unseen = kept_back and not total
    parts = [_nothing_to_show(say) if unseen else _heading(say, line, total)]
    if kept_back:
        parts.append(
            say.plural(
                "One more private question stays with whoever asked it, because too few others "
                "asked something like it.",
                "{number} more private questions stay with those who asked them, because too few "
                "others asked something like it.",
                kept_back,
            )
        )
    if found:
        parts.append(
            say("Private questions are never shown; what stands here is what several share.")
        )
    rest = offset + len(found)
    buttons = []
    if rest < total:
        buttons.append(Button(say.label("More groups"), "gaps.show", f"{line.value}:{rest}"))
    if other:
        none = line is Confidence.NONE
        label = say.label("Answered only nearby") if none else say.label("Not answered at all")
        across = Confidence.RELATED if none else Confidence.NONE
        buttons.append(Button(label, "gaps.show", f"{across.value}:0"))
    return Reply(
        Markup("\n\n").join(parts),
        cards=tuple(_card(say, gap) for gap in found),
        buttons=tuple(buttons),
    )


def _nothing_to_show(say: Words) -> Markup:
    days = LOOKING_BACK.days
    return say("No group of questions of the last {days} days can be shown.", days=days)


def _heading(say: Words, line: Confidence, total: int) -> Markup:
    days = LOOKING_BACK.days
    if line is Confidence.NONE:
        if not total:
            return say(
                "In the last {days} days no group of questions was left without an answer.",
                days=days,
            )
        return say.plural(
            "Asked in the last {days} days and not in the library: one group of questions.",
            "Asked in the last {days} days and not in the library: {number} groups of questions, "
            "those that most people asked first.",
            total,
            days=days,
        )
    if not total:
        return say(
            "In the last {days} days no group of questions was answered only nearby.", days=days
        )
    return say.plural(
        "Asked in the last {days} days and answered only by cases on nearby topics: one group of "
        "questions.",
        "Asked in the last {days} days and answered only by cases on nearby topics: {number} "
        "groups of questions, those that most people asked first.",
        total,
        days=days,
    )


def _card(say: Words, gap: Gap) -> Card:
    topics = say.listed(topic(say, each) for each in gap.topics)
    asked = say.plural("one person", "{number} people", gap.askers)
    facts = [Fact(say.label("Asked by"), asked)]
    if gap.communities:
        named = (f"{word(say, each)}: {number}" for each, number in gap.communities.items())
        facts.append(Fact(say.label("Among them"), say("{text}", text="; ".join(named))))
    if topics:
        facts.append(Fact(say.label("Topics nearby"), say("{topics}", topics=topics)))
    if gap.words:
        shared = ", ".join(gap.words)
        facts.append(Fact(say.label("Words in common"), say("{text}", text=shared)))
    if gap.call is not None:
        asking = say("call {number} asks for it", number=gap.call)
        facts.append(Fact(say.label("Call for cases"), asking))
    write = Button(say.label("Write a call for cases"), "call.write", ",".join(gap.topics))
    return Card(
        title=_title(say, gap, topics),
        body=_body(say, gap),
        facts=facts,
        buttons=() if gap.call is not None else (write,),
    )


def _title(say: Words, gap: Gap, topics: str) -> str:
    if gap.wording is not None:
        return _shortened(gap.wording)
    if gap.words:
        return say.label("About: {words}", words=", ".join(gap.words))
    if topics:
        return say.label("Near the topics: {topics}", topics=topics)
    return say.label("A group of private questions")


def _body(say: Words, gap: Gap) -> Markup:
    if gap.wording is None:
        return say("Asked in private: the wording is not shown.")
    if gap.questions == 1:
        return say("Asked in public.")
    return say("One wording that was asked in public.")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
