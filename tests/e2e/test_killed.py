"""The bot killed outright, as a power cut does, and started again: one answer to each question."""

import asyncio
import sys
from pathlib import Path

import pytest

from knowledge.database.store import Store
from tests.support.community import case, publish
from tests.support.fake_slack import FakeSlack, Member
from tests.support.fake_slack.reading import ASKED, TITLE, kept, questions, settled
from tests.support.processes import environment

pytestmark = pytest.mark.model


class Process:
    """`crosswalk run` on one database, beside a fake Slack."""

    def __init__(self, slack: FakeSlack, folder: Path) -> None:
        self._slack = slack
        self._folder = folder
        self._env = environment(
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            SLACK_API_BASE_URL=slack.base_url,
            DATABASE_URL=f"sqlite:///{folder}/crosswalk.db",
            HTTP_PORT="0",
        )
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Return when Slack has a connection."""
        accepted = self._slack.socket.accepted
        self._running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self._folder,
            env=self._env,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._slack.connected(accepted + 1, 60)

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        if self._running is not None:
            self._running.kill()
            await self._running.wait()
            self._running = None


MOMENTS = (0.0, 0.1, 0.4)
"""Seconds after an acknowledgement: while it is looked up, written, and on its way to Slack."""


async def test_a_question_that_was_acknowledged_is_answered_once_whenever_the_bot_is_killed(
    slack: FakeSlack, ana: Member, tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path}/crosswalk.db")
    store.migrate()
    publish(store, case(TITLE))
    bot = Process(slack, tmp_path)
    # Slack takes its time, so that some are killed while an answer is on its way.
    slack.faults.slow_down("chat.postMessage", 0.3, times=100)
    try:
        await bot.start()
        for moment in MOMENTS:
            _, event = ana.write(ASKED)
            await event.acknowledged()
            await asyncio.sleep(moment)
            await bot.kill()
            await bot.start()
        await slack.until(lambda: len(kept(slack, ana)) == len(MOMENTS))
        await settled(slack, 1.0)
        assert len(kept(slack, ana)) == len(MOMENTS)
        assert questions(store) == len(MOMENTS)
    finally:
        await bot.kill()
        store.close()
