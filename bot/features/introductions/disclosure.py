"""How somebody who asks is shown to the one who is asked, before and after consent."""

from bot.features.introductions.expert_replies import Contactable
from bot.features.members.consent_replies import without_name
from knowledge.introductions.introductions import Wish
from knowledge.members.anonymity import Census, Description, Shown, community_alone, display, kept
from knowledge.members.views import MemberView
from knowledge.vocabulary import AskerShown


def card_of(member: MemberView) -> Contactable:
    """What a member shows to whom they are introduced."""
    return Contactable(member.name, member.role, member.organisation, member.contact_line)


def ways(member: MemberView, census: Census) -> dict[AskerShown, Description | None]:
    """How a member can be shown before consent: by name, by what they share with others, or not."""
    by_name = Description(
        Shown.NAME,
        member.community,
        name=member.name,
        role=member.role,
        organisation=member.organisation,
    )
    by_role = display(without_name(member), census)
    return {AskerShown.NAMED: by_name, AskerShown.ROLE: by_role, AskerShown.HIDDEN: None}


def now_shown(wish: Wish, asker: MemberView, census: Census) -> Description | None:
    """How the asker is shown at this moment: as they agreed, or less.

    A description that no longer fits what they agreed to, or fits too few, says the community
    alone, or nothing where too few are of it.
    """
    agreed = kept(wish.shown)
    if agreed is None or wish.shown_as is AskerShown.NAMED:
        return agreed
    if ways(asker, census)[wish.shown_as] == agreed:
        return agreed
    return community_alone(asker, census)
