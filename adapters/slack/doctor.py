"""What `crosswalk doctor` asks Slack, and what it tells an operator to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES, NEEDED
from adapters.slack.auth import HELPFUL, granted, lacking

UNTOLD = (
    "not checked: the app's events, commands and shortcuts. Slack tells a bot nothing about them; "
    "compare the app's manifest with adapters/slack/manifest.yaml."
)
UNSIGNED = (
    "not checked: SLACK_SIGNING_SECRET, and whether Slack reaches /slack/events. Enter the address "
    "under Event Subscriptions: Slack says Verified when both are right."
)


@dataclass
class Findings:
    """What has to be put right, and what an operator may want to know."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def findings(client: AsyncWebClient, *, app_token: str, mode: str) -> Findings:
    """What Slack says about the tokens; `client` carries the bot's."""
    found = Findings()
    bot_app = await _bot(client, found)
    if mode == "http":
        found.notes.append(UNSIGNED)
    elif app_token:
        await _app(client, app_token, bot_app, found)
    found.notes.append(UNTOLD)
    return found


async def _bot(client: AsyncWebClient, found: Findings) -> str:
    """Checks the bot's token; the id of its app, empty where it is not known."""
    try:
        answer = await client.auth_test()
    except FAILURES as error:
        found.problems.append(_why(error, "SLACK_BOT_TOKEN"))
        return ""
    _scopes(answer.headers, found)
    found.notes.append(f"the bot is {answer.get('user')} in the workspace {answer.get('team')}.")
    try:
        about = await client.bots_info(bot=answer.get("bot_id") or "")
    except FAILURES:
        return ""
    return str((about.get("bot") or {}).get("app_id") or "")


def _scopes(headers: Mapping[str, str], found: Findings) -> None:
    scopes = granted(headers)
    if not scopes:
        found.notes.append("not checked: the scopes. Slack did not say which ones the token has.")
        return
    if missing := [scope for scope in NEEDED if scope not in scopes]:
        found.problems.append(lacking(missing))
    if helpful := [scope for scope in HELPFUL if scope not in scopes]:
        found.notes.append(
            f"works less well without the scopes {', '.join(helpful)}; docs/operate-slack.md says "
            "what each is for."
        )


async def _app(client: AsyncWebClient, app_token: str, bot_app: str, found: Findings) -> None:
    """Checks the app-level token, and that it is of the same app as the bot's."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except FAILURES as error:
        found.problems.append(_why(error, "SLACK_APP_TOKEN"))
        return
    app = app_of(app_token)
    if not app or not bot_app:
        found.notes.append("not checked: whether both tokens are of the same app.")
    elif app != bot_app:
        found.problems.append(
            f"SLACK_APP_TOKEN is of the app {app}, SLACK_BOT_TOKEN of the app {bot_app}: what "
            "people write would never arrive. Take both from the same app."
        )


def app_of(app_token: str) -> str:
    """The app that an app-level token names in itself, `xapp-1-A0123-...`; empty if it does not."""
    parts = app_token.split("-")
    known = len(parts) > 3 and parts[0] == "xapp" and parts[2][:1] == "A"
    return parts[2] if known else ""


def _why(error: Exception, setting: str) -> str:
    if isinstance(error, SlackApiError):
        word = api_errors.word(error) or "an answer that cannot be read"
        return api_errors.refusal(error, setting) or f"Slack answered {setting} with {word}."
    return f"Slack cannot be reached ({type(error).__name__}). Try again later."
