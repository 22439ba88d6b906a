"""`prompts`: stewards say when questions are posted between rounds, and which come next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Form, Reply, Submitted
from bot.core.commands import NOTHING, PHRASE, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, pressed_on, said
from bot.core.tokens import number_in
from bot.features.exchange.programmes import form_values, lookup
from bot.features.exchange.programmes.cadence import Cadence, Timetable, next_due
from bot.features.exchange.programmes.settings import timetable_of, write_timetable
from bot.features.exchange.prompts import queue, replies
from bot.features.exchange.prompts.library import is_free
from bot.features.exchange.prompts.replies import OwnPrompt, PromptsForm
from bot.features.exchange.prompts.thread_answers import ThreadAnswers
from bot.i18n import Markup, later
from bot.storage.database import Database
from knowledge.exchange import programmes, prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView, ScheduleView
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.members import audit

SHOWN = 3
"""Posted prompts that are shown beside what comes next."""
OFF = "off"


class PromptAdministration:
    """What stewards do with prompts; each act is in the audit."""

    def __init__(
        self, *, database: Database, answers: ThreadAnswers, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._answers = answers
        self._clock = clock

    @said(
        "prompts",
        Group.STEWARDS,
        later("questions that are posted between rounds, and what was answered"),
        NOTHING,
        r"(?P<object>cadence|off|own)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>front|skip|drop|answers)\s+#?(?P<text>\d{1,9})",
        PHRASE,
        who=Who.STEWARD,
        examples="prompts Bridges\nprompts cadence Bridges\nprompts own Bridges\nprompts front 12\n"
        "prompts skip 12\nprompts drop 12\nprompts answers 12\nprompts off Bridges",
    )
    async def prompts(self, context: Context, intent: Intent) -> Reply:
        """`prompts`, `prompts NAME`, `prompts cadence NAME`, `prompts front 12` and so on."""
        said, text = intent.object.casefold(), intent.text.strip()
        match said:
            case "front":
                return await self.front(context, text)
            case "skip":
                return await self.skip(context, text)
            case "drop":
                return await self.drop(context, text)
            case "answers":
                return await self._answers.show(context, text)
            case "" if not text:
                return await self._overview(context)
        return await self._of_programme(context, said, await lookup.named(self._database, text))

    async def _of_programme(self, context: Context, said: str, programme: ProgrammeView) -> Reply:
        match said:
            case "cadence":
                return replies.opened(context.say, await self._form(context, programme))
            case "off":
                return await self._set(context, programme, None)
            case "own":
                return replies.asks_own(context.say, replies.own_form(context.say, programme))
            case _:
                return await self.show(context, str(programme.id))

    @pressed_on("prompts.show", who=Who.STEWARD)
    async def show(self, context: Context, number: str) -> Reply:
        """What comes next in the programme of that number."""
        return await self._queue(context, await lookup.numbered(self._database, number))

    @pressed("prompts.save", who=Who.STEWARD)
    async def save(self, context: Context, act: Act) -> Reply:
        """The form of when, opened or sent."""
        programme = await lookup.numbered(self._database, act.subject)
        if not isinstance(act, Submitted):
            return replies.opened(context.say, await self._form(context, programme))
        if act.values.get("cadence") == OFF:
            return await self._set(context, programme, None)
        told = PromptsForm.read(act.values, await self._form(context, programme))
        timetable = form_values.timetable(Cadence(told.cadence), told.at, told.zone, told.start)
        return await self._set(context, programme, timetable)

    @pressed("prompts.own", who=Who.STEWARD)
    async def own(self, context: Context, act: Act) -> Reply:
        """A question in a steward's words: it comes first."""
        programme, now = await lookup.numbered(self._database, act.subject), self._clock()
        form = replies.own_form(context.say, programme)
        if not isinstance(act, Submitted):
            return replies.asks_own(context.say, form)
        text = OwnPrompt.read(act.values, form).text

        def write(session: Session) -> None:
            with beside("text", form, act.values):
                _refuse_again(session, programme.id, text, now)
            waiting = [each.id for each in prompts.queue(session, programme.id)]
            found = prompts.add(
                session, programme.id, PromptSource.OWN, PromptState.WAITING, text=text
            )
            prompts.arrange(session, [found.id, *waiting])
            audit.record(session, context.actor, "prompts.own", f"prompt:{found.id}")

        await self._database.write(write)
        return await self._queue(context, programme, context.say("It comes next."))

    @pressed_on("prompts.front", who=Who.STEWARD)
    async def front(self, context: Context, number: str) -> Reply:
        """A question comes next."""
        return await self._moved(context, "front", number)

    @pressed_on("prompts.skip", who=Who.STEWARD)
    async def skip(self, context: Context, number: str) -> Reply:
        """The one behind it comes first."""
        return await self._moved(context, "skip", number)

    @pressed_on("prompts.drop", who=Who.STEWARD)
    async def drop(self, context: Context, number: str) -> Reply:
        """It is never posted."""
        return await self._moved(context, "drop", number)

    async def _moved(self, context: Context, how: str, number: str) -> Reply:
        now = self._clock()

        def write(session: Session) -> ProgrammeView | None:
            found = prompts.get(session, number_in(number))
            if found is None or found.state is not PromptState.WAITING:
                return None
            _move(session, found, how, now)
            audit.record(session, context.actor, f"prompts.{how}", f"prompt:{found.id}")
            return programmes.get(session, found.programme_id)

        programme = await self._database.write(write)
        if programme is None:
            raise UserFacingError("no_prompt", number=number)
        return await self._queue(context, programme, context.say("Saved."))

    async def _queue(
        self, context: Context, programme: ProgrammeView, said: Markup | None = None
    ) -> Reply:
        today = self._clock().date()

        def write(session: Session) -> replies.Standing:
            queue.fill(session, programme.id, today)
            return queue.standing(session, programme, today, posted=SHOWN)

        return replies.queue(context.say, await self._database.write(write), said)

    async def _overview(self, context: Context) -> Reply:
        today = self._clock().date()
        found = await self._database.read(
            lambda session: [
                queue.standing(session, each, today) for each in programmes.listed(session)
            ]
        )
        return replies.overview(context.say, found)

    async def _form(self, context: Context, programme: ProgrammeView) -> Form:
        found = await self._database.read(lambda session: prompts.schedule(session, programme.id))
        return replies.form(context.say, programme, _values(programme, found, self._clock()))

    async def _set(
        self, context: Context, programme: ProgrammeView, timetable: Timetable | None
    ) -> Reply:
        """When prompts are posted; None: not any more."""
        now = self._clock()

        def write(session: Session) -> None:
            former = prompts.schedule(session, programme.id)
            stored = dict(former.timetable) if former else write_timetable(timetable_of(programme))
            due = None
            if timetable is not None:
                stored = write_timetable(timetable)
                found = ScheduleView(programme.id, stored, None)
                due = next_due(queue.timetable_for(programme, found), now)
            prompts.set_schedule(session, programme.id, stored, due)
            audit.record(session, context.actor, "prompts.cadence", f"programme:{programme.id}")

        await self._database.write(write)
        return await self._queue(context, programme, context.say("Saved."))


