"""What members can help with and what they want to learn: listed, added, removed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said
from bot.core.tokens import seal
from bot.features.members import profile_forms, profile_replies
from bot.features.members.membership import change_profile
from bot.features.members.profile_form_replies import NeedForm, OfferForm
from bot.i18n import later
from bot.storage.database import Database
from knowledge.members.views import MemberDraft, MemberView

_QUOTED = r"[\"“«'](?P<text>.+)[\"”»']"
_REMOVE = r"(?P<object>remove)\s+(?P<text>\d{1,3})"


class Offers:
    """Offers and needs, each in a member's own words."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    @said(
        "offer",
        Group.PROFILE,
        later("say what you can help with"),
        NOTHING,
        _QUOTED,
        _REMOVE,
        who=Who.JOINED,
        examples='offer "open data licensing"\noffer remove 2',
        nearly=r"offer\s.+",
    )
    @said(
        "need",
        Group.PROFILE,
        later("say what you want to learn"),
        NOTHING,
        _QUOTED,
        _REMOVE,
        who=Who.JOINED,
        examples='need "scanner data for prices"',
        # "need help with registers" asks; what one wants to learn is written without a verb.
        nearly=r"need\s(?!help|to\b|some|an?\b|advice|your|more).+",
    )
    async def said(self, context: Context, intent: Intent) -> Reply:
        """`offer "..."`, `offer remove 2`, `offer`; the same with `need`."""
        member, kind = context.me, intent.verb
        listed = _lines(member, kind)
        if intent.object:
            number = int(intent.text)
            if not 1 <= number <= len(listed):
                raise UserFacingError("no_such_line", number=number)
            return await self._removed(context, kind, seal(listed[number - 1]))
        if intent.text:
            return await self._added(context, kind, intent.text)
        return profile_replies.lines(context.say, kind, _marked(listed))

    @pressed("profile.lines", who=Who.JOINED)
    async def shown(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The list of offers or needs, from a button."""
        kind = "need" if act.subject == "need" else "offer"
        return profile_replies.lines(context.say, kind, _marked(_lines(context.me, kind)))

    @pressed("profile.add_offer", "profile.add_need", who=Who.JOINED)
    async def add(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The form for one more, and what was typed into it."""
        kind, say = act.action.removeprefix("profile.add_"), context.say
        asked = OfferForm if kind == "offer" else NeedForm
        form = asked.draw(say, note=profile_replies.handling(say))
        if isinstance(act, Pressed):
            return Reply(say(profile_replies.LINES[kind]), form=form)
        with beside("line", form, act.values):
            told = asked.read(act.values, form)
            return await self._added(context, kind, told.line)

    @pressed("profile.remove_offer", "profile.remove_need", who=Who.JOINED)
    async def remove(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Remove one; the subject is its mark, so that an old button never takes another."""
        return await self._removed(context, act.action.removeprefix("profile.remove_"), act.subject)

    async def _added(self, context: Context, kind: str, said: str) -> Reply:
        def change(draft: MemberDraft) -> MemberDraft:
            return _with(draft, kind, profile_forms.with_line(_lines(draft, kind), said))

        return await self._changed(context, kind, change, context.say("Saved."))

    async def _removed(self, context: Context, kind: str, mark: str) -> Reply:
        def change(draft: MemberDraft) -> MemberDraft:
            return _with(draft, kind, [line for line in _lines(draft, kind) if seal(line) != mark])

        return await self._changed(context, kind, change, context.say("Removed."))

    async def _changed(
        self, context: Context, kind: str, change: profile_forms.Change, first: str
    ) -> Reply:
        changed = await change_profile(self._database, context.me.id, change)
        return profile_replies.lines(
            context.say, kind, _marked(_lines(changed.member, kind)), first
        )


def _lines(owner: MemberDraft | MemberView, kind: str) -> tuple[str, ...]:
    return owner.offers if kind == "offer" else owner.needs


def _with(draft: MemberDraft, kind: str, lines: Sequence[str]) -> MemberDraft:
    if kind == "offer":
        return replace(draft, offers=tuple(lines))
    return replace(draft, needs=tuple(lines))


def _marked(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(seal(line), line) for line in lines]
