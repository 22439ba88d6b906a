"""The one form with which an invitation is taken up, and what is said to it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Button, ButtonStyle, Card, Form, Option, Reply
from bot.contract.markup import escape
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, any_of, long_text, parsed, short_text
from bot.features.members import profile_forms
from bot.features.members.enrolment import Joinable
from bot.features.members.enrolment_replies import day, often
from bot.features.members.profile_form_replies import MEANINGS
from bot.features.members.profile_forms import LIMITS
from bot.features.members.profile_replies import Profile, card, handling, profile_reply
from bot.i18n import Markup, Words, later
from bot.i18n.labels import PURPOSES, described
from bot.i18n.phrases import first_contact
from knowledge.members.views import MemberDraft, MemberView
from knowledge.vocabulary import Purpose

PROGRAMME = "programme:"
"""Before a programme's number among the choices."""
MOST_PROGRAMMES = 5
"""With the five consents, as many choices as stand open on every platform."""


class EntranceForm(FormOf):
    """Who somebody is as the invitation has it, what they agree to, and a question."""

    action, heading = "invitation.accept", later("Take part")
    name = parsed(later("Your name"), LIMITS["name"], profile_forms.name)
    role = short_text(later("Your role"), LIMITS["role"], required=True)
    organisation = short_text(later("Your organisation"), LIMITS["organisation"], required=True)
    choices = any_of(later("What you agree to"), hint=later("Each can be taken back at any time."))
    question = long_text(later("A real question that you have now"), QUESTION_LIMIT)

    def onto(self, draft: MemberDraft) -> MemberDraft:
        """The invitation with what was filled in."""
        return replace(draft, name=self.name, role=self.role, organisation=self.organisation)


def invitation(say: Words, profile: Profile) -> Reply:
    """What an invitation says about somebody, to be accepted in one form or erased."""
    text = say(
        "You are invited as {name}. Nobody is shown this yet. Please check it and save it to "
        "accept, or have it erased.",
        name=profile.member.name,
    )
    shown = invitation_card(say, profile)
    # Without a community nobody is approved by an invitation: that is asked step by step.
    asked = form(say, profile) if profile.member.community else None
    return Reply(f"{text}\n\n{handling(say)}", cards=(shown,), form=asked)


def invitation_card(say: Words, profile: Profile) -> Card:
    """The card of somebody invited, with the two answers to it."""
    way = ("invitation.accept", "") if profile.member.community else ("profile.edit", "who")
    buttons = (
        Button(say.label("Check and accept"), *way, ButtonStyle.PRIMARY),
        Button(say.label("Decline and erase"), "data.erase"),
    )
    return card(say, profile, buttons)


def form(say: Words, profile: Profile) -> Form:
    """The one form, filled from the invitation; nothing is ticked beforehand."""
    member = profile.member
    values = {"name": member.name, "role": member.role, "organisation": member.organisation}
    unnamed = say(
        "Without your name you are shown as: {shown}.", shown=described(say, profile.shown_as)
    )
    return EntranceForm.draw(
        say,
        values=values,
        note=Markup(" ").join((first_contact(say), unnamed)),
        options={"choices": choices(say, profile)},
    )


def choices(say: Words, profile: Profile) -> tuple[Option, ...]:
    """The five consents, then the programmes that run, each with what it means."""
    return (
        *(
            Option(say.label(PURPOSES[each]), each.value, say.label(MEANINGS[each]))
            for each in Purpose
        ),
        *(_programme(say, each, profile.member) for each in profile.joinable[:MOST_PROGRAMMES]),
    )


def _programme(say: Words, found: Joinable, member: MemberView) -> Option:
    label = say.label("Take part in {programme}", programme=found.programme.name)
    meaning = say.label(
        "{often}, next on {day}. You need to be paired for it.",
        often=often(say, found),
        day=day(say, found.begins, member.time_zone),
    )
    return Option(label, f"{PROGRAMME}{found.programme.id}", meaning)


def accepted(say: Words, profile: Profile, joined: Sequence[Joinable]) -> Reply:
    """Who has just come in: what they agreed to, and when they are paired first."""
    member = profile.member
    parts = [say("Welcome, {name}. Your invitation is accepted.", name=member.name)]
    parts += [
        say(
            "You take part in {programme}; your first pair comes on {day}.",
            programme=each.programme.name,
            day=day(say, each.begins, member.time_zone),
        )
        for each in joined
    ]
    return profile_reply(say, profile, Markup("\n\n").join(parts))


def with_answer(accepted: Reply, answer: Reply) -> Reply:
    """What was done first, then the answer to the question that came with it."""
    verdict = f"**{escape(answer.header)}**" if answer.header else ""
    asks = [card for card in accepted.cards if _is_asked(card)]
    text = "\n\n".join(part for part in (accepted.text, verdict, answer.text) if part)
    return replace(answer, text=text, header="", cards=(*answer.cards, *asks))


def _is_asked(shown: Card) -> bool:
    return any(button.action == "pair.join" for button in shown.buttons)
