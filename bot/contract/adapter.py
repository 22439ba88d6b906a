"""What a platform must do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bot.contract.inbound import Inbound, Person, Place
from bot.contract.platform_ui import PlatformUI
from bot.contract.replies import Choices, Reply

Handler = Callable[[Inbound], Awaitable[Reply | Choices | None]]
"""Answers an act: what is to be shown where the person acted, None for nothing."""


def unnoticed() -> None:
    """Nobody waits to hear it."""


class ClaimingHandler(Protocol):
    """A handler that writes an act down before it answers.

    `claimed` is called once the act can no longer be lost: a platform that sends again what was
    not acknowledged hears of it then, and not before.
    """

    async def __call__(
        self, act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        """What is to be shown where the person acted, None for nothing."""
        ...


def unwritten(handler: Handler) -> ClaimingHandler:
    """The same handler where nothing is sent twice, as in a terminal: no act is written down."""

    async def handle(
        act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        claimed()
        return await handler(act)

    return handle


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message came to stand, so that it can be found again."""

    platform: str
    workspace: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """How a platform stands. Moments are Unix seconds; `reason` says why it is not connected.

    `lacking`: one line for each workspace that gives the bot too little, as `Name: permission`.
    """

    connected: bool
    last_pong: float | None = None
    last_event: float | None = None
    reason: str = ""
    lacking: tuple[str, ...] = ()


class Later(Exception):
    """The platform asks to wait so many seconds before the next try."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Undeliverable(Exception):
    """This message can never be delivered; `reason` is for stewards.

    `lacking`: the permission that the bot lacks in this room, as the platform calls it. `closed`:
    the person takes no direct messages. `gone`: the room is not there any more, or not for the
    bot.
    """

    def __init__(
        self, reason: str, *, lacking: str = "", closed: bool = False, gone: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lacking = lacking
        self.closed = closed
        self.gone = gone


class Refused(Exception):
    """The platform refuses the token or a scope, and messages wait; `reason`: for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unexpected(Exception):
    """The platform refused, and nobody foresaw why: a few tries, then it is given up.

    `reason` is for stewards and for the log: the platform's own word for it, never the message's.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Adapter(Protocol):
    """One platform: found through the entry-point group `crosswalk.adapters`."""

    name: str

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        """What a call raises when the platform or the way to it fails: another try may succeed.

        Whatever else comes out of a call is a fault of the program, and is not tried again.
        """
        ...

    async def run(
        self,
        handler: ClaimingHandler,
        uis: Mapping[str, PlatformUI],
        since: float | None = None,
    ) -> None:
        """Carry acts to `handler` and replies back until closed; `surfaces` by language.

        `since`: when the newest act that is known of came in, Unix seconds; a platform that does
        not deliver again by itself looks for what was said since then. An unreachable platform
        is waited for. Raises Refused for a token or scope.
        """
        ...

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        """Send a message that nobody waits for.

        `key` is the same for each try to deliver it; `in_doubt`: an earlier try may have
        succeeded, so look before sending. Raises Later, Undeliverable,
        Unexpected, Refused or what is passing.
        """
        ...

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """Put another reply into a message of the bot's. Raises Later or Undeliverable."""
        ...

    async def delete(self, receipt: Receipt, place: Place) -> None:
        """Remove a message of the bot's. Raises Later or Undeliverable."""
        ...

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        """A room for these people and the bot; the same one when it is asked for again.

        Raises Later, or Undeliverable where the platform has no such room for them.
        """
        ...

    async def show_home(self, person: Person, reply: Reply) -> None:
        """Renew a person's home page, where the platform has one."""
        ...

    def health(self) -> Health:
        """How the connection stands now."""
        ...

    async def aclose(self) -> None:
        """Stop taking acts, finish what is in hand, and give the connection back."""
        ...


@runtime_checkable
class Expecting(Protocol):
    """An adapter of a platform that keeps no list of its direct conversations."""

    def expect(self, persons: Sequence[Person], channels: Sequence[str]) -> None:
        """Called before `run`: with these people, in these channels, the bot has talked lately.

        What they wrote to it while nobody listened is looked for. The latest come first.
        """
        ...


@runtime_checkable
class Checkable(Protocol):
    """An adapter that `crosswalk doctor` can ask whether it could run."""

    async def check(self) -> list[str]:
        """What an operator has to put right, each with its remedy; empty when all is well."""
        ...

    def advice(self) -> list[str]:
        """What an operator may want to know after a check, and what was not checked."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """An adapter of a platform that keeps no key of a message's delivery."""

    def remember(self, messages: Mapping[str, str]) -> None:
        """Called before a message in doubt is looked for: key by message, of those known.

        None of them is taken for another delivery's, however alike they are.
        """
        ...


State = Literal["starting", "connected", "waiting", "refused", "ended"]


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """How one platform stands; moments are Unix seconds. `lacking`: as in Health."""

    name: str
    state: State
    last_pong: float | None = None
    last_event: float | None = None
    reason: str = ""
    lacking: tuple[str, ...] = ()
