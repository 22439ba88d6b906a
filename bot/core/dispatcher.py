"""The one door in: an act becomes a reply, and an exception never becomes a sentence."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import structlog

from bot.contract import (
    Acted,
    Audience,
    Choices,
    Completing,
    Edited,
    Inbound,
    Noticed,
    Opened,
    Pressed,
    Quoted,
    Removed,
    Reply,
    Said,
    Submitted,
)
from bot.core import commands
from bot.core import error_messages as refusals
from bot.core.commands import BY_WORD, Who
from bot.core.context import Actions, Caller, Verbs
from bot.core.errors import InvalidForm, UserFacingError
from bot.core.platform_events import Noticing
from bot.features.channels.service import Channels
from bot.features.conversations.service import Told
from bot.features.members.profiles import Profiles
from knowledge.errors import StoreRefused

log = structlog.get_logger()

T = TypeVar("T")


class Feature(Protocol):
    """What a part of the core offers to the desk."""

    verbs: Verbs
    actions: Actions


Listener = Callable[[Caller, Said | Edited | Removed], Awaitable[Told]]
"""Takes words that belong to something of its own; None: they are not for it."""


class Desk:
    """Recognises who acts, finds the use case, and says kindly what went wrong."""

    def __init__(
        self,
        *,
        profiles: Profiles,
        channels: Channels,
        noticing: Noticing,
        listeners: Sequence[Listener],
        features: list[Feature],
        home: Callable[[Caller], Awaitable[Reply]],
        posts: Callable[[Caller, Said], Awaitable[Reply | None]],
    ) -> None:
        """`channels`: where it answers; `noticing` takes notices; `home` draws somebody's page.

        `listeners`: who takes in what was said to others, the first to whom it belongs.
        `posts`: what is said to a new post in a forum that does not speak to the bot.
        """
        self._profiles = profiles
        self._channels = channels
        self._noticing = noticing
        self._home = home
        self._posts = posts
        self._listeners = tuple(listeners)
        self._verbs = _merged([feature.verbs for feature in features])
        self._actions = _merged([feature.actions for feature in features])
        self._completions = _merged([getattr(feature, "completions", {}) for feature in features])

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs that do something here and now."""
        return frozenset(self._verbs)

    @property
    def actions(self) -> frozenset[str]:
        """The buttons and forms that do something here and now."""
        return frozenset(self._actions)

    async def handle(self, inbound: Inbound) -> Reply | Choices | None:
        """The reply to one act. Never raises: what fails is answered with a reference."""
        with structlog.contextvars.bound_contextvars(event_id=inbound.event_id):
            if isinstance(inbound, Noticed):
                await self._notice(inbound)
                return None
            return await self._answer(inbound)

    async def _answer(self, inbound: Acted) -> Reply | Choices | None:
        try:
            known = await self._profiles.recognise(inbound.person, inbound.place)
            event_id = f"{known.person.platform}:{inbound.event_id}"
            caller = replace(known, event_id=event_id, in_place=inbound.in_place)
        except Exception:
            return self._apology(None)
        try:
            return await self._fitting(caller, await self._route(caller, _storable(inbound)))
        except InvalidForm as refused:
            errors = {
                name: refusals.sentence(caller.say, problem)
                for name, problem in refused.problems.items()
            }
            return Reply(refusals.sentence(caller.say, refused), errors=errors)
        except UserFacingError as refused:
            return Reply(refusals.sentence(caller.say, refused))
        except StoreRefused as refused:
            log.error("The store refused a unit.", why=str(refused))
            return Reply(refusals.sentence(caller.say, UserFacingError("busy")))
        except Exception:
            return self._apology(caller)

    async def _notice(self, noticed: Noticed) -> None:
        try:
            await self._noticing.take(noticed)
        except Exception:
            log.exception("A notice was not taken.", kind=noticed.kind)

    async def _fitting(
        self, caller: Caller, reply: Reply | Choices | None
    ) -> Reply | Choices | None:
        """The same reply, unless it would be posted where nothing may be. Raises."""
        if isinstance(reply, Reply) and reply.audience is Audience.CHANNEL and caller.in_place:
            await self._may_post(caller, "quiet_in_public")
        return reply

    async def _may_post(self, caller: Caller, refusal: str) -> None:
        if not await self._channels.speaks(caller.place):
            raise UserFacingError(refusal)

    async def _route(self, caller: Caller, inbound: Acted) -> Reply | Choices | None:
        match inbound:
            case Said() | Edited() | Removed():
                told = await self._heard(caller, inbound)
                if told is not None or not isinstance(inbound, Said):
                    return told.reply if told else None
                if not inbound.addressed:
                    return await self._posts(caller, inbound)
                return await self._say(caller, inbound)
            case Pressed() | Submitted():
                action = self._actions.get(inbound.action)
                if action is None:
                    raise UserFacingError("unknown_action")
                return await action(caller, inbound)
            case Completing():
                return await self._complete(caller, inbound)
            case Opened():
                return await self._home(caller)

    async def _heard(self, caller: Caller, act: Said | Edited | Removed) -> Told:
        for listener in self._listeners:
            if (told := await listener(caller, act)) is not None:
                return told
        return None

    async def _say(self, caller: Caller, said: Said) -> Reply:
        caller = replace(caller, quoted=said.quoted, mentions=said.mentions)
        # Who only names the bot means the message they point at, or the title above it.
        quoted = said.quoted.text if said.quoted is not None else ""
        text = next(filter(str.strip, (said.text, quoted, said.title)), said.text)
        intent = commands.parse(text)
        if said.public is not None:
            intent = replace(intent, public=said.public)
        if BY_WORD[intent.verb].who is Who.STEWARD:
            caller.trusted()
            if caller.place.guarded and not caller.person.admin:
                raise UserFacingError("permission_needed")
        # What a steward says about a channel must work in a quiet one, too.
        if caller.overheard and intent.verb != "channel":
            await self._may_post(caller, "quiet_channel")
        elif intent.public:
            await self._may_post(caller, "quiet_in_public")
        return await self._verbs[intent.verb](caller, intent)

    async def _complete(self, caller: Caller, typing: Completing) -> Choices:
        """What a feature suggests for a field; nothing for any other."""
        suggest = self._completions.get(typing.field)
        return await suggest(caller, typing.prefix) if suggest else Choices(())

    def _apology(self, caller: Caller | None) -> Reply:
        reference = secrets.token_hex(4)
        log.exception("An act failed.", reference=reference)
        return Reply(refusals.apology(caller.say if caller else None, reference))


