"""Two who agreed to talk about a question get a conversation."""

from datetime import datetime

from sqlmodel import Session

from bot.features.conversations.service import Conversations, Opening
from bot.features.introductions import expert_replies
from bot.features.introductions.disclosure import card_of
from bot.features.introductions.workflow import Connection
from bot.i18n import words
from bot.messaging import outbox, serialization
from bot.messaging.outbox import TERMINAL
from knowledge.conversations.conversations import Seat
from knowledge.introductions import introductions
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationKind

TOPIC = 80


class Connect:
    """What an accepted introduction does, in the unit that accepts it."""

    def __init__(self, *, conversations: Conversations) -> None:
        self._conversations = conversations

    def __call__(self, session: Session, connection: Connection, at: datetime, /) -> None:
        request = introductions.get(session, connection.request_id)
        asker = members.get(session, connection.asker_id)
        expert = members.get(session, connection.expert_id)
        if request is None or asker is None or expert is None:
            return
        question = request.wish.text
        seats = [
            _seat(session, one, other, request.id, question)
            for one, other in ((asker, expert), (expert, asker))
        ]
        topic = " ".join(question.split())
        topic = topic if len(topic) <= TOPIC else f"{topic[: TOPIC - 1]}…"
        self._conversations.begin(
            session, Opening(ConversationKind.INTRODUCTION, topic, seats, str(request.id))
        )


def _seat(
    session: Session, member: MemberView, other: MemberView, number: int, question: str
) -> Seat:
    """Where a member was last; whoever only uses the terminal reads it there."""
    account = outbox.at_hand(session, member.id)
    say = words(account.language or account.locale if account else None)
    greeting = expert_replies.connected(say, number, question, member.name, card_of(other))
    return Seat(
        member_id=member.id,
        name=member.name,
        language=say.language,
        platform=account.platform if account else TERMINAL,
        workspace=account.workspace if account else "",
        user_id=account.user_id if account else "",
        greeting=serialization.reply_to_json(greeting),
    )
