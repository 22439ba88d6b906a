"""What is known of a question to the community, read in one snapshot, for `next_step.py`."""

from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.features.introductions.disclosure import ways as every_way
from bot.features.public_questions import replies
from bot.features.public_questions.next_step import Facts
from bot.features.public_questions.post_view import shown_of
from knowledge.introductions import eligibility
from knowledge.members import members
from knowledge.members.anonymity import Census
from knowledge.public_questions import posts
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown


def gather(session: Session, context: Context, number: int, now: datetime) -> Facts:
    """Everything that is needed to post a question of the caller's."""
    member, posted = context.me, posts.get(session, number)
    every = every_way(member, Census(members.crowd(session)))
    rooms = posts.rooms_for(session, member.community)
    return Facts(
        _own(session, context, number),
        posted,
        shown_of(session, posted) if posted is not None else None,
        # Not at all, or by what they share with others: a name in a channel is never offered.
        {way: every[way] for way in (AskerShown.HIDDEN, AskerShown.ROLE)},
        posts.open_posts(session, member.id),
        tuple(rooms),
        not rooms and bool(eligibility.to_be_handed_over(session, member.id, [number], now)),
    )


def own(session: Session, context: Context, number: int) -> QuestionView:
    """A question of the caller's. Raises `question_not_found` for others'."""
    found = _own(session, context, number)
    if found is None:
        raise UserFacingError("question_not_found", number=number)
    return found


def rooms_of(session: Session, number: int) -> list[str]:
    """The channels in which a question stands, as people call them."""
    return [
        replies.room(one.name, one.channel, one.platform) for one in posts.postings(session, number)
    ]


def _own(session: Session, context: Context, number: int) -> QuestionView | None:
    found, member = questions.get(session, number), context.me
    mine = found is not None and (
        found.asker_id == member.id or found.account_key == context.person.key
    )
    return found if mine else None
