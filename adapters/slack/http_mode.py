"""HTTP mode: signed requests at /slack/events."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack.payload_shapes import well_formed
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

PATH = "/slack/events"
MISREAD = (AttributeError, KeyError, TypeError, ValueError)
"""What the SDK raises where a payload has another shape than it knows."""
LARGEST = 1_048_576


class Door:
    """Lets in what Slack signed in the last five minutes, and nothing else."""

    def __init__(self, app: AsyncApp, signing_secret: str, state: ConnectionState) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._state = state

    def routes(self) -> list[Route]:
        """What the one server serves for Slack."""
        return [Route(PATH, self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """One request: 401 unsigned, 413 too large, 400 unreadable.

        While stopping 503, so that Slack sends it again.
        """
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not self._signed(request, body):
            return PlainTextResponse("not signed by Slack", 401)
        if self._state.closing:
            return PlainTextResponse("stopping", 503, {"Retry-After": "5"})
        self._state.happened()
        payload = _payload(body, request.headers.get("content-type", ""))
        if payload is None or not well_formed(payload):
            return PlainTextResponse("not readable", 400)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        try:
            asked = AsyncBoltRequest(body=body.decode("utf-8", "replace"), headers=headers)
        except MISREAD as error:
            log.warning("Slack's SDK could not read a payload.", kind=type(error).__name__)
            return PlainTextResponse("not readable", 400)
        answer = await self._app.async_dispatch(asked)
        kept = answer.first_headers_without_set_cookie()
        return Response(answer.body, answer.status, headers=kept)

    def _signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except (ValueError, TypeError):
            return False


def _payload(body: bytes, content_type: str) -> dict[str, Any] | None:
    """What bolt will read: an object, alone, as the `payload` of a form, or the form itself."""
    text = body.decode("utf-8", "replace")
    if "json" not in content_type and not text.startswith(("{", "[")):
        fields = dict(parse_qsl(text, keep_blank_values=True))
        if "payload" not in fields:
            return fields or None
        text = fields["payload"]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return body
