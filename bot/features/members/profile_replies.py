"""What members read about their own profile: the card, the lists, the way in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.contract.markup import escape
from bot.features.members import enrolment_replies
from bot.features.members.enrolment import Joinable
from bot.features.members.profile_form_replies import STEPS, TITLES
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described, word
from knowledge.members import contacts
from knowledge.members.anonymity import Description
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus, Purpose


@dataclass(frozen=True, slots=True)
class Profile:
    """A member with what their card needs: the steps still open, and how others see them.

    `joinable`: the programmes that they are asked to join.
    """

    member: MemberView
    missing: Sequence[str]
    shown_as: Description
    joinable: Sequence[Joinable] = ()


LINES: Mapping[str, str] = {
    "offer": later("Your offers"),
    "need": later("Your needs"),
}


def handling(say: Words) -> str:
    """The one line at first contact: what not to write, and who may read it."""
    return say(
        "Please write no microdata, and no embargoed or personal data about others. What is said "
        "in a chat may be a public record. Stewards can read your profile, and the people who run "
        "this service can read its database."
    )


def welcome(say: Words, form: Form) -> Reply:
    """The way in, for somebody who is no member yet."""
    text = say(
        "Welcome. A profile takes about three minutes, in {steps} short steps, and you can stop "
        "after each. A steward then approves your community; until then you can ask questions and "
        "read published cases.",
        steps=len(STEPS),
    )
    return Reply(text, form=form)


def refused(say: Words, reason: str, form: Form) -> Reply:
    """The way in, for somebody whom a steward did not approve."""
    return replace(turned_down(say, reason), buttons=(), form=form)


def turned_down(say: Words, reason: str) -> Reply:
    """A steward's no with its reason, and the way to try again."""
    text = say("A steward did not approve your membership.")
    if reason:
        text = say(
            "A steward did not approve your membership, with this reason: {reason}", reason=reason
        )
    again = say("You can check what you wrote and send it again.")
    step = TITLES["who"]
    check = Button(say.label(step), "profile.edit", "who", ButtonStyle.PRIMARY)
    return Reply(f"{text}\n\n{again}", buttons=(check,))


def approved(say: Words, profile: Profile) -> Reply:
    """What a new member reads: they are in, and which programmes wait for their answer."""
    text = say("A steward has approved your membership. You take part in all of it now.")
    asked = [enrolment_replies.ask(say, each, profile.member) for each in profile.joinable]
    show = Button(say.label("Profile and settings"), "home.settings")
    return Reply(text, cards=tuple(asked), buttons=(show,))


def returning(say: Words, form: Form) -> Reply:
    """The way back, for somebody who left."""
    return Reply(say("You left this community. To come back, check what you told then."), form=form)


def profile_reply(say: Words, profile: Profile, first: str = "") -> Reply:
    """The profile card with what is missing as the next step, after a sentence `first`."""
    parts = [first] if first else []
    if profile.member.status is MemberStatus.UNVERIFIED:
        parts.append(
            say(
                "A steward will look at your membership. Until then you can ask questions and "
                "read published cases, and your profile is shown to nobody."
            )
        )
    if profile.member.status is MemberStatus.PAUSED:
        parts.append(
            say(
                "You are paused: you are shown to nobody, and nobody is sent to you. **resume** "
                "brings you back."
            )
        )
    if profile.missing:
        step = profile.missing[0]
        parts.append(
            say(
                "Next step: {step} ({number} of {total}).",
                step=say.label(TITLES[step]),
                number=STEPS.index(step) + 1,
                total=len(STEPS),
            )
        )
    elif not first:
        parts.append(say("Your profile is complete."))
    data = Button(say.label("My data"), "data.show")
    own = card(say, profile, (*profile_buttons(say, profile), data))
    asked = [enrolment_replies.ask(say, each, profile.member) for each in profile.joinable]
    return Reply("\n\n".join(parts), cards=(*asked, own))


def card(say: Words, profile: Profile, buttons: Sequence[Button]) -> Card:
    """A member's own card."""
    return Card(
        title=profile.member.name,
        body=escape(profile.member.profile),
        facts=facts(say, profile.member, shown_as=profile.shown_as),
        buttons=buttons,
    )


