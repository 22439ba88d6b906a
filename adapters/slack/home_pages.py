"""Home pages: published at once, and again until Slack has taken the newest one."""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES
from adapters.slack.modals import Modals
from bot.contract import Later, PlatformUI, Reply
from bot.contract.adapter_kit import remember

log = structlog.get_logger(__name__)

MOST = 1_000
SHORTEST, LONGEST = 1.0, 60.0


class HomePages:
    """The pages of one workspace. A page that Slack did not take is owed until it is shown."""

    def __init__(self, windows: Modals) -> None:
        self._windows = windows
        self._owed: dict[str, tuple[Reply, PlatformUI]] = {}
        self._some = asyncio.Event()
        self._pause = SHORTEST

    async def show(self, user_id: str, reply: Reply, ui: PlatformUI) -> None:
        """Shows a page now, else as soon as Slack takes it. Never raises."""
        if not await self._shown(user_id, reply, ui):
            remember(self._owed, user_id, (reply, ui), MOST)
            self._some.set()

    async def renew(self, user_id: str, reply: Reply, ui: PlatformUI) -> None:
        """Shows a page that somebody else asks for again. Raises what the SDK raises."""
        await self._windows.publish(user_id, reply, ui)
        self._owed.pop(user_id, None)

    async def run(self) -> None:
        """Pays what is owed, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(self._pause)
            self._pause = min(LONGEST, self._pause * 2)
            for user_id, (reply, ui) in list(self._owed.items()):
                if self._owed.get(user_id) == (reply, ui) and not await self._shown(
                    user_id, reply, ui
                ):
                    break
            if not self._owed:
                self._pause = SHORTEST
                self._some.clear()

    async def _shown(self, user_id: str, reply: Reply, ui: PlatformUI) -> bool:
        """Whether nothing is owed any more."""
        try:
            await self.renew(user_id, reply, ui)
        except SlackApiError as error:
            meaning = api_errors.for_sender(error)
            log.warning("Slack took no home page.", why=api_errors.word(error))
            if isinstance(meaning, Later):
                self._pause = max(self._pause, meaning.seconds)
            if api_errors.passes(error):
                return False
            self._owed.pop(user_id, None)
        except FAILURES as error:
            log.warning("Slack took no home page.", why=type(error).__name__)
            return False
        return True
