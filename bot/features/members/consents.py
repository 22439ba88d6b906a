"""What members agree to: each purpose by itself, withdrawn as easily as given."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.core.error_messages import sentence
from bot.core.errors import InvalidForm, UserFacingError
from bot.features.members import consent_replies as wording
from bot.features.members import profile_form_replies as forms
from bot.features.members.membership import joined, load
from bot.storage.database import Units
from knowledge.members import members
from knowledge.members.anonymity import Census, display
from knowledge.members.members import ConsentView
from knowledge.vocabulary import Purpose

YES = frozenset({"yes", "sí", "si", "oui"})
ALL = "all"


class Consents:
    """A yes or a no to each purpose, with the wording that was read and the time."""

    def __init__(self, *, units: Units) -> None:
        self._units = units
        self.verbs: Verbs = {"consent": self.said}
        self.actions: Actions = {"consent.save": self.save}

    async def said(self, caller: Caller, intent: Intent) -> Reply:
        """`consent` opens the form; `consent be_named no`; `consent all no` takes all back."""
        if not intent.object:
            return await self._opened(caller)
        given = intent.text.casefold() in YES
        if intent.object.casefold() == ALL and not given:
            return await self._answered(caller, dict.fromkeys(Purpose, False))
        return await self._answered(caller, {_purpose(intent.object): given})

    async def save(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """Open the form, or take its answers; a purpose without an answer stays as it was."""
        if isinstance(act, Pressed):
            return await self._opened(caller)
        answers: dict[Purpose, bool] = {}
        problems: dict[str, UserFacingError] = {}
        for purpose in Purpose:
            value = act.values.get(purpose.value, "")
            said = value if isinstance(value, str) else "".join(value)
            if said in ("yes", "no"):
                answers[purpose] = said == "yes"
            elif said:
                problems[purpose.value] = UserFacingError("unknown_choice")
        if problems:
            opened = await self._opened(caller)
            return Reply(
                sentence(caller.say, InvalidForm(problems)),
                form=opened.form,
                errors={name: sentence(caller.say, each) for name, each in problems.items()},
            )
        return await self._answered(caller, answers)

    async def _opened(self, caller: Caller) -> Reply:
        member = joined(caller)

        def find(session: Session) -> tuple[list[ConsentView], Census]:
            return members.consent_record(session, member.id), Census(members.crowd(session))

        record, census = await self._units.read(find)
        unnamed = wording.without_name(member)
        form = forms.consents(caller.say, _last(record), display(unnamed, census))
        return Reply(wording.record(caller.say, record), form=form)

    async def _answered(self, caller: Caller, answers: Mapping[Purpose, bool]) -> Reply:
        member = joined(caller)

        def write(session: Session) -> None:
            if members.get(session, member.id) is None:
                raise UserFacingError("not_a_member")
            known = _last(members.consent_record(session, member.id))
            for purpose, given in answers.items():
                if known.get(purpose) is not given:
                    members.consent(session, member.id, purpose, given)

        await self._units.write(write)
        found = await self._units.read(lambda session: load(session, member.id))
        return wording.saved(caller.say, found)


def _last(record: list[ConsentView]) -> dict[Purpose, bool]:
    return {answer.purpose: answer.given for answer in record}


def _purpose(said: str) -> Purpose:
    try:
        return Purpose(said.casefold())
    except ValueError as error:
        raise UserFacingError("unknown_purpose", value=said, allowed=[*Purpose]) from error
