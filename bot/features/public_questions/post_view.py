"""How a posted question is shown now, and its posts when that changes."""

from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, PlaceKind
from bot.features.introductions.disclosure import now_shown
from bot.features.public_questions import replies
from bot.i18n import words
from bot.messaging import outbox
from knowledge.database.keys import key_of
from knowledge.members import members
from knowledge.members.anonymity import Census, Description
from knowledge.messaging import deliveries
from knowledge.public_questions import posts
from knowledge.public_questions.posts import PostedView, PostingView
from knowledge.vocabulary import DeliveryKind


def shown_of(session: Session, found: PostedView) -> replies.Shown:
    """A question as it may be read at this moment: its asker as they agreed, or less."""
    return replies.Shown(found.id, found.agreed.text, _who(session, found))


def place_of(posting: PostingView) -> Place:
    """The channel of a post."""
    return Place(
        posting.platform,
        posting.workspace,
        posting.channel,
        kind=PlaceKind.CHANNEL,
        private=False,
    )


def draw(session: Session, found: PostedView, at: datetime) -> None:
    """Let the posts show how a question stands."""
    said = replies.post(words(found.agreed.language), shown_of(session, found), found.state)
    drafts = [
        outbox.message(
            key_of("posting", str(each.id), found.state),
            place_of(each),
            said,
            target=each.key,
            kind=DeliveryKind.UPDATE,
            subjects=[found.asker_id],
        )
        for each in posts.postings(session, found.id)
    ]
    deliveries.write(session, drafts, at)
    posts.drawn(session, found.id, found.state)


def _who(session: Session, found: PostedView) -> Description | None:
    asker = members.get(session, found.asker_id)
    return now_shown(found.agreed, asker, Census(members.crowd(session))) if asker else None
