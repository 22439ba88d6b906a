"""The one door in: an act becomes a reply, and an exception never becomes a sentence."""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

import structlog

from bot.contract import (
    Acted,
    Audience,
    Choices,
    Completing,
    Edited,
    Inbound,
    Opened,
    Person,
    Place,
    PlatformEvent,
    Pressed,
    Quoted,
    Removed,
    Reply,
    Said,
    Submitted,
)
from bot.core import error_messages
from bot.core.commands import Grammar, Who
from bot.core.context import Completions, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import Routes
from bot.core.listening import Told
from bot.core.platform_events import PlatformEvents
from knowledge.errors import StoreRefused

log = structlog.get_logger()

THANKS = {
    "thanks", "thank you", "many thanks", "thanks a lot", "thank you very much", "ok thanks",
    "gracias", "muchas gracias", "merci", "merci beaucoup", "ok merci",
}  # fmt: skip
"""Words of courtesy in our languages."""


@runtime_checkable
class Suggesting(Protocol):
    """A feature that suggests what could stand in a field."""

    completions: Completions


Listener = Callable[[Context, Said | Edited | Removed], Awaitable[Told]]
"""Takes words that belong to something of its own; None: they are not for it."""


async def as_it_is(context: Context, reply: Reply) -> Reply:
    """Nothing is ever added."""
    return reply


class Dispatcher:
    """Recognises who acts, finds the use case, and says kindly what went wrong."""

    def __init__(
        self,
        *,
        recognise: Callable[[Person, Place], Awaitable[Context]],
        may_post: Callable[[Place], Awaitable[bool]],
        noticing: PlatformEvents,
        listeners: Sequence[Listener],
        features: Sequence[object],
        home: Callable[[Context], Awaitable[Reply]],
        posts: Callable[[Context, Said], Awaitable[Reply | None]],
        beside: Callable[[Context, Reply], Awaitable[Reply]] = as_it_is,
    ) -> None:
        """`recognise` says who acts; `may_post` where the bot answers; `noticing` takes notices.

        `listeners`: who takes in what was said to others, the first to whom it belongs.
        `posts`: what is said to a new post in a forum that does not speak to the bot. `beside`
        adds to an answer that its reader alone sees.
        """
        self._beside = beside
        self._recognise = recognise
        self._may_be_posted = may_post
        self._noticing = noticing
        self._home = home
        self._posts = posts
        self._listeners = tuple(listeners)
        self._routes = Routes(features)
        self._completions = {
            name: suggest
            for feature in features
            if isinstance(feature, Suggesting)
            for name, suggest in feature.completions.items()
        }

    @property
    def grammar(self) -> Grammar:
        """The commands that do something here and now."""
        return self._routes.grammar

    @property
    def actions(self) -> Mapping[str, Who]:
        """The buttons and forms that do something here and now, and for whom."""
        return {name: route.who for name, route in self._routes.actions.items()}

    async def handle(self, inbound: Inbound) -> Reply | Choices | None:
        """The reply to one act. Never raises: what fails is answered with a reference."""
        with structlog.contextvars.bound_contextvars(event_id=inbound.event_id):
            if isinstance(inbound, PlatformEvent):
                await self._notice(inbound)
                return None
            return await self._answer(inbound)

    async def _answer(self, inbound: Acted) -> Reply | Choices | None:
        try:
            known = await self._recognise(inbound.person, inbound.place)
            event_id = f"{known.person.platform}:{inbound.event_id}"
            context = replace(known, event_id=event_id, in_place=inbound.in_place)
        except Exception:
            return self._apology(None)
        try:
            return await self._fitting(context, await self._route(context, _storable(inbound)))
        except UserFacingError as refused:
            return Reply(error_messages.sentence(context.say, refused))
        except StoreRefused as refused:
            log.error("The store refused a unit.", why=str(refused))
            return Reply(error_messages.sentence(context.say, UserFacingError("busy")))
        except Exception:
            return self._apology(context)

    async def _notice(self, noticed: PlatformEvent) -> None:
        try:
            await self._noticing.take(noticed)
        except Exception:
            log.exception("A notice was not taken.", kind=noticed.kind)

    async def _fitting(
        self, context: Context, reply: Reply | Choices | None
    ) -> Reply | Choices | None:
        """The same reply, unless it would be posted where nothing may be. Raises."""
        if not isinstance(reply, Reply):
            return reply
        if reply.audience is Audience.CHANNEL:
            if context.in_place:
                await self._may_post(context, "quiet_in_public")
            return reply
        return await self._beside(context, reply)

    async def _may_post(self, context: Context, refusal: str) -> None:
        if context.in_place and not context.place.writable:
            raise UserFacingError("cannot_write_there")
        if not await self._may_be_posted(context.place):
            raise UserFacingError(refusal)

    async def _route(self, context: Context, inbound: Acted) -> Reply | Choices | None:
        match inbound:
            case Said() | Edited() | Removed():
                told = await self._heard(context, inbound)
                if told is not None or not isinstance(inbound, Said):
                    return told.reply if told else None
                if not inbound.addressed:
                    return await self._posts(context, inbound)
                return await self._say(context, inbound)
            case Pressed() | Submitted():
                action = self._routes.actions.get(inbound.action)
                if action is None:
                    raise UserFacingError("unknown_action")
                return await action(context, inbound)
            case Completing():
                return await self._complete(context, inbound)
            case Opened():
                return await self._home(context)

    async def _heard(self, context: Context, act: Said | Edited | Removed) -> Told:
        if isinstance(act, Said) and act.addressed:
            context = replace(context, commanded=self.grammar.is_for_the_bot(act.text))
        for listener in self._listeners:
            if (told := await listener(context, act)) is not None:
                return told
        return None

    async def _say(self, context: Context, said: Said) -> Reply | None:
        context = replace(context, quoted=said.quoted, mentions=said.mentions)
        # Who only names the bot means the message they point at, or the title above it.
        quoted = said.quoted.text if said.quoted is not None else ""
        text = next(filter(str.strip, (said.text, quoted, said.title)), said.text)
        intent = self.grammar.parse(text)
        if said.title and said.text.strip() and intent.verb == "ask":
            # What a post is called is half of its question.
            intent = replace(intent, text=f"{said.title}\n{intent.text}")
        route = self._routes.words[intent.verb]
        if said.public is not None:
            intent = replace(intent, public=said.public)
        if route.who is Who.STEWARD:
            context.admit(route.who)
            if context.place.guarded and not context.person.admin:
                raise UserFacingError("permission_needed")
        # What a steward says about a channel must work in a quiet one, too.
        if context.overheard and intent.verb != "channel":
            await self._may_post(context, "quiet_channel")
        elif intent.public:
            await self._may_post(context, "quiet_in_public")
        if intent.verb == "ask" and _thanks(said.text):
            # Where others read along, a word of courtesy would be one more message for all.
            return None if context.overheard else Reply(context.say("You are welcome."))
        return await route(context, intent)

    async def _complete(self, context: Context, typing: Completing) -> Choices:
        """What a feature suggests for a field; nothing for any other."""
        suggest = self._completions.get(typing.field)
        return await suggest(context, typing.prefix) if suggest else Choices(())

    def _apology(self, context: Context | None) -> Reply:
        reference = secrets.token_hex(4)
        log.exception("An act failed.", reference=reference)
        return Reply(error_messages.apology(context.say if context else None, reference))


def _thanks(text: str) -> bool:
    """Whether somebody only says thank you, which is no question."""
    return " ".join(re.findall(r"\w+", text.casefold())) in THANKS


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
