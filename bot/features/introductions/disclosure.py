"""How somebody who asks is shown to the one who is asked, before and after consent."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.contract import Form, Option
from bot.contract.markup import plain
from bot.core.forms import FormOf
from bot.features.introductions.expert_replies import Contactable
from bot.features.members.consent_replies import without_name
from bot.i18n import Markup, Words
from bot.i18n.phrases import first_contact
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


class Agreed(Protocol):
    """How somebody agreed to be shown, with the description that they read."""

    @property
    def shown_as(self) -> AskerShown: ...
    @property
    def shown(self) -> Mapping[str, Any]: ...


def form_with_ways(
    kind: type[FormOf],
    say: Words,
    subject: int | str,
    values: Mapping[str, str],
    ways: Mapping[AskerShown, Markup],
    note: Markup,
) -> Form:
    """A form with the field `shown`, in which somebody chooses how they are shown."""
    return kind.draw(
        say,
        subject,
        values,
        note=Markup("\n\n").join((note, first_contact(say))),
        options={"shown": tuple(Option(plain(shown), way.value) for way, shown in ways.items())},
    )


def now_shown(wish: Agreed, asker: MemberView, census: Census) -> Description | None:
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
