"""The fake Slack against the real SDK: what it does."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.support.fake_slack import Delivery, FakeSlack, Json, Member

Kept = list[tuple[str, dict[str, Any], int | None]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack(retries=(0.0, 0.05, 0.05), ack_seconds=0.2)
    await fake.start()
    yield fake
    await fake.aclose()


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.base_url, retry_handlers=[])


@pytest.fixture
def ana(slack: FakeSlack) -> Member:
    return slack.member("U1ANA", "ana", locale="es-ES")


@pytest.fixture
async def socket(slack: FakeSlack) -> AsyncIterator[tuple[SocketModeClient, Kept]]:
    web_client = AsyncWebClient(base_url=slack.base_url)
    mode = SocketModeClient(slack.app_token, web_client=web_client, ping_interval=0.3)
    kept: Kept = []

    async def note(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        kept.append((request.type, dict(request.payload), request.retry_attempt))
        if request.payload.get("text") != "unheard":
            await client.send_socket_mode_response(
                SocketModeResponse(request.envelope_id, {"text": "seen"})
            )

    mode.socket_mode_request_listeners.append(note)
    await mode.connect_to_new_endpoint()
    yield mode, kept
    await mode.close()  # type: ignore[no-untyped-call]


def error(failed: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failed.value.response["error"])


def button(**changes: Any) -> Json:
    text = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": "a", "text": text, **changes}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def modal(title: str = "Form", **changes: Any) -> Json:
    field = {
        "type": "input",
        "block_id": "name",
        "label": {"type": "plain_text", "text": "Name"},
        "element": {"type": "plain_text_input", "action_id": "v", "initial_value": "Ana"},
    }
    words = {"title": {"type": "plain_text", "text": title}}
    send = {"submit": {"type": "plain_text", "text": "Send"}}
    return {"type": "modal", **words, **send, "blocks": [field], **changes}


async def test_the_bot_learns_who_it_is_and_which_scopes_it_has(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == "U0BOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize("token", ["xoxb-other", None])
async def test_another_token_is_refused(slack: FakeSlack, token: str | None) -> None:
    client = AsyncWebClient(token, base_url=slack.base_url)
    with pytest.raises(SlackApiError) as failed:
        await client.auth_test()
    assert error(failed) == ("invalid_auth" if token else "not_authed")


async def test_a_revoked_token_and_a_missing_scope_are_refused(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    slack.scopes.discard("users:read")
    with pytest.raises(SlackApiError) as failed:
        await client.users_info(user=ana.id)
    assert error(failed) == "missing_scope"
    assert failed.value.response["needed"] == "users:read"
    slack.faults.revoked = True
    with pytest.raises(SlackApiError) as failed:
        await client.auth_test()
    assert error(failed) == "token_revoked"


async def test_a_locale_is_told_only_when_asked_for(client: AsyncWebClient, ana: Member) -> None:
    assert "locale" not in (await client.users_info(user=ana.id))["user"]
    told = (await client.users_info(user=ana.id, include_locale=True))["user"]
    assert told["locale"] == "es-ES"


async def test_messages_threads_and_metadata_are_kept(client: AsyncWebClient, ana: Member) -> None:
    channel = (await client.conversations_open(users=ana.id))["channel"]["id"]
    about = {"event_type": "delivery", "event_payload": {"key": "7"}}
    first = await client.chat_postMessage(channel=channel, text="One", metadata=about)
    await client.chat_postMessage(channel=channel, text="Two", thread_ts=first["ts"])
    bare = await client.conversations_history(channel=channel)
    assert [(m["text"], "metadata" in m) for m in bare["messages"]] == [("One", False)]
    whole = await client.conversations_replies(
        channel=channel, ts=first["ts"], include_all_metadata=True
    )
    assert [m["text"] for m in whole["messages"]] == ["One", "Two"]
    assert whole["messages"][0]["metadata"] == about


async def test_only_the_bots_own_messages_change(client: AsyncWebClient, ana: Member) -> None:
    hers, _ = ana.write("Mine")
    channel = ana.direct.id
    with pytest.raises(SlackApiError) as failed:
        await client.chat_update(channel=channel, ts=hers["ts"], text="No")
    assert error(failed) == "cant_update_message"
    own = await client.chat_postMessage(channel=channel, text="Old")
    await client.chat_update(channel=channel, ts=own["ts"], text="New")
    assert ana.direct.messages[-1]["text"] == "New"
    await client.chat_delete(channel=channel, ts=own["ts"])
    assert ana.direct.messages == [hers]


async def test_a_reaction_stands_once(client: AsyncWebClient, ana: Member) -> None:
    message, _ = ana.write("Hello")
    where = {"channel": ana.direct.id, "timestamp": message["ts"], "name": "hourglass"}
    await client.reactions_add(**where)
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(**where)
    await client.reactions_remove(**where)
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(**where)


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    trigger, late = slack.workspace.trigger(ana.id), slack.workspace.trigger(ana.id)
    opened = await client.views_open(trigger_id=trigger, view=modal())
    assert ana.modal is not None
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=modal())
    view = opened["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Anew"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Again"))
    assert ana.modal["title"]["text"] == "Anew"
    slack.workspace.forward(3.5)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=modal())


async def test_a_home_is_published_for_a_person(client: AsyncWebClient, ana: Member) -> None:
    await client.views_publish(user_id=ana.id, view={"type": "home", "blocks": [section("Hi")]})
    assert ana.home is not None
    assert ana.home["blocks"][0]["text"]["text"] == "Hi"
    with pytest.raises(SlackApiError):
        await client.views_publish(user_id=ana.id, view=modal())


async def test_a_limited_rate_is_told_and_nothing_is_done(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    slack.faults.rate_limit("chat.postMessage", times=1, seconds=7)
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=ana.id, text="x")
    assert failed.value.response.status_code == 429
    assert failed.value.response.headers["Retry-After"] == "7"
    assert not ana.direct.messages
    await client.chat_postMessage(channel=ana.id, text="x")


async def test_a_lost_answer_comes_after_the_work_and_an_unreachable_host_does_none(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=ana.id, text="One")
    slack.faults.unreachable = True
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=ana.id, text="Two")
    slack.faults.unreachable = False
    await slack.go_away()
    with pytest.raises(aiohttp.ClientError):
        await client.auth_test()
    await slack.come_back()
    await client.auth_test()
    assert [message["text"] for message in ana.direct.messages] == ["One"]


async def test_the_sdk_posts_twice_when_left_to_itself(slack: FakeSlack, ana: Member) -> None:
    """Why the adapter must say `retry_handlers`: this is what the fake is there to catch."""
    slack.faults.lose_answer("chat.postMessage")
    await AsyncWebClient(slack.bot_token, base_url=slack.base_url).chat_postMessage(
        channel=ana.id, text="One"
    )
    assert len(ana.direct.messages) == 2


async def test_a_response_address_serves_five_times_in_half_an_hour(
    slack: FakeSlack, ana: Member
) -> None:
    first, second = ana.command("/ask", "x"), ana.command("/ask", "y")
    hook = AsyncWebhookClient(first.payload["response_url"], retry_handlers=[])
    for n in range(5):
        assert (await hook.send(text=f"{n}", replace_original=True)).status_code == 200
    assert (await hook.send(text="6")).status_code == 404
    # Nothing of a command's can be replaced: all five stand there.
    assert [shown.text for shown in slack.ephemerals(ana)] == ["0", "1", "2", "3", "4"]
    slack.workspace.forward(1801)
    late = AsyncWebhookClient(second.payload["response_url"], retry_handlers=[])
    assert (await late.send(text="late")).status_code == 404


async def test_a_pressed_message_can_be_replaced_and_deleted(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    channel = slack.channel("C1", ana)
    await client.chat_postEphemeral(
        channel=channel.id, user=ana.id, text="x", blocks=[actions(button())]
    )
    (shown,) = slack.ephemerals(ana)
    pressed = ana.press(shown, "Press")
    hook = AsyncWebhookClient(pressed.payload["response_url"], retry_handlers=[])
    await hook.send(text="y", replace_original=True)
    assert [each.text for each in slack.ephemerals(ana)] == ["y"]
    await hook.send(delete_original=True)
    assert slack.ephemerals(ana) == []


async def test_envelopes_come_are_acknowledged_and_come_again_when_not(
    slack: FakeSlack, ana: Member, socket: tuple[SocketModeClient, Kept]
) -> None:
    _, kept = socket
    command = ana.command("/ask", "x")
    assert await command.acknowledged() == {"text": "seen"}
    assert [shown.text for shown in slack.ephemerals(ana)] == ["seen"]
    _, event = ana.write("once")
    await event.acknowledged()
    slack.faults.twice = 1
    _, twice = ana.write("twice")
    await twice.acknowledged()
    slack.faults.dropped = 1
    _, dropped = ana.write("dropped")
    await dropped.acknowledged()
    await slack.until(lambda: len(kept) == 5)
    assert [attempt for _, _, attempt in kept] == [None, 0, 0, 0, 1]
    assert kept[2][1] == kept[3][1]


async def test_an_unacknowledged_event_is_sent_four_times(slack: FakeSlack, ana: Member) -> None:
    _, event = ana.write("nobody is there")
    await slack.until(lambda: event.tries == 3)
    assert event.seconds is None


async def test_one_mention_may_come_as_two_events(slack: FakeSlack, ana: Member) -> None:
    message, sent = ana.mention(slack.channel("C1", ana), "who?", both=True)
    events = [delivery.payload["event"] for delivery in sent]
    assert [event["type"] for event in events] == ["app_mention", "message"]
    assert {event["ts"] for event in events} == {message["ts"]}
    assert len({delivery.payload["event_id"] for delivery in sent}) == 2


async def test_connections_are_refreshed_and_a_silent_one_is_left(
    slack: FakeSlack, ana: Member, socket: tuple[SocketModeClient, Kept]
) -> None:
    await slack.socket.refresh()
    await slack.connected(2)
    await ana.command("/ask", "x").acknowledged()
    slack.faults.silent = True
    with pytest.raises(TimeoutError):
        await ana.command("/ask", "y").acknowledged(0.3)
    slack.faults.silent = False
    await slack.socket.cut()
    await slack.connected(3)


class Listening:
    """An app's address that checks signatures as the SDK does."""

    def __init__(self, slack: FakeSlack) -> None:
        self.verifier = SignatureVerifier(slack.signing_secret)
        self.bodies: list[str] = []
        self.retries: list[str | None] = []
        self.busy = 0

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        self.bodies.append(body)
        self.retries.append(request.headers.get("X-Slack-Retry-Num"))
        if self.busy:
            self.busy -= 1
            return web.Response(status=503)
        return web.Response()


