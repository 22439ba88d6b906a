"""Who is asking, as every feature needs to know it."""

from dataclasses import dataclass

from bot.contract import Person, Place
from bot.errors import UserFacingError
from bot.wording import Words
from knowledge.views import MemberView
from knowledge.vocabulary import MemberStatus


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, the member that they are (if any), and the words they read."""

    person: Person
    place: Place
    member: MemberView | None
    steward: bool
    say: Words

    @property
    def actor(self) -> str:
        """How the audit names whoever acts."""
        return f"member:{self.member.id}" if self.member else self.person.key

    def known(self) -> MemberView:
        """The member that this person is. Raises UserFacingError `not_a_member`."""
        if self.member is None or self.member.status is MemberStatus.LEFT:
            raise UserFacingError("not_a_member")
        return self.member

    def trusted(self) -> "Caller":
        """This caller, if they run the community. Raises UserFacingError `stewards_only`."""
        if not self.steward:
            raise UserFacingError("stewards_only")
        return self
