"""What is said when an account is joined to a member."""

from bot.contract import Reply
from bot.features.members.entrance_replies import invitation
from bot.features.members.profile_replies import Profile, profile_reply
from bot.i18n import Words
from knowledge.vocabulary import MemberStatus


def claimed(say: Words, profile: Profile, *, steward: bool) -> Reply:
    """The answer to a code that worked: whose account this is, and what comes next."""
    if steward:
        return profile_reply(say, profile, say("You are a steward of this community now."))
    if profile.member.status is MemberStatus.INVITED:
        return invitation(say, profile)
    return profile_reply(say, profile, say("This account belongs to your profile now."))


def own_code(say: Words, code: str, minutes: int) -> Reply:
    """A code that links a second account."""
    text = say(
        "Write **claim {code}** to me from your other account within {minutes} minutes. It then "
        "belongs to this profile. Give the code to nobody else: it opens your profile.",
        code=code,
        minutes=minutes,
    )
    return Reply(text)


def invitation_code(say: Words, number: int, name: str, code: str, hours: int) -> Reply:
    """A code that a steward passes on to somebody who was invited."""
    text = say(
        "Claim code for {name} (member {number}), to be used once within {hours} hours: "
        "**claim {code}**. Please give it to them alone, by a way that you know is theirs.",
        name=name,
        number=number,
        hours=hours,
        code=code,
    )
    return Reply(text)
