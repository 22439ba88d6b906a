"""A person in the guild: what they do reaches the bot as Discord would send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.support.fake_discord.filling import filled, label_of
from tests.support.fake_discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
    Interactions,
    of,
)
from tests.support.fake_discord.limits import BUTTON, CONTENT, SELECTS, Json, Refusal, parts
from tests.support.fake_discord.rooms import BOT, GUILD, Channel
from tests.support.fake_discord.world import Shown, World

Values = Mapping[str, str | Sequence[str]]
Option = str | int | bool
SLASH, MESSAGE_MENU = 1, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
_KINDS: dict[int, type | tuple[type, ...]] = {
    3: str, 4: int, 5: bool, 6: str, 7: str, 8: str, 10: (int, float),
}  # fmt: skip


class Member:
    """Somebody who writes, presses and fills in."""

    def __init__(self, world: World, interactions: Interactions, user_id: str) -> None:
        self.id = user_id
        self._world = world
        self._interactions = interactions

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self._world.direct(self.id)

    @property
    def shown(self) -> list[Shown]:
        """What they alone were shown and still see."""
        return [s for s in self._world.ephemerals if s.user == self.id and not s.gone]

    @property
    def forms(self) -> list[Interaction]:
        """Their acts that were answered with a form, in order."""
        sent = self._interactions.sent.values()
        return [act for act in sent if act.user == self.id and act.modal is not None]

    @property
    def modal(self) -> Json | None:
        """The form that was opened last."""
        return self.forms[-1].modal if self.forms else None

    def say(
        self,
        channel: Channel,
        text: str,
        reply_to: Json | None = None,
        *,
        ping: bool = True,
        files: Sequence[str] = (),
    ) -> Json:
        """Write a message; `reply_to`: as a reply, which pings its author unless told not to."""
        if len(text) > CONTENT:
            raise Refusal(400, 50035, "Invalid Form Body", "people cannot write so much either")
        content: Json = {"content": text}
        content["attachments"] = [
            {"id": self._world.fresh(), "filename": name, "size": 1, "url": "", "proxy_url": ""}
            for name in files
        ]
        if reply_to is not None:
            content["message_reference"] = {"message_id": reply_to["id"]}
            if not ping:
                content["allowed_mentions"] = {"parse": ["users"], "replied_user": False}
        return self._world.post(channel, self.id, content)

    def mention(self, channel: Channel, text: str, reply_to: Json | None = None) -> Json:
        """Write `@Crosswalk text`."""
        return self.say(channel, f"<@{BOT}> {text}", reply_to)

    def write(self, text: str) -> Json:
        """Write in the conversation with the bot."""
        return self.say(self.direct, text)

    def edit(self, message: Json, text: str) -> None:
        """Put other words into a message of theirs."""
        self._world.edit(message, {"content": text})

    def remove(self, message: Json) -> None:
        """Take a message of theirs back."""
        self._world.delete(self._world.channel(message["channel_id"]), message)

    def post(self, forum: Channel, title: str, text: str, tags: Sequence[str] = ()) -> Channel:
        """Begin a post in a forum, with tags by name; its first message stands in it."""
        by_name = {name: tag_id for tag_id, name in forum.tags.items()}
        applied = [by_name[name] for name in tags]
        thread = self._world.add_thread(
            forum, title, self.id, thread_id=self._world.fresh(), applied=applied
        )
        message = self._world.build(thread, self.id, {"content": text})
        message["id"] = thread.id  # as on Discord: the post and its first message are one
        thread.messages.append(message)
        told = self._world.seen_by_bot(message)
        place = {"guild_id": GUILD, "member": self._world.member(self.id)}
        self._world.emit("MESSAGE_CREATE", {**told, **place, "channel_type": thread.kind})
        return thread

    def slash(self, command: str, channel: Channel | None = None, **options: Option) -> Interaction:
        """Use an application command, such as `pair join`. Raises LookupError, naming others."""
        data = self._command(command, options, focused="")
        return self._interactions.send(COMMAND, self.id, channel or self.direct, data)

    async def complete(
        self, command: str, field: str, prefix: str, channel: Channel | None = None, **given: Option
    ) -> list[Json]:
        """The suggestions while typing `prefix` into `field`."""
        data = self._command(command, {**given, field: prefix}, focused=field)
        act = self._interactions.send(AUTOCOMPLETE, self.id, channel or self.direct, data)
        await act.acknowledged()
        return act.choices

    def menu(self, name: str, message: Json, channel: Channel | None = None) -> Interaction:
        """Use a context menu on a message."""
        found = self._find(name, MESSAGE_MENU)
        data = {
            "id": found["id"], "name": found["name"], "type": MESSAGE_MENU, "guild_id": GUILD,
            "target_id": message["id"],
            "resolved": {"messages": {message["id"]: message}},
        }  # fmt: skip
        place = channel or self._world.channel(message["channel_id"])
        return self._interactions.send(COMMAND, self.id, place, data)

    def press(self, shown: Json | Shown, label: str) -> Interaction:
        """Press the button with that label. Raises LookupError, naming those there are."""
        message = of(shown)
        buttons = [p for p in parts(message["components"]) if p["type"] == BUTTON]
        for button in buttons:
            if button.get("label") == label and not button.get("disabled"):
                data = {"component_type": BUTTON, "custom_id": button["custom_id"], "id": 1}
                return self._component(message, data)
        raise LookupError(f"{label!r} is not among {[b.get('label') for b in buttons]}")

    def choose(self, shown: Json | Shown, select: str, *labels: str) -> Interaction:
        """Choose options of the select with that placeholder or id."""
        message = of(shown)
        selects = [p for p in parts(message["components"]) if p["type"] in SELECTS]
        for each in selects:
            if select in {each.get("placeholder"), each["custom_id"]}:
                values = {o["label"]: o["value"] for o in each["options"]}
                chosen = [values[label] for label in labels]
                if not each.get("min_values", 1) <= len(chosen) <= each.get("max_values", 1):
                    raise LookupError(f"{len(chosen)} cannot be chosen from {select!r}")
                data = {"component_type": each["type"], "custom_id": each["custom_id"],
                        "values": chosen, "id": 1}  # fmt: skip
                return self._component(message, data)
        raise LookupError(f"{select!r} is not among {[s.get('placeholder') for s in selects]}")

    def submit(self, values: Values, form: Interaction | None = None) -> Interaction:
        """Send a form, the last one opened unless named: values or option labels by label."""
        act = form or self.forms[-1]
        if act.modal is None:
            raise LookupError("no form was opened")
        rows = act.modal["components"]
        labels = {label_of(row) for row in rows}
        if values.keys() - labels:
            raise LookupError(f"{values.keys() - labels} not among {labels}")
        sent = [filled(row, values) for row in rows]
        data = {"custom_id": act.modal["custom_id"], "components": sent}
        return self._interactions.send(MODAL, self.id, act.channel, data, act.source)

    def _component(self, message: Json, data: Json) -> Interaction:
        channel = self._world.channel(message["channel_id"])
        return self._interactions.send(COMPONENT, self.id, channel, data, message)

    def _find(self, name: str, kind: int) -> Json:
        known = [c for c in self._world.commands if c["type"] == kind]
        for command in known:
            if command["name"] == name:
                needed = int(command["default_member_permissions"] or 0)
                if needed & ~self._world.bits(self.id):
                    raise LookupError(f"{name} is not shown to {self.id}")
                return command
        raise LookupError(f"{name!r} is not among {[c['name'] for c in known]}")

    def _command(self, path: str, given: Mapping[str, Option], focused: str) -> Json:
        name, *inner = path.split()
        found = self._find(name, SLASH)
        options = _options(found, inner, given, focused)
        return {"id": found["id"], "name": name, "type": SLASH, "guild_id": GUILD,
                "options": options}  # fmt: skip


def _options(
    command: Json, inner: Sequence[str], given: Mapping[str, Option], focused: str
) -> list[Json]:
    known = {option["name"]: option for option in command.get("options") or ()}
    if inner:
        if inner[0] not in known:
            raise LookupError(f"{inner[0]!r} is not among {sorted(known)}")
        sub = known[inner[0]]
        return [{"name": inner[0], "type": sub["type"],
                 "options": _options(sub, inner[1:], given, focused)}]  # fmt: skip
    if any(option["type"] in {SUBCOMMAND, SUBCOMMAND_GROUP} for option in known.values()):
        raise LookupError(f"one of {sorted(known)} is needed")
    missing = {n for n, o in known.items() if o.get("required")} - given.keys()
    if given.keys() - known or (missing and not focused):
        raise LookupError(f"{sorted(given)} given, {sorted(known)} known, {sorted(missing)} needed")
    return [_option(known[name], value, focused=name == focused) for name, value in given.items()]


def _option(option: Json, value: Option, *, focused: bool) -> Json:
    name, kind = option["name"], option["type"]
    if focused:
        if not option.get("autocomplete"):
            raise LookupError(f"{name} has no suggestions")
        return {"name": name, "type": kind, "value": value, "focused": True}
    if not isinstance(value, _KINDS[kind]):
        raise LookupError(f"{name} takes type {kind}, not {value!r}")
    values = [choice["value"] for choice in option.get("choices") or ()]
    if values and value not in values:
        raise LookupError(f"{value!r} is not among {values}")
    if isinstance(value, str) and len(value) > (option.get("max_length") or 6000):
        raise LookupError(f"{name} takes no more than {option['max_length']} characters")
    return {"name": name, "type": kind, "value": value}
