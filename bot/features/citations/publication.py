"""When a case that came from a conversation is published: it says by whom, and the asker hears."""

from datetime import datetime

from sqlmodel import Session

from bot.core.errors import UserFacingError
from bot.features.citations import replies
from bot.messaging import outbox
from knowledge.cases import cases, late_answers
from knowledge.cases.views import CaseView
from knowledge.citations import citations
from knowledge.citations.citations import ProposalView
from knowledge.database.keys import key_of
from knowledge.members import members
from knowledge.questions import questions
from knowledge.vocabulary import QuestionState


def published(session: Session, case: CaseView, at: datetime) -> CaseView:
    """What a case says of the two is what they agree to at this moment; its asker is told, once.

    In the unit that publishes it. The question stays open: whoever asked says whether it is
    answered. Raises `author_reads_first` while a change of its words waits for their author.
    """
    found = citations.of_cases(session, [case.id]).get(case.id)
    if found is None:
        return case
    if found.words.text:
        raise UserFacingError("author_reads_first", number=case.id)
    cited = citations.source_title(found.quotes)
    if cited != case.source.title:
        cases.retitle_source(session, case.id, case.source.title, cited)
        case = cases.get(session, case.id) or case
    _tell_asker(session, found, case, at)
    return case


def _tell_asker(session: Session, found: ProposalView, case: CaseView, at: datetime) -> None:
    question = questions.get(session, found.question_id or 0)
    asker = members.get(session, found.asker_id or 0)
    if question is None or asker is None or question.state is QuestionState.WITHDRAWN:
        return
    if late_answers.is_off(session, asker.id, [question.account_key]):
        return
    cause = ("cited", str(case.id), str(question.id))
    reply = outbox.tell(
        session,
        asker,
        cause,
        lambda say: replies.published_answer(say, case, question.id, at),
        at,
        kept=True,
    )
    if reply:
        # They know of it: nothing else tells them that this case answers this question.
        key = key_of(*cause, str(asker.id))
        late_answers.put(session, question.id, case.id, at, key)