def facts(
    say: Words, member: MemberView, *, shown_as: Description | None = None, own: bool = True
) -> tuple[Fact, ...]:
    """What a member told, as labelled values; `own`: for their own eyes alone."""
    working = Markup()
    if member.country and member.languages:  # the step that asks for hours is done
        working = say(
            "{first}:00 to {last}:00, {zone}",
            first=member.hours_from,
            last=member.hours_until,
            zone=member.time_zone,
        )
    limit = say.plural("one person a week", "{number} people a week", contacts.capacity(member))
    snoozed = say.day(member.snoozed_until) if member.snoozed_until else ""
    rows = [
        (say.label("Status"), word(say, member.status)),
        (say.label("Community"), word(say, member.community) if member.community else ""),
        (say.label("Level of government"), _worded(say, member.circumstances.level)),
        (say.label("Role"), escape(member.role)),
        (say.label("Organisation"), escape(member.organisation)),
        (say.label("Place"), escape(member.place)),
        (say.label("Country"), say.country(member.country) if member.country else ""),
        (say.label("Languages"), languages(say, member.languages)),
        (say.label("Hours"), working),
        (say.label("Offers"), escape("; ".join(member.offers))),
        (say.label("Needs"), escape("; ".join(member.needs))),
        (say.label("Population"), _worded(say, member.circumstances.population_band)),
        (say.label("Legal basis for access"), _worded(say, member.circumstances.legal_basis)),
        (say.label("People who work on data"), _worded(say, member.circumstances.staff_band)),
        (say.label("Main kind of data"), _worded(say, member.circumstances.data_source)),
    ]
    if own:
        rows += [
            (say.label("May contact you"), limit),
            (say.label("Snoozed until"), snoozed),
            (
                say.label("Contact line (for those you are introduced to)"),
                escape(member.contact_line),
            ),
            (say.label("You agreed to"), purposes(say, member)),
        ]
    if shown_as is not None and member.agreed(Purpose.BE_EXPERT):
        rows.append((say.label("Others see you as"), escape(described(say, shown_as))))
    return tuple(Fact(label, value) for label, value in rows if value)


def purposes(say: Words, member: MemberView) -> str:
    """What a member agreed to, in one line."""
    agreed = [word(say, purpose) for purpose in Purpose if member.agreed(purpose)]
    return "; ".join(agreed) if agreed else say("nothing yet")


def languages(say: Words, codes: Sequence[str]) -> str:
    """Names of languages in one line."""
    return say.listed(say.language_name(code) for code in codes) if codes else ""


def lines(say: Words, kind: str, listed: Sequence[tuple[str, str]], first: str = "") -> Reply:
    """A member's offers or needs as (mark, text), each to be removed, and one to be added."""
    add = say.label("Add an offer") if kind == "offer" else say.label("Add a need")
    buttons = [Button(add, f"profile.add_{kind}", "", ButtonStyle.PRIMARY)]
    remove = f"profile.remove_{kind}"
    buttons += [
        Button(say.label("Remove {number}", number=number), remove, mark)
        for number, (mark, _) in enumerate(listed, 1)
    ]
    heading = first or say(LINES[kind])
    if not listed:
        nothing = say("There is nothing in the list yet.")
        heading = f"{heading}\n\n{nothing}"
    numbered = "\n".join(
        f"- {number}: {escape(text)}" for number, (_, text) in enumerate(listed, 1)
    )
    return Reply(f"{heading}\n\n{numbered}".strip(), buttons=tuple(buttons))


def leave_question(say: Words, subject: str) -> Reply:
    """The first step of leaving."""
    text = say(
        "If you leave, you are shown to nobody any more, and nobody is sent to you. What you told "
        "stays stored, so that you can come back with **join**; **data erase** removes it as well."
    )
    button = Button(say.label("Leave the community"), "profile.leave", subject, ButtonStyle.DANGER)
    return Reply(text, buttons=(button,))


def left(say: Words) -> Reply:
    """The second step of leaving."""
    return Reply(
        say(
            "You have left. You are shown to nobody any more. **join** brings you back; **data "
            "erase** removes what is stored about you."
        )
    )


def language_chosen(say: Words) -> Reply:
    """The first sentence in the language that somebody chose."""
    return Reply(say("From now on I write to you in English."))


def _worded(say: Words, value: object) -> str:
    return word(say, value) if isinstance(value, StrEnum) else ""


def profile_buttons(say: Words, profile: Profile) -> tuple[Button, ...]:
    """Every step of the profile to be changed, what is missing first."""
    edits = [Button(say.label(TITLES[step]), *_opens(step)) for step in STEPS if step != "topics"]
    if profile.missing:
        step = profile.missing[0]
        follow = Button(say.label("Next step"), *_opens(step), style=ButtonStyle.PRIMARY)
        edits.insert(0, follow)
    return (
        *edits,
        Button(say.label("Offers"), "profile.lines", "offer"),
        Button(say.label("Needs"), "profile.lines", "need"),
    )


def _opens(step: str) -> tuple[str, str]:
    return ("consent.save", "") if step == "consents" else ("profile.edit", step)
