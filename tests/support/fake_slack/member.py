"""A person in the workspace: what they do reaches the app as Slack would send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.support.fake_slack.deliveries import Delivery, Post
from tests.support.fake_slack.limits import Json, Refusal
from tests.support.fake_slack.workspace import (
    APP,
    BOT,
    RESPONSE_SECONDS,
    TEAM,
    Channel,
    ResponseUrl,
    Shown,
    Workspace,
)

Values = Mapping[str, str | Sequence[str]]


class Member:
    """Somebody who types, presses and fills in."""

    def __init__(
        self, workspace: Workspace, post: Post, user_id: str, address: Callable[[str], str]
    ) -> None:
        self.id = user_id
        self._space = workspace
        self._post = post
        self._address = address

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self._space.direct(self.id)

    @property
    def modal(self) -> Json | None:
        """The topmost form before them."""
        stack = self._space.stacks.get(self.id)
        return self._space.views[stack[-1]] if stack else None

    @property
    def home(self) -> Json | None:
        """Their Home tab, as published."""
        return self._space.homes.get(self.id)

    def command(
        self, command: str, text: str = "", channel: Channel | None = None, *, uses: int = 5
    ) -> Delivery:
        """Type a slash command; `uses`: how often its response address may be used."""
        place = channel or self.direct
        answer = ResponseUrl(self.id, place.id, self._space.now() + RESPONSE_SECONDS, uses=uses)
        return self._post.send(
            "slash_commands",
            {
                "token": "unused",
                "team_id": TEAM,
                "team_domain": "city",
                "channel_id": place.id,
                "channel_name": place.name or "directmessage",
                "user_id": self.id,
                "user_name": self._space.users[self.id]["name"],
                "command": command,
                "text": text,
                "api_app_id": APP,
                "is_enterprise_install": "false",
                "response_url": self._address(self._space.response_url(answer)),
                "trigger_id": self._space.trigger(self.id),
            },
        )

    def mention(
        self, channel: Channel, text: str, thread: str = "", *, both: bool = False
    ) -> tuple[Json, list[Delivery]]:
        """Write `@Crosswalk text`; `both`: Slack sends app_mention and message for it.

        Returns the message and what was sent.
        """
        extra = {"thread_ts": thread} if thread else {}
        message = self._space.post(channel, self.id, {"text": f"<@{BOT}> {text}", **extra})
        sent = [self._event({**message, "type": "app_mention", "channel": channel.id})]
        if both:
            sent.append(self._message(message, channel))
        return message, sent

    def write(
        self, text: str, channel: Channel | None = None, thread: str = ""
    ) -> tuple[Json, Delivery]:
        """Write a message, in the conversation with the bot unless a channel is named."""
        place = channel or self.direct
        extra = {"thread_ts": thread} if thread else {}
        parent = next((each for each in place.messages if each["ts"] == thread), None)
        if parent is not None:
            extra["parent_user_id"] = parent["user"]
        message = self._space.post(place, self.id, {"text": text, **extra})
        return message, self._message(message, place)

    def edit(self, message: Json, text: str, channel: Channel | None = None) -> Delivery:
        """Put other words into a message of theirs."""
        place = channel or self.direct
        former = dict(message)
        message["text"] = text
        message["edited"] = {"user": self.id, "ts": self._space.ts()}
        return self._amended("message_changed", place, former, {"message": dict(message)})

    def remove(self, message: Json, channel: Channel | None = None) -> Delivery:
        """Take a message of theirs back."""
        place = channel or self.direct
        place.messages.remove(message)
        return self._amended("message_deleted", place, dict(message), {"deleted_ts": message["ts"]})

    def _amended(self, kind: str, place: Channel, former: Json, more: Json) -> Delivery:
        event = {"type": "message", "subtype": kind, "hidden": True, "ts": self._space.ts()}
        return self._message({**event, "previous_message": former, **more}, place)

    def open_home(self) -> Delivery:
        """Look at the app's Home tab."""
        channel = self.direct.id
        event: Json = {"type": "app_home_opened", "tab": "home", "event_ts": self._space.ts()}
        return self._event({**event, "user": self.id, "channel": channel})

    def press(
        self, shown: Json | Shown, label: str, channel: Channel | None = None, *, uses: int = 5
    ) -> Delivery:
        """Press the button with that label on a message, an ephemeral one or a view."""
        blocks = shown.content["blocks"] if isinstance(shown, Shown) else shown["blocks"]
        return self._act(shown, find(blocks, label), channel, uses)

    def choose(self, shown: Json | Shown, action_id: str, value: str) -> Delivery:
        """Choose an option of a select outside a form."""
        blocks = shown.content["blocks"] if isinstance(shown, Shown) else shown["blocks"]
        element = next(e for e in elements(blocks) if e.get("action_id") == action_id)
        option = next(o for o in element["options"] if o["value"] == value)
        return self._act(shown, {**element, "selected_option": option}, None, 5)

    def _act(
        self, shown: Json | Shown, element: Json, channel: Channel | None, uses: int
    ) -> Delivery:
        kept = ("action_id", "block_id", "type", "value", "text", "selected_option")
        action = {key: element[key] for key in kept if key in element}
        payload = self._interaction("block_actions")
        payload["actions"] = [{"block_id": "b", **action, "action_ts": self._space.ts()}]
        payload["state"] = {"values": {}}
        if isinstance(shown, Shown):
            place, message = self._space.channel(shown.channel), None
            payload["container"] = {"message_ts": shown.ts, "is_ephemeral": True}
            within = shown.content.get("thread_ts")
        elif "hash" in shown:
            payload["view"] = shown
            payload["container"] = {"type": "view", "view_id": shown["id"]}
            return self._post.send("interactive", payload)
        else:
            place, message = channel or self.direct, shown
            payload["message"] = {k: v for k, v in shown.items() if k != "reactions"}
            payload["container"] = {"message_ts": shown["ts"], "is_ephemeral": False}
            within = shown.get("thread_ts")
        payload["container"] |= {"thread_ts": within} if within else {}
        payload["container"] |= {"type": "message", "channel_id": place.id}
        payload["channel"] = {"id": place.id, "name": place.name or "directmessage"}
        answer = ResponseUrl(
            self.id,
            place.id,
            self._space.now() + RESPONSE_SECONDS,
            message,
            shown if isinstance(shown, Shown) else None,
            uses,
        )
        payload["response_url"] = self._address(self._space.response_url(answer))
        return self._post.send("interactive", payload)

    def shortcut(
        self, callback_id: str, message: Json | None = None, channel: Channel | None = None
    ) -> Delivery:
        """Use a shortcut, on a message or anywhere."""
        if message is None:
            return self._post.send(
                "interactive", self._interaction("shortcut") | {"callback_id": callback_id}
            )
        place = channel or self.direct
        answer = ResponseUrl(self.id, place.id, self._space.now() + RESPONSE_SECONDS)
        payload = self._interaction("message_action") | {
            "callback_id": callback_id,
            "message": message,
            "message_ts": message["ts"],
            "channel": {"id": place.id, "name": place.name or "directmessage"},
            "response_url": self._address(self._space.response_url(answer)),
        }
        return self._post.send("interactive", payload)

    async def submit(self, values: Values, *, seconds: float = 30.0) -> dict[str, str]:
        """Send the topmost form, fields by label; what stands beside fields, by label.

        Raises TimeoutError when the app does not acknowledge.
        """
        view = self.modal
        if view is None:
            raise Refusal("no_modal", "there is no form before them")
        payload = self._interaction("view_submission")
        payload["view"] = {**view, "state": {"values": _state(view, values)}}
        payload["response_urls"] = []
        body = await self._post.send("interactive", payload).acknowledged(seconds)
        return self._after(view, body)

    def _after(self, view: Json, body: Json) -> dict[str, str]:
        stack = self._space.stacks[self.id]
        match body.get("response_action"):
            case "errors":
                inputs = {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}
                unknown = body["errors"].keys() - inputs.keys()
                if unknown or not body["errors"]:
                    raise Refusal("invalid_errors", f"no input called {unknown}")
                return {inputs[i]["label"]["text"]: why for i, why in body["errors"].items()}
            case "clear":
                stack.clear()
            case "update":
                self._space.replace(view["id"], body["view"])
            case "push":
                self._space.stack(self.id, body["view"], fresh=False)
            case None:
                stack.pop()
            case other:
                raise Refusal("invalid_response_action", str(other))
        return {}

    def _interaction(self, kind: str) -> Json:
        user = self._space.users[self.id]
        return {
            "type": kind,
            "token": "unused",
            "action_ts": self._space.ts(),
            "team": {"id": TEAM, "domain": "city"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": self.id, "username": user["name"], "name": user["name"],
                     "team_id": user["team_id"]},
            "api_app_id": APP,
            "trigger_id": self._space.trigger(self.id),
        }  # fmt: skip

    def _message(self, message: Json, channel: Channel) -> Delivery:
        kind = "group" if channel.private else "channel"
        kind = "im" if channel.direct else "mpim" if channel.group else kind
        return self._event({**message, "channel": channel.id, "channel_type": kind})

    def _event(self, event: Json) -> Delivery:
        return self._post.tell({"event_ts": event.get("ts", ""), **event, "team": TEAM})


