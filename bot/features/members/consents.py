"""What members agree to: each purpose by itself, withdrawn as easily as given."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.features.members import consent_replies, profile_form_replies
from bot.features.members.membership import load
from bot.features.members.profile_form_replies import ConsentForm
from bot.i18n import later
from bot.storage.database import Database
from knowledge.lifecycle import membership
from knowledge.members import members
from knowledge.members.anonymity import Census, display
from knowledge.members.members import ConsentView
from knowledge.vocabulary import Purpose

YES = frozenset({"yes", "sí", "si", "oui"})
ALL = "all"


class Consents:
    """A yes or a no to each purpose, with the wording that was read and the time."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    @said(
        "consent",
        Group.MEMBERSHIP,
        later("what you agree to; take it back at any time"),
        NOTHING,
        r"(?P<object>all|[a-z]+_[a-z]+)(?::|\s+)(?P<text>yes|no|sí|si|oui|non)",
        who=Who.JOINED,
        examples="consent be_named yes",
    )
    async def said(self, context: Context, intent: Intent) -> Reply:
        """`consent` opens the form; `consent be_named no`; `consent all no` takes all back."""
        if not intent.object:
            return await self._opened(context)
        given = intent.text.casefold() in YES
        if intent.object.casefold() == ALL and not given:
            return await self._answered(context, dict.fromkeys(Purpose, False))
        return await self._answered(context, {_purpose(intent.object): given})

    @pressed("consent.save", who=Who.JOINED)
    async def save(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Open the form, or take its answers; a purpose without an answer stays as it was."""
        opened = await self._opened(context)
        if isinstance(act, Pressed) or opened.form is None:
            return opened
        told = ConsentForm.read(act.values, opened.form)
        answers = {purpose: told.answers[purpose.value] for purpose in Purpose}
        given = {each: answer for each, answer in answers.items() if isinstance(answer, bool)}
        return await self._answered(context, given)

    async def _opened(self, context: Context) -> Reply:
        member = context.me

        def find(session: Session) -> tuple[list[ConsentView], Census]:
            return members.consent_record(session, member.id), Census(members.crowd(session))

        record, census = await self._database.read(find)
        unnamed = consent_replies.without_name(member)
        form = profile_form_replies.consents(context.say, _last(record), display(unnamed, census))
        return Reply(consent_replies.record(context.say, record), form=form)

    async def _answered(self, context: Context, answers: Mapping[Purpose, bool]) -> Reply:
        member = context.me

        def write(session: Session) -> None:
            if members.get(session, member.id) is None:
                raise UserFacingError("not_a_member")
            known = _last(members.consent_record(session, member.id))
            for purpose, given in answers.items():
                if known.get(purpose) is not given:
                    membership.consent(session, member.id, purpose, given)

        await self._database.write(write)
        found = await self._database.read(lambda session: load(session, member.id))
        return consent_replies.saved(context.say, found)


def _last(record: list[ConsentView]) -> dict[Purpose, bool]:
    return {answer.purpose: answer.given for answer in record}


def _purpose(said: str) -> Purpose:
    try:
        return Purpose(said.casefold())
    except ValueError as error:
        raise UserFacingError("unknown_purpose", value=said, allowed=[*Purpose]) from error
