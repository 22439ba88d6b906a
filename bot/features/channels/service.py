"""Channels: stewards see where the bot is, and choose where it answers."""

from sqlmodel import Session

from bot.contract import Place, PlaceKind, Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.core.tokens import number_of
from bot.features.channels import replies
from bot.i18n import later
from bot.storage.database import Database
from knowledge.members import accounts, audit
from knowledge.messaging import channels
from knowledge.messaging.channels import ChannelView
from knowledge.vocabulary import Community

SHOWN = 8
GONE_SHOWN = 10
_SPEAKS: dict[str, bool | None] = {"allow": True, "quiet": False, "default": None}
_EVERYWHERE = {"everywhere": True, "only named": False}
_FORUM = {"forum on": True, "forum off": False}
_QUESTIONS: dict[str, Community | None] = {
    "questions city": Community.CITY,
    "questions national": Community.NATIONAL,
    "questions off": None,
}


class Channels:
    """Which rooms the bot answers in; a private reply works everywhere."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def speaks(self, place: Place) -> bool:
        """Whether something may be posted in a place for all to read.

        Conversations with the bot, and groups that it was asked into, are no channels.
        """
        if place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
            return True
        return await self._database.read(
            lambda session: channels.speaks(session, place.platform, place.workspace, place.channel)
        )

    @said(
        "channel",
        Group.STEWARDS,
        later("where I am, and in which channels I answer"),
        NOTHING,
        r"(?P<object>allow|quiet|default|everywhere|only named|forum on|forum off)",
        r"(?P<object>questions\s+(?:city|national|off))",
        who=Who.STEWARD,
        words=("channels",),
        examples="channels\nchannel allow\nchannel quiet\nchannel default\nchannel only named\n"
        "channel everywhere\nchannel forum on\nchannel forum off\n"
        "channel questions city\nchannel questions national\nchannel questions off",
    )
    async def channel(self, context: Context, intent: Intent) -> Reply:
        """`channels`, `channel allow`, `channel only named`, `channel forum on`, and the like."""
        said = " ".join(intent.object.casefold().split())
        if said in _SPEAKS:
            place = context.place
            if place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
                raise UserFacingError("no_channel")
            room = (place.platform, place.workspace, place.channel)
            return await self._set(context, room, said)
        if said in _EVERYWHERE:
            return await self._set_default(context, _EVERYWHERE[said])
        if said in _FORUM:
            place = context.place
            if not place.forum:
                raise UserFacingError("no_forum")
            room = (place.platform, place.workspace, place.channel)
            return await self._set_forum(context, room, _FORUM[said])
        if said in _QUESTIONS:
            place = context.place
            if place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
                raise UserFacingError("no_channel")
            if place.forum:
                raise UserFacingError("no_post_in_forum")
            room = (place.platform, place.workspace, place.channel)
            return await self._set_questions(context, room, _QUESTIONS[said])
        return await self._listed(context, 0)

    @pressed("channel.list", who=Who.STEWARD)
    async def more(self, context: Context, act: Pressed | Submitted) -> Reply:
        """More of the list, from a button."""
        return await self._listed(context, number_of(act.subject, "channel_not_found"))

    @pressed("channel.set", who=Who.STEWARD)
    async def set_one(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Allow or quieten a channel from its card: the subject is `12:quiet`."""
        number, _, word = act.subject.partition(":")
        found = await self._database.read(
            lambda session: channels.get(session, number_of(number, "channel_not_found"))
        )
        if found is None or word not in _SPEAKS:
            raise UserFacingError("channel_not_found")
        return await self._set(context, (found.platform, found.workspace, found.channel), word)

    @pressed("channel.everywhere", who=Who.STEWARD)
    async def set_default(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Change where the bot answers when nobody said anything: the subject is `yes` or `no`."""
        return await self._set_default(context, act.subject == "yes")

    @pressed("channel.forum", who=Who.STEWARD)
    async def leave_forum(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Leave the posts of a forum alone, from its card: the subject is its number."""
        number = number_of(act.subject, "channel_not_found")
        found = await self._database.read(lambda session: channels.get(session, number))
        if found is None:
            raise UserFacingError("channel_not_found")
        return await self._set_forum(
            context, (found.platform, found.workspace, found.channel), False
        )

    @pressed("channel.questions", who=Who.STEWARD)
    async def no_questions(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Post no more questions to the community there, from its card: its number."""
        number = number_of(act.subject, "channel_not_found")
        found = await self._database.read(lambda session: channels.get(session, number))
        if found is None:
            raise UserFacingError("channel_not_found")
        return await self._set_questions(
            context, (found.platform, found.workspace, found.channel), None
        )

    async def _set_questions(
        self, context: Context, room: tuple[str, str, str], community: Community | None
    ) -> Reply:
        actor = context.actor

        def write(session: Session) -> ChannelView:
            changed = channels.set_questions(session, *room, community)
            act = "channel.questions_on" if community else "channel.questions_off"
            audit.record(session, actor, act, f"channel:{':'.join(room)}", changed.name)
            return changed

        return replies.questions(context.say, await self._database.write(write))

    async def _set_forum(self, context: Context, room: tuple[str, str, str], yes: bool) -> Reply:
        actor = context.actor

        def write(session: Session) -> ChannelView:
            changed = channels.set_use(session, *room, channels.FORUM, yes)
            act = "channel.forum_on" if yes else "channel.forum_off"
            audit.record(session, actor, act, f"channel:{':'.join(room)}", changed.name)
            return changed

        return replies.forum(context.say, await self._database.write(write))

    async def _set(self, context: Context, room: tuple[str, str, str], word: str) -> Reply:
        actor = context.actor

        def write(session: Session) -> tuple[ChannelView, bool]:
            changed = channels.set_speaks(session, *room, _SPEAKS[word])
            subject = f"channel:{':'.join(room)}"
            audit.record(session, actor, f"channel.{word}", subject, changed.name)
            return changed, channels.everywhere(session)

        changed, everywhere = await self._database.write(write)
        return replies.changed(context.say, changed, everywhere)

    async def _set_default(self, context: Context, everywhere: bool) -> Reply:
        actor = context.actor

        def write(session: Session) -> None:
            channels.set_everywhere(session, everywhere)
            act = "channels.everywhere" if everywhere else "channels.named"
            audit.record(session, actor, act, "channels")

        await self._database.write(write)
        return await self._listed(context, 0)

    async def _listed(self, context: Context, offset: int) -> Reply:
        def find(session: Session) -> replies.Overview:
            return replies.Overview(
                rooms=channels.listed(session, SHOWN, offset),
                total=channels.count(session),
                offset=offset,
                everywhere=channels.everywhere(session),
                gone=accounts.gone(session, GONE_SHOWN),
            )

        return replies.listed(context.say, await self._database.read(find))
