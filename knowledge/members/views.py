"""Members as they come into a unit of work and leave it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from knowledge.database.circumstances import CircumstancesView
from knowledge.vocabulary import Community, MemberStatus, Purpose


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A person as a file or a form describes them."""

    key: str
    name: str
    community: Community | None = None
    role: str = ""
    organisation: str = ""
    place: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    time_zone: str = "UTC"
    hours_from: int = 9
    hours_until: int = 17
    profile: str = ""
    contact_line: str = ""
    capacity: int | None = None
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    consents: frozenset[Purpose] = frozenset()
    circumstances: CircumstancesView = field(default_factory=CircumstancesView)


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with what they told and agreed to."""

    id: int
    key: str | None
    name: str
    status: MemberStatus
    community: Community | None
    role: str
    organisation: str
    place: str
    country: str
    languages: tuple[str, ...]
    time_zone: str
    hours_from: int
    hours_until: int
    profile: str
    contact_line: str
    capacity: int | None
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    consents: frozenset[Purpose]
    circumstances: CircumstancesView
    steward: bool
    invented: bool
    snoozed_until: date | None = None

    def agreed(self, purpose: Purpose) -> bool:
        """Whether the member's last word on `purpose` was yes."""
        return purpose in self.consents

    def today(self, now: datetime) -> date:
        """The day where the member is; in UTC if their zone is not known."""
        try:
            return now.astimezone(ZoneInfo(self.time_zone)).date()
        except (KeyError, OSError, ValueError):
            return now.astimezone(UTC).date()

    def snoozed(self, now: datetime) -> bool:
        """Whether the member wants to be left alone today; it ends by itself."""
        return self.snoozed_until is not None and self.today(now) < self.snoozed_until