def _move(session: Session, found: PromptView, how: str, now: datetime) -> None:
    numbers = [each.id for each in prompts.queue(session, found.programme_id)]
    place = numbers.index(found.id)
    numbers.remove(found.id)
    if how == "drop":
        waiting = [PromptState.WAITING]
        prompts.step(session, found.id, waiting, state=PromptState.DROPPED, decided_at=now)
    elif how == "front":
        numbers.insert(0, found.id)
    else:  # the one behind it comes first
        numbers.insert(place + 1, found.id)
    prompts.arrange(session, numbers)


def _refuse_again(session: Session, programme_id: int, text: str, now: datetime) -> None:
    """Raise `prompt_used` for a question that waits, or was posted within a year."""
    last = prompts.last_posted(session, programme_id, "", text)
    waiting = {each.text.casefold() for each in prompts.queue(session, programme_id)}
    if not is_free(last.date() if last else None, now.date()) or text.casefold() in waiting:
        raise UserFacingError("prompt_used")


def _values(programme: ProgrammeView, found: ScheduleView | None, now: datetime) -> dict[str, str]:
    """What holds now, or would by itself: monthly, from tomorrow, in the programme's zone."""
    if found is not None:
        timetable = queue.timetable_for(programme, found)
        cadence = timetable.cadence.value if found.next_due_at else OFF
        start, at, zone = timetable.start, timetable.at, timetable.zone
    else:
        rounds = timetable_of(programme)
        cadence, zone = Cadence.MONTHLY.value, rounds.zone
        start, at = now.date() + timedelta(days=1), rounds.at
    return {
        "cadence": cadence,
        "start": start.isoformat(),
        "at": at.strftime("%H:%M"),
        "zone": zone,
    }
