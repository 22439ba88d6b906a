"""Members and what they tell about themselves: recognised, joining, changing, leaving."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Form, Person, Place, Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.features.members import (
    entrance_replies,
    profile_form_replies,
    profile_forms,
    profile_replies,
)
from bot.features.members.availability import Availability
from bot.features.members.claims import Claims, first_steward_code
from bot.features.members.consents import Consents
from bot.features.members.membership import (
    change_profile,
    identity,
    load,
    saved_status,
    standing_reason,
)
from bot.features.members.offers import Offers
from bot.features.members.profile_replies import Profile
from bot.i18n import LANGUAGES, later, words
from bot.storage.database import Database
from knowledge.errors import UnreadableInput
from knowledge.lifecycle import membership
from knowledge.lifecycle.personal_data import subject
from knowledge.members import accounts, audit, members
from knowledge.members.accounts import AccountView
from knowledge.members.views import MemberDraft, MemberView
from knowledge.readers.parsers import language as language_code
from knowledge.text import names, passages
from knowledge.vocabulary import MemberStatus

RECENTLY = timedelta(minutes=10)
"""How exactly it is kept when an account was last used."""
REMEMBERED = 10_000
"""People who are recognised without reading all of their profile again."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who somebody was found to be, good until the change after `seq` is written."""

    seq: int
    account: AccountView | None = None
    member: MemberView | None = None


_SPOKEN = "english|spanish|french|inglés|español|francés|anglais|espagnol|français"


