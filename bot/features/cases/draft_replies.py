"""The forms of a case that a member saves, and what is said to its author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.contract import Button, Form, Option, Quoted, Reply
from bot.core.forms import Values
from bot.features.cases.forms import SAVED_LIMIT, SavedPlace, SavedWords
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import first_contact
from knowledge.cases.views import CaseView
from knowledge.vocabulary import WhoseWords

WHOSE: Mapping[WhoseWords, str] = {
    WhoseWords.OWN: later("my own words"),
    WhoseWords.AGREED: later("somebody else's words; they agreed that it is published"),
    WhoseWords.SUMMARISED: later("what somebody else told, in my own words and without their name"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a form was opened on: `author` own, other or (none) empty."""

    author: str = ""
    date: str = ""
    digest: str = ""

    @property
    def subject(self) -> str:
        """As the form carries it."""
        return f"{self.author}:{self.date}:{self.digest}" if self.author else ""


def choices(origin: Origin) -> tuple[WhoseWords, ...]:
    """Whose words these can be."""
    if origin.author == "other":
        return (WhoseWords.AGREED, WhoseWords.SUMMARISED)
    return tuple(WhoseWords)


def opened(say: Words, origin: Origin, quoted: Quoted | None) -> Reply:
    """The first form, with a message's words in it where there is one."""
    if quoted is None:
        return Reply(say("Save a case for the library"), form=words_form(say, origin))
    text, cut = _shortened(quoted.text)
    form = words_form(say, origin, {"text": text, "url": quoted.permalink})
    if cut:
        long = say("The message is longer than fits here: only its beginning was taken over.")
        form = replace(form, note=Markup(f"{form.note} {long}"))
    return Reply(say("Save a case for the library"), form=form)


def words_form(say: Words, origin: Origin, values: Values | None = None) -> Form:
    """What was done, in whose words, and where it comes from; `values`: what stands in it."""
    own = WhoseWords.OWN.value if origin.author == "own" else ""
    source = say.label("A message of {date}", date=origin.date) if origin.date else ""
    allowed = tuple(Option(say.label(WHOSE[each]), each.value) for each in choices(origin))
    note = [first_contact(say), _readers(say)]
    if origin.author == "other":
        note.append(
            say(
                "Somebody else wrote this message, and nothing of theirs is published without "
                "them: say below that they agreed, or tell it in your own words without their name."
            )
        )
    return SavedWords.draw(
        say,
        origin.subject,
        {"whose": own, "source": source, **(values or {})},
        note=Markup(" ").join(note),
        options={"whose": allowed},
    )


def saved(say: Words, case: CaseView, near: Sequence[int]) -> Reply:
    """The words are kept; the second form asks where it was and what it is about."""
    text = say("Saved as draft {number}: “{title}”.", number=case.id, title=case.title)
    if near:
        alike = say(
            "Case {number} in the library says nearly the same; the steward will compare the two.",
            number=near[0],
        )
        text = Markup(f"{text} {alike}")
    form = about_form(say, case)
    return Reply(text, form=replace(form, note=Markup(f"{text} {form.note}")))


def about_form(say: Words, case: CaseView) -> Form:
    """Where it was and what it is about; everything may stay empty."""
    values: dict[str, str | Sequence[str]] = {
        "place": case.place,
        "country": say.country(case.country) if case.country else "",
        "level": case.circumstances.level or "",
        "topics": case.topics,
        "published": case.source.published,
    }
    note = say(
        "Where was it, and what is it about? All of this may stay empty. {readers}",
        readers=_readers(say),
    )
    return SavedPlace.draw(say, case.id, values, note=note)


def described(say: Words, case: CaseView, *, told: bool) -> Reply:
    """All is said; what happens next."""
    parts = [
        say(
            "Thank you. Draft {number}, “{title}”, waits for a steward.",
            number=case.id,
            title=case.title,
        ),
        _readers(say),
    ]
    if told:
        parts.append(say("You hear from me when it is published, or why it is not."))
    again = Button(say.label("Where it was"), "case.save", str(case.id))
    return Reply(Markup(" ").join(parts), buttons=(again,))


def told_published(say: Words, case: CaseView) -> Reply:
    """To the author: the draft is in the library."""
    return Reply(
        say(
            "Your draft “{title}” is published as case {number} and answers questions from now "
            "on. Thank you.",
            title=case.title,
            number=case.id,
        ),
        buttons=(Button(say.label("Read the whole case"), "case.show", str(case.id)),),
    )


def told_rejected(say: Words, case: CaseView) -> Reply:
    """To the author: the draft was turned down, and why."""
    text = say("Your draft “{title}” was not published. A steward says why:", title=case.title)
    reason = say("{reason}", reason=" ".join(case.reason.split()))
    return Reply(Markup(f"{text}\n\n> {reason}"))


def _readers(say: Words) -> Markup:
    return say("Stewards read it first; once it is published, everybody who asks can read it.")


def _shortened(text: str) -> tuple[str, bool]:
    """At most SAVED_LIMIT characters, ended at a word, and whether something was left out."""
    if len(text) <= SAVED_LIMIT:
        return text, False
    head = text[: SAVED_LIMIT - 2]
    return f"{head[: max(head.rfind(' '), SAVED_LIMIT // 2)]} …", True
