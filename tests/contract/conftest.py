"""The platforms that keep the contract: a new one joins by adding its driver here."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from bot.contract import Handler
from tests.support.scripted_discord import ScriptedDiscord
from tests.support.scripted_slack import ScriptedSlack
from tests.support.scripted_terminal import ScriptedTerminal, Step


class Driver(Protocol):
    """A person on one platform, played from neutral steps."""

    async def play(self, handler: Handler, *steps: Step) -> None:
        """Do the steps one after another and return when the platform is quiet."""
        ...

    def seen(self) -> str:
        """All that the person was shown, with any run of blanks as one space."""
        ...

    def files(self) -> Mapping[str, bytes]:
        """The files that the person was given, by name."""
        ...


DRIVERS: dict[str, Callable[[], Driver]] = {
    "console": ScriptedTerminal,
    "discord": ScriptedDiscord,
    "slack": ScriptedSlack,
}


@pytest.fixture(params=sorted(DRIVERS))
def driver(request: pytest.FixtureRequest) -> Driver:
    return DRIVERS[str(request.param)]()
