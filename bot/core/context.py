"""Who is asking, as every feature needs to know it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.contract import Choices, Person, Place, PlaceKind, Pressed, Quoted, Submitted
from bot.core.commands import Who
from bot.core.errors import UserFacingError
from bot.i18n import Words
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus

Act = Pressed | Submitted


@dataclass(frozen=True, slots=True)
class Context:
    """A person, the member that they are (if any), and the words they read."""

    person: Person
    place: Place
    member: MemberView | None
    steward: bool
    say: Words
    event_id: str = ""
    """The act that this is: the same word however often it runs; empty outside the dispatcher."""
    in_place: bool = True
    """Whether they can be answered where they acted without others seeing it."""
    quoted: Quoted | None = None
    """The message that they point at, where there is one."""
    commanded: bool = False
    """Whether what they said to the bot is a command or a question, and no answer to others."""
    mentions: Sequence[Person] = ()
    """Whom they mention in their words, without the bot."""

    @property
    def overheard(self) -> bool:
        """Whether what they said was said to a room: it is answered there, too."""
        return not self.in_place and self.place.kind is not PlaceKind.DIRECT

    @property
    def actor(self) -> str:
        """How the audit names whoever acts."""
        return f"member:{self.member.id}" if self.member else self.person.key

    @property
    def me(self) -> MemberView:
        """The member that this person is. Raises UserFacingError `not_a_member`."""
        if self.member is None or self.member.status is MemberStatus.LEFT:
            raise UserFacingError("not_a_member")
        return self.member

    def admit(self, who: Who) -> None:
        """Let the right people pass.

        Raises UserFacingError `stewards_only`, `not_a_member`, `accept_first` or `not_approved`.
        """
        if who is Who.STEWARD and not self.steward:
            raise UserFacingError("stewards_only")
        if who in {Who.EVERYONE, Who.STEWARD}:
            return
        status = self.me.status
        if who is not Who.MEMBER and status is MemberStatus.INVITED:
            raise UserFacingError("accept_first")
        if who is Who.APPROVED and status is not MemberStatus.ACTIVE:
            raise UserFacingError("not_approved")


Completions = Mapping[str, Callable[[Context, str], Awaitable[Choices]]]
"""What a feature suggests for a field whose value is being typed."""
