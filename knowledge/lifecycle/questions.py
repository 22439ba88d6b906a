"""What else ends when a question is solved or taken back."""

from sqlalchemy import update
from sqlmodel import Session, col

from knowledge.database.columns import utc_now
from knowledge.exchange import prompts
from knowledge.lifecycle import deactivation
from knowledge.questions.tables import Question
from knowledge.vocabulary import QuestionState


def set_state(session: Session, number: int, state: QuestionState) -> None:
    """Close or withdraw a question; nobody need answer it any more."""
    session.execute(update(Question).where(col(Question.id) == number).values(state=state))
    if state is not QuestionState.OPEN:
        withdrawn = state is QuestionState.WITHDRAWN
        deactivation.end(session, number, withdrawn=withdrawn)
        prompts.withdraw_question(session, number, utc_now(), posted=withdrawn)
