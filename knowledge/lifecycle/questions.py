"""What else ends when a question is solved or taken back."""

from sqlmodel import Session

from knowledge.database.columns import utc_now
from knowledge.exchange import prompts
from knowledge.lifecycle import deactivation
from knowledge.questions import questions
from knowledge.vocabulary import QuestionState


def set_state(session: Session, number: int, state: QuestionState) -> None:
    """Close or withdraw a question; nobody need answer it any more."""
    questions.set_state(session, number, state)
    if state is not QuestionState.OPEN:
        withdrawn = state is QuestionState.WITHDRAWN
        deactivation.end(session, number, withdrawn=withdrawn)
        prompts.withdraw_question(session, number, utc_now(), posted=withdrawn)