class Profiles:
    """Who somebody is, in their own words. `stewards`: account keys that run the community."""

    def __init__(
        self,
        *,
        database: Database,
        stewards: frozenset[str],
        clock: Callable[[], datetime],
        leaving: Callable[[Session, int], None],
    ) -> None:
        """`leaving` ends what a member takes part in when they go."""
        self._database = database
        self._leaving = leaving
        self._stewards = stewards
        parted = (key.split(":") for key in stewards)
        self._anywhere = {(parts[0], parts[-1]) for parts in parted}
        self.parts = (
            Offers(database=database),
            Availability(database=database, clock=clock),
            Consents(database=database),
            Claims(database=database, clock=clock),
        )
        self._clock = clock
        self._recent: dict[str, Recognised] = {}
        self._used: dict[str, datetime] = {}

    first_steward_code = staticmethod(first_steward_code)

    async def recognise(self, person: Person, place: Place) -> Context:
        """Who `person` is here. What the platform says about them now is kept for members.

        What it does not say just now (an empty name, locale or time zone) is as it was.
        """
        held = self._recent.get(person.key)

        def find(session: Session) -> Recognised:
            newest = passages.last_change(session)
            if held is not None and held.seq == newest:
                return held
            account = accounts.find(session, person.platform, person.workspace, person.user_id)
            if account is None or account.member_id is None:
                return Recognised(newest)
            return Recognised(newest, account, members.get(session, account.member_id))

        found = await self._database.read(find)
        self._remember(person, found)
        account, member = found.account, found.member
        runs = member is not None and member.steward and member.status is MemberStatus.ACTIVE
        steward = runs or self._is_trusted(person)
        person = _as_seen(person, steward=steward)
        if account is not None:
            person = replace(
                person,
                name=person.name or account.name,
                locale=person.locale or account.locale,
                time_zone=person.time_zone or account.time_zone,
            )
        if account is not None and account.member_id is not None:
            now = identity(person)
            if replace(now, language=account.language, member_id=account.member_id) != account:
                owner = account.member_id

                def refresh(session: Session) -> None:
                    # The member may have been erased between the two units.
                    if members.get(session, owner) is not None:
                        accounts.keep(session, owner, now)

                await self._database.write(refresh)
            await self._note_use(person)
        chosen = account.language if account else None
        return Context(
            person=person,
            place=place,
            member=member,
            steward=steward,
            say=words(chosen or person.locale),
        )

    async def _note_use(self, person: Person) -> None:
        """Members are written to where they were last."""
        now, before = self._clock(), self._used.get(person.key)
        if before is not None and now - before < RECENTLY:
            return
        if len(self._used) >= REMEMBERED:
            self._used.clear()
        self._used[person.key] = now
        await self._database.write(
            lambda session: accounts.used(
                session, person.platform, person.workspace, person.user_id, now
            )
        )

    def _is_trusted(self, person: Person) -> bool:
        """Whether the settings name this account. One without a workspace is the same in all."""
        if person.workspace:
            return person.key in self._stewards
        return (person.platform, person.user_id) in self._anywhere

    def _remember(self, person: Person, found: Recognised) -> None:
        if len(self._recent) >= REMEMBERED:
            self._recent.clear()
        self._recent[person.key] = found

    @said(
        "profile",
        Group.PROFILE,
        later("see and change what the community knows about you"),
        words=("perfil", "profil"),
        label=later("profile"),
    )
    @said("join", Group.MEMBERSHIP, later("become a member"))
    async def profile(self, context: Context, intent: Intent) -> Reply:
        """The own card, or the way in: `profile`, `join`."""
        return await self._shown(context)

    @pressed("profile.edit", who=Who.EVERYONE)
    async def edit(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Open one step's form, or save what was filled in; the subject names the step."""
        step = (
            act.subject
            if act.subject in profile_form_replies.TITLES and act.subject != "consents"
            else "who"
        )
        if step != "who":
            context.admit(Who.JOINED)
        form = self._form(context, step)
        if isinstance(act, Pressed):
            return Reply(context.say(profile_form_replies.TITLES[step]), form=form)
        change = profile_form_replies.FORMS[step].read(act.values, form).onto
        if step == "who":
            return await self._save_membership(context, change)
        profile = await change_profile(self._database, context.me.id, change)
        return profile_replies.profile_reply(
            context.say, _onwards(profile, step), context.say("Saved.")
        )

    @said(
        "languages",
        Group.PROFILE,
        later("the languages you work in"),
        NOTHING,
        r"(?P<text>[A-Za-z]{2}(?:[\s,;/]+[A-Za-z]{2})*)",
        r"(?P<text>[^\W\d]{2,20}(?:(?:\s*[,;/]\s*|\s+(?:and|y|et)\s+)[^\W\d]{2,20})+)",
        who=Who.JOINED,
        examples="languages es,fr\nlanguages Spanish, French",
    )
    async def languages(self, context: Context, intent: Intent) -> Reply:
        """`languages es,fr`: what the member works in."""
        member = context.me
        if not intent.text:
            return await self.profile(context, intent)
        codes = profile_forms.languages(re.sub(r"[;/]|\s(?:and|y|et)\s", ",", intent.text))
        return await self._changed(
            context,
            member.id,
            lambda draft: replace(draft, languages=codes),
            context.say(
                "Saved: {languages}.", languages=profile_replies.languages(context.say, codes)
            ),
        )

    @said(
        "hours",
        Group.PROFILE,
        later("when you work, and in which time zone"),
        NOTHING,
        r"(?P<text>\d[^?¿]{2,40})",
        who=Who.JOINED,
        examples="hours 9-17 America/Mexico_City",
    )
    async def hours(self, context: Context, intent: Intent) -> Reply:
        """`hours 9-17 America/Mexico_City`: when the member can talk."""
        member = context.me
        if not intent.text:
            return await self.profile(context, intent)
        first, last, zone = profile_forms.hours(intent.text)
        return await self._changed(
            context,
            member.id,
            lambda draft: replace(
                draft, hours_from=first, hours_until=last, time_zone=zone or draft.time_zone
            ),
            context.say("Saved."),
        )

    @said(
        "language",
        Group.MEMBERSHIP,
        later("the language in which I write to you"),
        NOTHING,
        rf"(?P<object>[a-z]{{2}}|auto|{_SPOKEN})",
        who=Who.MEMBER,
        words=("idioma", "langue"),
        examples="language es",
    )
    async def language(self, context: Context, intent: Intent) -> Reply:
        """`language es`: what the bot writes to this account; `auto` follows the platform."""
        if not intent.object:
            return profile_replies.language_chosen(context.say)
        person, chosen = context.person, _spoken(intent.object)

        def choose(session: Session) -> None:
            accounts.choose_language(
                session, person.platform, person.workspace, person.user_id, chosen
            )

        await self._database.write(choose)
        return profile_replies.language_chosen(words(chosen or person.locale))

    @said(
        "leave",
        Group.MEMBERSHIP,
        later("leave the community"),
        who=Who.MEMBER,
        nearly=r"leave\s.+|(?:stop|unsubscribe|(?:darme de )?baja|désinscrire)(?:\s.+)?",
    )
    async def leave(self, context: Context, intent: Intent) -> Reply:
        """`leave`, first step: what it means, and a button."""
        return profile_replies.leave_question(context.say, str(context.me.id))

    @pressed("profile.leave", who=Who.MEMBER)
    async def confirm_leave(self, context: Context, act: Pressed | Submitted) -> Reply:
        """`leave`, second step."""
        member = context.me
        if act.subject != str(member.id):
            raise UserFacingError("not_yours")

        def go(session: Session) -> None:
            self._leaving(session, member.id)
            membership.set_status(session, member.id, MemberStatus.LEFT)
            members.set_steward(session, member.id, False)

        await self._database.write(go)
        return profile_replies.left(context.say)

    async def _shown(self, context: Context) -> Reply:
        member, say = context.member, context.say
        if member is None:
            return profile_replies.welcome(say, self._form(context, "who"))
        if member.status is MemberStatus.LEFT:
            reason = await self._database.read(lambda session: standing_reason(session, member.id))
            form = self._form(context, "who")
            if reason is None:
                return profile_replies.returning(say, form)
            return profile_replies.refused(say, reason, form)
        found = await self._database.read(lambda session: load(session, member.id))
        if member.status is MemberStatus.INVITED:
            return entrance_replies.invitation(say, found)
        return profile_replies.profile_reply(say, found)

    def _form(self, context: Context, step: str) -> Form:
        draft = members.draft_of(context.member) if context.member else _first_draft(context.person)
        return profile_form_replies.form(
            context.say, step, draft, profile_replies.handling(context.say)
        )

    async def _save_membership(self, context: Context, change: profile_forms.Change) -> Reply:
        person, trusted = context.person, self._is_trusted(context.person)

        def save(session: Session) -> Profile:
            former = members.by_account(session, person.platform, person.workspace, person.user_id)
            if former is None:
                status = MemberStatus.ACTIVE if trusted else MemberStatus.UNVERIFIED
                number = members.create(session, change(_first_draft(person)), status)
                accounts.keep(session, number, identity(person))
                if trusted:
                    audit.record(session, "settings", "member.approve", subject(number))
                return load(session, number)
            draft = change(members.draft_of(former))
            members.update(session, former.id, draft)
            status = saved_status(session, former, draft.community, trusted=trusted)
            if status is not former.status:
                membership.set_status(session, former.id, status)
            return load(session, former.id)

        found = await self._database.write(save)
        return profile_replies.profile_reply(context.say, found, context.say("Saved."))

    async def _changed(
        self, context: Context, member_id: int, change: profile_forms.Change, first: str
    ) -> Reply:
        return profile_replies.profile_reply(
            context.say, await change_profile(self._database, member_id, change), first
        )


def _as_seen(person: Person, *, steward: bool) -> Person:
    """Somebody under a name that is what it looks like; else under what the platform calls them.

    Who does run the community may be called so.
    """
    name = names.cleaned(person.name)
    if names.mixes_scripts(name) or (names.claims_an_office(name) and not steward):
        name = person.user_id
    return replace(person, name=name)


def _onwards(profile: Profile, step: str) -> Profile:
    """The same card, but what lies behind `step` comes next: a step may be left for later."""
    steps = profile_form_replies.STEPS
    order = sorted(profile.missing, key=lambda each: steps.index(each) <= steps.index(step))
    return replace(profile, missing=order)


def _first_draft(person: Person) -> MemberDraft:
    """What the platform already says, so that nobody types it again."""
    try:
        zone = profile_forms.zone(person.time_zone)
    except UserFacingError:
        zone = "UTC"
    return MemberDraft(key="", name=person.name, time_zone=zone)


def _spoken(said: str) -> str | None:
    if said.casefold() == "auto":
        return None
    try:
        code = language_code(said)
    except UnreadableInput:
        code = ""
    if code not in LANGUAGES:
        raise UserFacingError("unknown_bot_language", value=said, allowed=LANGUAGES)
    return code
