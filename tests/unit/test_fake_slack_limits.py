"""What the fake Slack refuses, as Slack does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.fake_slack import FakeSlack, Json, Member


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


def error(failed: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failed.value.response["error"])


def button(**changes: Any) -> Json:
    text = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": "a", "text": text, **changes}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **changes: Any) -> Json:
    text = {"type": "plain_text", "text": "One"}
    options = [{"text": text, "value": str(n)} for n in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **changes}


HEADER = {"type": "header", "text": {"type": "plain_text", "text": "h" * 151}}


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x")] * 51,
        [section("x" * 3001)],
        [section("")],
        [HEADER],
        [actions(button(text={"type": "plain_text", "text": "p" * 76}))],
        [actions(button(action_id="a" * 256))],
        [actions(button(value="v" * 2001))],
        [actions(button(style="loud"))],
        [actions(button(), button())],
        [actions(select(101))],
        [actions(select(0))],
        [actions(select(2, initial_option={"value": "9"}))],
        [{"type": "section", "fields": [section("f")["text"]] * 11}],
        [{"type": "section", "fields": [section("f" * 2001)["text"]]}],
        [section("x") | {"colour": "red"}],
        [section("x") | {"block_id": "b"}] * 2,
        [{"type": "marquee"}],
    ],
)
async def test_blocks_beyond_the_limits_are_refused(
    client: AsyncWebClient, ana: Member, blocks: list[Json]
) -> None:
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=ana.id, text="x", blocks=blocks)
    assert error(failed) == "invalid_blocks"
    assert not ana.direct.messages


async def test_blocks_at_the_limits_are_taken(client: AsyncWebClient, ana: Member) -> None:
    at_most = actions(
        button(action_id="a" * 255, value="v" * 2000), select(100, action_id="s" * 255)
    )
    blocks = [section("x" * 3000), at_most] * 25
    await client.chat_postMessage(channel=ana.id, text="x" * 40_000, blocks=blocks)
    assert len(ana.direct.messages) == 1


@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
@pytest.mark.parametrize(("text", "why"), [(" ", "no_text"), ("x" * 40_001, "msg_too_long")])
async def test_text_must_be_there_and_short_enough(
    client: AsyncWebClient, ana: Member, text: str, why: str
) -> None:
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=ana.id, text=text, blocks=[section("x")])
    assert error(failed) == why


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


@pytest.mark.parametrize(
    "view",
    [
        modal("t" * 25),
        modal(blocks=[section("x")] * 101),
        modal(private_metadata="m" * 3001),
        modal(colour="red"),
        modal(submit={"type": "plain_text", "text": "s" * 25}),
        {key: value for key, value in modal().items() if key != "submit"},
    ],
)
async def test_views_beyond_the_limits_are_refused(
    slack: FakeSlack, client: AsyncWebClient, ana: Member, view: Json
) -> None:
    trigger = slack.workspace.trigger(ana.id)
    with pytest.raises(SlackApiError):
        await client.views_open(trigger_id=trigger, view=view)
    assert ana.modal is None
