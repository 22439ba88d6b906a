"""A small Slack at the network edge: Web API, response_url, Socket Mode and signed HTTP."""

from tests.support.fake_slack.deliveries import Delivery, SignedHttp
from tests.support.fake_slack.limits import Json, Refusal
from tests.support.fake_slack.member import Member
from tests.support.fake_slack.server import FakeSlack
from tests.support.fake_slack.workspace import Channel, Shown

__all__ = ["Channel", "Delivery", "FakeSlack", "Json", "Member", "Refusal", "Shown", "SignedHttp"]
