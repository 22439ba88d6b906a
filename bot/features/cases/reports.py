"""Members say that a case is wrong or outdated; a steward looks, and they hear what came of it."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_of
from bot.features.cases import report_replies
from bot.features.cases.forms import CaseReport, ReportAnswer
from bot.features.cases.lookup import case_of, may_flag, readable
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import reports
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.members import audit, members
from knowledge.vocabulary import FlagKind


class CaseReports:
    """`Flag` on a case, and `Resolve` in the queue. Nobody is shown who raised a flag."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @pressed("case.flag", who=Who.EVERYONE)
    async def flag(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask what is the matter, or keep it. Raises `members_flag`, `case_not_found`."""
        if not may_flag(context):
            raise UserFacingError("members_flag")
        number, say = number_of(act.subject, "case_not_found"), context.say
        case = await self._database.read(lambda session: readable(session, number, context))
        form = report_replies.form(say, case)
        if isinstance(act, Pressed):
            return Reply(say("What is the matter with “{title}”?", title=case.title), form=form)
        told = CaseReport.read(act.values, form)
        if not await self._put(context, number, told.kind, told.reason):
            raise UserFacingError("already_flagged", number=number)
        return Reply(
            say(
                "Thank you. A steward will look at case {number}, and you are told what came of "
                "it.",
                number=case.id,
            )
        )

    @pressed("flag.resolve", who=Who.STEWARD)
    async def resolve(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask a steward what came of a flag, or close it and let the person know."""
        say = context.say
        number = number_of(act.subject, "case_not_found")
        flag, case = await self._database.read(lambda session: _open_flag(session, number))
        form = report_replies.answer_form(say, flag, case)
        if isinstance(act, Pressed):
            return Reply(say("Reported: {text}", text=flag.reason), form=form)
        told = ReportAnswer.read(act.values, form)
        await self._resolve(context.actor, number, told.note)
        return report_replies.resolved(say, case)

    async def _put(self, context: Context, number: int, kind: FlagKind, reason: str) -> bool:
        at, member, key = self._clock(), context.member, context.person.key

        def write(session: Session) -> bool:
            # Read again: the member may have been erased, the case retired meanwhile.
            readable(session, number, context)
            if member is not None and members.get(session, member.id) is None:
                raise UserFacingError("members_flag")
            return reports.put(
                session,
                number,
                kind,
                reason,
                at,
                member_id=member.id if member else None,
                account_key=key,
            )

        return await self._database.write(write)

    async def _resolve(self, actor: str, number: int, note: str) -> None:
        at = self._clock()

        def write(session: Session) -> None:
            flag, case = _open_flag(session, number)
            reports.resolve(session, number, note, at)
            audit.record(session, actor, "flag.resolve", f"case:{flag.case_id}", note)
            person = members.get(session, flag.member_id) if flag.member_id is not None else None
            if person is not None:
                outbox.tell(
                    session,
                    person,
                    ("flag", str(number)),
                    lambda say: report_replies.outcome(say, flag, case, note),
                    at,
                    kept=True,
                )

        await self._database.write(write)


def _open_flag(session: Session, number: int) -> tuple[FlagView, CaseView]:
    flag = reports.get(session, number)
    if flag is None or flag.resolved_at is not None:
        raise UserFacingError("flag_decided")
    return flag, case_of(session, flag.case_id)
