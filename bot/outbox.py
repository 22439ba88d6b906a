"""What a member is told later: written in the unit of what causes it, sent by the courier."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Reply
from bot.outgoing import direct, message
from bot.wording import Words, words
from knowledge import deliveries
from knowledge.people import accounts
from knowledge.people.accounts import AccountView
from knowledge.views import MemberView
from knowledge.vocabulary import MemberStatus

TERMINAL = "console"
"""Nothing can be sent to somebody in a terminal: it may be closed."""


def reachable(session: Session, member_id: int) -> AccountView | None:
    """The account by which a member can be told something: the oldest that is not gone."""
    return next(
        (
            account
            for account in accounts.of_member(session, member_id)
            if account.platform != TERMINAL and not account.gone
        ),
        None,
    )


def tell(
    session: Session,
    member: MemberView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
) -> bool:
    """Write a message to a member in their language, once for each cause; False for nobody to tell.

    Only members who take part are told, wherever the first of their accounts is.
    """
    account = reachable(session, member.id)
    if account is None or member.status is not MemberStatus.ACTIVE:
        return False
    said = reply(words(account.language or account.locale))
    person = Person(account.platform, account.workspace, account.user_id, account.name)
    # The member stands in the key, not the account: on another one it would be said again.
    key = deliveries.key_of(*cause, str(member.id))
    return bool(deliveries.write(session, [message(key, direct(person), said, person)], at))