def _storable(inbound: Acted) -> Acted:
    """The same act without halves of characters and NUL, which no database takes."""
    match inbound:
        case Said():
            quoted = inbound.quoted and Quoted(
                _whole(inbound.quoted.text),
                _whole(inbound.quoted.author),
                _whole(inbound.quoted.permalink),
                _whole(inbound.quoted.date),
            )
            text, title = _whole(inbound.text), _whole(inbound.title)
            return replace(inbound, text=text, quoted=quoted, title=title)
        case Edited():
            return replace(inbound, text=_whole(inbound.text))
        case Submitted():
            values = {
                name: _whole(value) if isinstance(value, str) else [_whole(each) for each in value]
                for name, value in inbound.values.items()
            }
            return replace(inbound, subject=_whole(inbound.subject), values=values)
        case Pressed():
            return replace(inbound, subject=_whole(inbound.subject))
    return inbound


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _merged(
    tables: Sequence[Mapping[str, Callable[..., Awaitable[T]]]],
) -> dict[str, Callable[..., Awaitable[T]]]:
    merged: dict[str, Callable[..., Awaitable[T]]] = {}
    for table in tables:
        twice = merged.keys() & table.keys()
        if twice:
            raise ValueError(f"offered twice: {', '.join(sorted(twice))}")
        merged.update(table)
    return merged
