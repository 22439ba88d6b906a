"""The one door in: an act becomes a reply, and an exception never becomes a sentence."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog

from bot import commands
from bot.caller import Caller
from bot.commands import BY_WORD, Intent, Who
from bot.contract import (
    Choices,
    Completing,
    Inbound,
    Opened,
    Option,
    Pressed,
    Reply,
    Said,
    Submitted,
)
from bot.errors import InvalidForm, UserFacingError
from bot.profiles import Profiles
from bot.wording import refusals
from bot.wording.vocabulary import word
from knowledge.vocabulary import Topic

log = structlog.get_logger()

Act = Pressed | Submitted


class Feature(Protocol):
    """What a part of the core offers to the desk."""

    verbs: Mapping[str, Callable[[Caller, Intent], Awaitable[Reply]]]
    actions: Mapping[str, Callable[[Caller, Act], Awaitable[Reply]]]


class Desk:
    """Recognises who acts, finds the use case, and says kindly what went wrong."""

    def __init__(self, *, profiles: Profiles, features: list[Feature]) -> None:
        self._profiles = profiles
        self._verbs = _merged([feature.verbs for feature in features])
        self._actions = _merged([feature.actions for feature in features])

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs that do something here and now."""
        return frozenset(self._verbs)

    async def handle(self, inbound: Inbound) -> Reply | Choices | None:
        """The reply to one act. Never raises: what fails is answered with a reference."""
        with structlog.contextvars.bound_contextvars(event_id=inbound.event_id):
            try:
                caller = await self._profiles.recognise(inbound.person, inbound.place)
            except Exception:
                return self._apology(None)
            try:
                return await self._route(caller, inbound)
            except InvalidForm as refused:
                errors = {
                    name: refusals.sentence(caller.say, problem)
                    for name, problem in refused.problems.items()
                }
                return Reply(refusals.sentence(caller.say, refused), errors=errors)
            except UserFacingError as refused:
                return Reply(refusals.sentence(caller.say, refused))
            except Exception:
                return self._apology(caller)

    async def _route(self, caller: Caller, inbound: Inbound) -> Reply | Choices | None:
        match inbound:
            case Said():
                return await self._say(caller, inbound)
            case Pressed() | Submitted():
                action = self._actions.get(inbound.action)
                if action is None:
                    raise UserFacingError("unknown_action")
                return await action(caller, inbound)
            case Completing():
                return self._complete(caller, inbound)
            case Opened():
                return await self._verbs["profile"](caller, Intent("profile"))

    async def _say(self, caller: Caller, said: Said) -> Reply:
        if not said.text.strip() and said.quoted is None:
            return await self._verbs["help"](caller, Intent("help"))
        text = said.text if said.text.strip() or said.quoted is None else said.quoted.text
        intent = commands.parse(text)
        if BY_WORD[intent.verb].who is Who.STEWARD:
            caller.trusted()
        return await self._verbs[intent.verb](caller, intent)

    def _complete(self, caller: Caller, typing: Completing) -> Choices:
        """Topics by slug or by name; anything else has no suggestions yet."""
        if typing.field != "topic":
            return Choices(())
        prefix = typing.prefix.casefold()
        options = [Option(word(caller.say, topic), topic.value) for topic in Topic]
        return Choices(
            tuple(
                option
                for option in options
                if prefix in option.label.casefold() or option.value.startswith(prefix)
            )
        )

    def _apology(self, caller: Caller | None) -> Reply:
        reference = secrets.token_hex(4)
        log.exception("An act failed.", reference=reference)
        return Reply(refusals.apology(caller.say if caller else None, reference))


def _merged(
    tables: list[Mapping[str, Callable[[Caller, Intent], Awaitable[Reply]]]]
    | list[Mapping[str, Callable[[Caller, Act], Awaitable[Reply]]]],
) -> dict[str, Callable[..., Awaitable[Reply]]]:
    merged: dict[str, Callable[..., Awaitable[Reply]]] = {}
    for table in tables:
        twice = merged.keys() & table.keys()
        if twice:
            raise ValueError(f"offered twice: {', '.join(sorted(twice))}")
        merged.update(table)
    return merged
