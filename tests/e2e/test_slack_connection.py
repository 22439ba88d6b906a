"""A connection that is refused, missing, broken or dead."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.runtime.platforms import NoPlatform
from knowledge.messaging import deliveries
from tests.support.fake_slack import FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, kept, settled
from tests.support.requests import get


@pytest.fixture
def bot(bot: Bot) -> Bot:
    """Looks at its connection often.

    Elsewhere it does so as seldom as in life: an answer to its ping is due within half of the
    pause, and where a busy machine misses that, a connection goes, and what was just typed with it.
    """
    bot.ping = 0.3
    return bot


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
    await slack.connected()
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_an_outage_is_sat_out(running: Bot, slack: FakeSlack, ana: Member) -> None:
    await slack.go_away()
    await slack.until(lambda: not running.connected)
    await slack.come_back()
    await slack.connected(2)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_a_silently_dead_connection_is_rebuilt(
    bot: Bot, slack: FakeSlack, ana: Member
) -> None:
    bot.silence = 2.0
    await bot.start()
    slack.faults.silent = True
    await asyncio.sleep(0.1)
    began = slack.socket.accepted
    await slack.until(lambda: slack.socket.accepted > began)
    slack.faults.silent = False
    await slack.until(lambda: bot.connected)
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


async def ready(bot: Bot) -> tuple[int, str]:
    """What /readyz says."""
    return await get(bot.running.server.port, "/readyz")


async def test_a_token_revoked_while_running_holds_messages_back_until_it_is_good_again(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.revoked = True  # the connection still stands
    ana.write(ASKED)
    await slack.until(lambda: not running.connected)
    status, document = await ready(running)
    assert status == 503
    assert "Slack refused SLACK_BOT_TOKEN (token_revoked). The token was revoked." in document
    assert "waiting" in document
    await slack.socket.cut()
    await slack.until(lambda: "SLACK_" in running.running.platforms[0].figures().reason)
    await settled(slack, 2)
    assert not running.connected
    standing = running.store.read(deliveries.standing)
    assert (standing.waiting, standing.dead) == (1, 0)
    slack.accept_again()
    await slack.until(lambda: running.connected)
    await slack.until(lambda: kept(slack, ana))
    await settled(slack)
    assert len(kept(slack, ana)) == 1
    assert (await ready(running))[0] == 200


async def test_the_connection_comes_back_by_itself_after_a_refusal(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await slack.revoke()
    await slack.until(lambda: "(token_revoked)" in running.running.platforms[0].figures().reason)
    assert running.running.platforms[0].figures().state == "waiting"
    slack.accept_again()
    await slack.until(lambda: running.connected)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_a_token_that_is_revoked_in_silence_is_noticed(
    running: Bot, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.token_monitor.QUIET", 0.2)
    await running.stop()
    await running.start()
    slack.faults.revoked = True
    await slack.until(lambda: not running.connected)
    slack.accept_again()
    await slack.until(lambda: running.connected)


async def test_a_slack_that_has_too_many_connections_is_not_stormed(
    bot: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.crowded = True
    await bot.start(connected=False)
    await slack.until(lambda: slack.socket.accepted >= 1)
    await settled(slack, 3)
    assert slack.socket.accepted <= 3
    status, document = await ready(bot)
    assert status == 503
    assert "too_many_websockets" in document
    slack.faults.crowded = False
    await slack.until(lambda: bot.connected)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_a_connection_that_is_told_to_go_makes_room_before_it_comes_again(
    running: Bot, slack: FakeSlack
) -> None:
    slack.faults.crowded = True
    await slack.socket.refresh("too_many_websockets")
    await slack.until(lambda: not running.connected)
    before = slack.socket.accepted
    await settled(slack, 4)
    assert slack.socket.accepted - before <= 3
    slack.faults.crowded = False
    await slack.until(lambda: running.connected)


async def test_ready_comes_once_the_connection_stands_and_says_so(
    bot: Bot, slack: FakeSlack
) -> None:
    slack.faults.slow_down("auth.test", 0.5)
    slack.faults.slow_down("apps.connections.open", 0.5)
    with capture_logs() as log:
        await bot.start(connected=False)
        await slack.until(lambda: any(each["event"] == "ready" for each in log))
        (told,) = [each for each in log if each["event"] == "ready"]
        assert told["platforms"] == {"slack": "connected"}
        assert slack.socket.accepted == 1


async def test_a_home_page_that_slack_did_not_take_is_shown_later(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.rate_limit("views.publish", 2, seconds=1)
    ana.open_home()
    await slack.until(lambda: ana.home is not None, 10)
    pages = slack.count("views.publish")
    await settled(slack, 1.5)
    assert slack.count("views.publish") == pages  # and only once
