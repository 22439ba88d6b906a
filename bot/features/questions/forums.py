"""New posts in forums that stewards named: answered where they can be read, else offered to be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, Pressed, Reply, Said, Submitted
from bot.core.commands import QUESTION_LIMIT, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.features.asking.service import Asking
from bot.features.channels.service import Channels
from bot.features.questions import forums_replies
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.messaging import channels, deliveries


class Forums:
    """One post is one question. What mentions the bot is a question everywhere, and not ours."""

    def __init__(
        self,
        *,
        database: Database,
        asking: Asking,
        channels: Channels,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._asking = asking
        self._channels = channels
        self._clock = clock

    async def begun(self, context: Context, said: Said) -> Reply | None:
        """What is said to a new post that does not mention the bot; None for nothing."""
        place = said.place
        if not said.title or not place.forum or not await self._attended(place):
            return None
        if not said.text.strip():
            return forums_replies.offer(context.say)
        return await self._asking.ask(context, _intent(f"{said.title}\n{said.text}"))

    @pressed("forum.ask", who=Who.EVERYONE)
    async def ask(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The button under the offer: a post is asked once, whoever presses it how often."""
        place = act.place
        about = act.about if isinstance(act, Pressed) else ""
        if not place.forum or not about.strip():
            raise UserFacingError("post_unreadable")
        if not await self._channels.speaks(place):
            raise UserFacingError("quiet_in_public")
        post = ("post", place.platform, place.workspace, place.thread)
        key = key_of(*post)
        if await self._database.read(lambda session: deliveries.is_written(session, key)):
            return forums_replies.asked_before(context.say)
        asking = replace(context, event_id=":".join(post))
        reply = await self._asking.ask(asking, replace(_intent(about), public=True))
        # Two who press at once both come here: the key lets one answer stand.
        room = replace(place, message="")
        draft, at = outbox.message(key, room, reply, context.person), self._clock()

        def write(session: Session) -> bool:
            return bool(deliveries.write(session, [draft], at))

        answered = await self._database.write(write)
        return (
            forums_replies.answered(context.say)
            if answered
            else forums_replies.asked_before(context.say)
        )

    async def _attended(self, place: Place) -> bool:
        named = await self._database.read(
            lambda session: channels.serves(session, *place.room, channels.FORUM)
        )
        return named and await self._channels.speaks(place)


def _intent(text: str) -> Intent:
    # A post is no command, whatever it begins with.
    return Intent("ask", text=text.strip()[:QUESTION_LIMIT])
