"""What members read about what they agreed to."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Reply
from bot.features.members.profile_replies import Profile, profile_reply
from bot.i18n import Words
from bot.i18n.labels import word
from knowledge.members.members import ConsentView
from knowledge.members.views import MemberView
from knowledge.vocabulary import Purpose


def without_name(member: MemberView) -> MemberView:
    """The member as they are shown before they agree to be named."""
    return replace(member, consents=member.consents - {Purpose.BE_NAMED})


def record(say: Words, answers: Sequence[ConsentView]) -> str:
    """The last answer to each purpose, with its date."""
    if not answers:
        return say("You have not agreed to anything yet.")
    last = {answer.purpose: answer for answer in answers}
    return "\n".join(f"- {line(say, last[purpose])}" for purpose in Purpose if purpose in last)


def line(say: Words, answer: ConsentView) -> str:
    """One answer: to what, when, and which wording was read."""
    facts = {
        "purpose": word(say, answer.purpose),
        "day": say.day(answer.at),
        "version": answer.text_version,
    }
    if answer.given:
        return say("{purpose}: yes, since {day} (wording of {version})", **facts)
    return say("{purpose}: no, since {day} (wording of {version})", **facts)


def saved(say: Words, profile: Profile) -> Reply:
    """What is agreed to after a change, and how to take it back."""
    agreed = [word(say, purpose) for purpose in Purpose if profile.member.agreed(purpose)]
    if not agreed:
        first = say("Saved. You have agreed to nothing, so you are shown to nobody.")
    else:
        first = say(
            "Saved. You have agreed to: {agreed}. **consent all no** takes everything back.",
            agreed="; ".join(agreed),
        )
    return profile_reply(say, profile, first)
