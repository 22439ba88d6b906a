"""A connection that is refused, missing, broken or dead."""

import asyncio

import pytest

from bot.running import NoPlatform
from tests.support.fake_slack import FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import (
    ASKED,
    kept,
)


async def test_a_wrong_token_ends_with_one_sentence(bot: Bot, slack: FakeSlack) -> None:
    slack.faults.revoked = True
    await bot.start(connected=False)
    with pytest.raises(NoPlatform, match="token") as failed:
        await bot.ended()
    assert str(failed.value).count("\n") == 0


@pytest.mark.parametrize("scope", ["chat:write", "users:read"])
async def test_a_missing_scope_is_named(bot: Bot, slack: FakeSlack, scope: str) -> None:
    slack.scopes.discard(scope)
    await bot.start(connected=False)
    with pytest.raises(NoPlatform, match=scope):
        await bot.ended()


async def test_an_unreachable_slack_is_waited_for(bot: Bot, slack: FakeSlack, ana: Member) -> None:
    await slack.go_away()
    await bot.start(connected=False)
    await asyncio.sleep(0.5)
    assert not bot.connected
    await slack.come_back()
    await slack.connected(seconds=10)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_an_outage_is_sat_out(running: Bot, slack: FakeSlack, ana: Member) -> None:
    await slack.go_away()
    await slack.until(lambda: not running.connected)
    await slack.come_back()
    await slack.connected(2, 15)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana), 15)


async def test_a_silently_dead_connection_is_rebuilt(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.silent = True
    await asyncio.sleep(0.1)
    began = slack.socket.accepted
    await slack.until(lambda: slack.socket.accepted > began, 15)
    slack.faults.silent = False
    await slack.connected(began + 1, 15)
    await slack.until(lambda: running.connected, 15)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_refreshed_connection_loses_nothing(
    running: Bot, slack: FakeSlack, ana: Member, reason: str
) -> None:
    await slack.socket.refresh(reason)
    _, event = ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    await slack.connected(2)
    assert event.seconds is not None
    assert len(kept(slack, ana)) == 1
