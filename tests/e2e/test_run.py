"""`crosswalk run` and `doctor` in processes of their own, with a platform that is installed."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.reading import ASKED, TITLE, answers, kept, there
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.reading import kept as kept_in_slack
from tests.support.process_platform import install, posted
from tests.support.processes import crosswalk, environment, refusal, works
from tests.support.requests import get


class Started:
    """A bot that runs, and its log line by line."""

    def __init__(self, folder: Path, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env=environment(**env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[dict[str, Any]] = []

    def until_ready(self) -> dict[str, Any]:
        """The event `ready`; every line of the log before it must be JSON."""
        assert self._process.stderr
        for line in self._process.stderr:
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == "ready":
                return self.log[-1]
        raise AssertionError(self.log)

    def told(self, what: signal.Signals) -> int:
        """The exit code after a signal; nothing may have been written to stdout."""
        self._process.send_signal(what)
        out, _ = self._process.communicate(timeout=30)
        assert out == ""
        return self._process.returncode

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def bots() -> Iterator[list[Started]]:
    started: list[Started] = []
    yield started
    for one in started:
        one.kill()


def test_without_tokens_there_is_one_sentence(tmp_path: Path) -> None:
    said = refusal(crosswalk("run", at=tmp_path))
    assert said.startswith("No platform is set up.")
    assert not (tmp_path / "var").exists()


def test_settings_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    said = refusal(crosswalk("run", at=tmp_path, env={"SLACK_MODE": "carrier pigeon"}))
    assert said.startswith("SLACK_MODE cannot be used")
    said = refusal(crosswalk("run", at=tmp_path, env={"HTTP_PORT": "80800"}))
    assert said.startswith("HTTP_PORT cannot be used")


@pytest.mark.model
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_says_how_it_is_and_ends_when_told(
    tmp_path: Path, bots: list[Started], told: signal.Signals
) -> None:
    env = {**install(tmp_path / "site"), "CHAT_TOKEN": "good", "CHAT_SAYS": "status"}
    began = time.monotonic()
    bots.append(Started(tmp_path, **env))
    ready = bots[0].until_ready()
    assert time.monotonic() - began < 60
    assert ready["platforms"] == {"chat": "connected"}
    (warned,) = [line for line in bots[0].log if line["level"] == "warning"]
    assert (warned["event"], warned["adapter"]) == ("An adapter could not be loaded.", "broken")
    status, text = asyncio.run(get(ready["port"], "/readyz"))
    assert (status, json.loads(text)["ready"]) == (200, True)
    for _ in range(100):
        if posted(tmp_path / "site"):
            break
        time.sleep(0.05)
    began = time.monotonic()
    assert bots[0].told(told) == 0
    assert time.monotonic() - began < 15
    (answer,) = posted(tmp_path / "site")
    assert answer["channel"] == "D1"
    assert "Matching model" in answer["text"]
    # What was done stays done, also for another process.
    bots.append(Started(tmp_path, **env))
    bots[1].until_ready()
    assert bots[1].told(signal.SIGTERM) == 0
    assert len(posted(tmp_path / "site")) == 1


@pytest.mark.model
async def test_slack_and_discord_are_answered_from_one_process(
    tmp_path: Path, bots: list[Started], slack: FakeSlack, discord: FakeDiscord
) -> None:
    row = {"title": TITLE, "text": f"{TITLE} were shown what sharing is worth. They agreed."}
    (tmp_path / "cases.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    works("cases", "import", tmp_path / "cases.jsonl", "--publish", at=tmp_path)
    env = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_BASE_URL": slack.base_url,
        "DISCORD_BOT_TOKEN": discord.token,
        "DISCORD_API_BASE_URL": discord.base_url,
        "HTTP_PORT": "0",
        "LOG_FORMAT": "json",
    }
    bots.append(Started(tmp_path, **env))
    ready = await asyncio.to_thread(bots[0].until_ready)
    assert ready["platforms"] == {"slack": "connected", "discord": "connected"}
    room = discord.channel("data")
    ana, lea = slack.member("U1ANA", "ana"), discord.member("410000000000000041", "lea")
    ana.write(ASKED)
    lea.write(ASKED)
    lea.mention(room, ASKED)
    lea.slash("ask", room, question=ASKED)
    await discord.until(lambda: len(kept(lea)) == 2 and answers(lea.shown), 30)
    await discord.until(lambda: any(there(r) for r in (room, *discord.threads(room))), 30)
    await slack.until(lambda: kept_in_slack(slack, ana), 30)
    status, text = await get(ready["port"], "/readyz")
    assert (status, json.loads(text)["ready"]) == (200, True)
    began = time.monotonic()
    assert await asyncio.to_thread(bots[0].told, signal.SIGTERM) == 0
    assert time.monotonic() - began < 15
    assert slack.refused == []
    assert discord.refused == []


@pytest.mark.model
def test_a_refused_token_is_one_sentence_and_the_end(tmp_path: Path) -> None:
    env = {**install(tmp_path / "site"), "CHAT_TOKEN": "refused", "CHAT_SAYS": ""}
    done = crosswalk("run", at=tmp_path, env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("Chat refused the token. Put a new one into CHAT_TOKEN.") == 1
    assert done.stderr.strip().splitlines()[-1].startswith("crosswalk: Chat refused the token.")
    assert '"ready"' not in done.stderr


@pytest.mark.model
def test_the_doctor_names_what_is_wrong_and_what_is_not(tmp_path: Path) -> None:
    env = {**install(tmp_path / "site"), "CHAT_TOKEN": "good"}
    done = crosswalk("doctor", at=tmp_path, env=env)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "database: none yet; the first start makes it",
        "model: ok",
        "chat: The token lacks a scope: chat:write.",
    ]
    assert not (tmp_path / "var" / "crosswalk.db").exists()


def test_the_doctor_finds_a_broken_installation(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are the minutes of a meeting. " * 200, "utf-8")
    (tmp_path / "notes.db").chmod(0o600)  # what others can read is named as well
    env = {
        "DATABASE_URL": "sqlite:///notes.db",
        "EMBEDDING_MODEL": str(tmp_path / "nothing-here"),
    }
    done = crosswalk("doctor", at=tmp_path, env=env)
    assert done.returncode == 1
    database, model, platforms = done.stdout.splitlines()
    assert "not a sound Crosswalk database" in database
    assert "nothing-here" in model
    assert platforms.startswith("platforms: none is set up, which crosswalk chat does not need.")
    assert "Traceback" not in done.stderr