def elements(blocks: Sequence[Json]) -> Iterator[Json]:
    """Everything to press or choose in these blocks, with its block_id."""
    for block in blocks:
        inside = list(block.get("elements", ()))
        inside += [block[part] for part in ("accessory", "element") if part in block]
        for element in inside:
            if "action_id" in element:
                yield {"block_id": block.get("block_id", "b"), **element}


def find(blocks: Sequence[Json], label: str) -> Json:
    """The button with that label. Raises LookupError, naming those there are."""
    buttons = [e for e in elements(blocks) if e["type"] == "button"]
    for button in buttons:
        if button["text"]["text"] == label:
            return button
    raise LookupError(f"{label!r} is not among {[b['text']['text'] for b in buttons]}")


def _state(view: Json, values: Values) -> Json:
    state: Json = {}
    labels = set()
    for block in view["blocks"]:
        if block["type"] == "input":
            label, element = block["label"]["text"], block["element"]
            labels.add(label)
            state[block["block_id"]] = {element["action_id"]: _filled(element, values.get(label))}
    if values.keys() - labels:
        raise LookupError(f"{values.keys() - labels} not among {labels}")
    return state


def _filled(element: Json, value: str | Sequence[str] | None) -> Json:
    kind = element["type"]
    if kind in {"static_select", "radio_buttons", "external_select"}:
        chosen = _options(element, [value] if isinstance(value, str) else value, "initial_option")
        return {"type": kind, "selected_option": chosen[0] if chosen else None}
    if kind in {"multi_static_select", "checkboxes"}:
        given = [value] if isinstance(value, str) else value
        return {"type": kind, "selected_options": _options(element, given, "initial_options")}
    typed = element.get("initial_value") if value is None else value
    if isinstance(typed, str) and len(typed) > element.get("max_length", 3000):
        raise Refusal("too_long_to_type", element["action_id"])
    return {"type": kind, "value": typed or None}


def _options(element: Json, given: Sequence[str] | None, initial: str) -> list[Json]:
    if given is None:
        found = element.get(initial)
        return found if isinstance(found, list) else [found] if found else []
    every = {o["value"]: o for o in element.get("options", ())}
    for group in element.get("option_groups", ()):
        every |= {o["value"]: o for o in group["options"]}
    by_label = {option["text"]["text"]: option for option in every.values()}
    return [every.get(each) or by_label[each] for each in given]