async def test_requests_are_signed_and_come_again_when_refused(
    slack: FakeSlack, ana: Member
) -> None:
    listening = Listening(slack)
    app = web.Application()
    app.router.add_post("/slack/events", listening.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    http = slack.speak_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    listening.busy = 1
    _, event = ana.write("hello")
    await event.acknowledged()
    sent: list[Delivery] = [ana.command("/ask", "a b"), ana.shortcut("ask")]
    await asyncio.gather(*(delivery.acknowledged() for delivery in sent))
    assert event.statuses == [503, 200]
    assert listening.retries[:2] == [None, "1"]
    assert json.loads(listening.bodies[0])["event"]["text"] == "hello"
    assert any("text=a+b" in body for body in listening.bodies)
    assert (await http.request("{}", {}, signature="v0=bad"))[0] == 401
    assert (await http.request("{}", {}, timestamp="1000000000"))[0] == 401
    await runner.cleanup()


async def test_a_form_is_filled_refused_and_sent(
    slack: FakeSlack, client: AsyncWebClient, ana: Member
) -> None:
    trigger = slack.workspace.trigger(ana.id)
    opened = (await client.views_open(trigger_id=trigger, view=modal()))["view"]
    sending = asyncio.create_task(ana.submit({"Name": "Ana Ruiz"}))
    await slack.until(lambda: slack.post.sent)
    delivery = slack.post.sent[-1]
    assert delivery.payload["view"]["state"]["values"] == {
        "name": {"v": {"type": "plain_text_input", "value": "Ana Ruiz"}}
    }
    delivery.acknowledge({"response_action": "errors", "errors": {"name": "Too short."}})
    assert await sending == {"Name": "Too short."}
    assert ana.modal == opened
    sending = asyncio.create_task(ana.submit({}))
    await slack.until(lambda: len(slack.post.sent) == 2)
    again = slack.post.sent[-1]
    assert again.payload["view"]["state"]["values"]["name"]["v"]["value"] == "Ana"
    again.acknowledge({})
    assert await sending == {}
    assert ana.modal is None
