"""A form whose answer takes longer than Slack waits for it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.contract import Choices, Field, Form, Inbound, PlatformEvent, Reply, Submitted, unwritten
from tests.support.fake_slack import FakeSlack, Member
from tests.support.scripted_terminal import SURFACE

FORM = Form("Your question", "ask.send", fields=(Field("title", "In one line", required=True),))
FAULT = Reply("That is too short.", errors={"title": "Too short."})


class LateCore:
    """Opens a form, and refuses what is sent after a second; `faulty` is what it says then."""

    def __init__(self) -> None:
        self.faulty = FAULT

    async def __call__(self, act: Inbound) -> Reply | Choices | None:
        if isinstance(act, PlatformEvent):
            return None
        if not isinstance(act, Submitted):
            return Reply("A form.", form=FORM)
        await asyncio.sleep(1.0)
        return self.faulty


@pytest.fixture
async def core(slack: FakeSlack) -> AsyncIterator[LateCore]:
    """Behind the real adapter, connected."""
    found = LateCore()
    adapter = SlackAdapter(
        bot_token=slack.bot_token, app_token=slack.app_token, base_url=slack.base_url
    )
    running = asyncio.create_task(adapter.run(unwritten(found), {SURFACE.language: SURFACE}))
    await slack.connected()
    yield found
    await adapter.aclose()
    await running


@pytest.mark.parametrize("drawn_anew", [False, True])
async def test_a_faulty_form_that_is_answered_late_keeps_what_was_typed(
    core: LateCore, slack: FakeSlack, ana: Member, drawn_anew: bool
) -> None:
    core.faulty = Reply(FAULT.text, errors=FAULT.errors, form=FORM if drawn_anew else None)
    ana.command("/crosswalk")
    await slack.until(lambda: ana.modal)
    assert await ana.submit({"In one line": "What I typed for ten minutes"}) == {}
    await slack.until(lambda: ana.modal and "Too short." in str(ana.modal["blocks"]))
    assert ana.modal is not None
    (field,) = [block for block in ana.modal["blocks"] if block["type"] == "input"]
    assert field["element"]["initial_value"] == "What I typed for ten minutes"
    core.faulty = Reply("Noted.")
    await ana.submit({})
    await slack.until(lambda: ana.modal is None or "Noted." in str(ana.modal["blocks"]))
