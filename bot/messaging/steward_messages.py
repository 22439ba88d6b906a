"""Messages to those who run the community."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Reply
from bot.i18n import Words, words
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from knowledge.database.keys import key_of
from knowledge.members import accounts, members
from knowledge.messaging import deliveries
from knowledge.vocabulary import MemberStatus


def tell_stewards(
    session: Session,
    trusted: Collection[str],
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
    *,
    without: Collection[int] = (),
    about: str = "",
    subjects: Collection[int] = (),
) -> int:
    """Write a message to every steward once, in private; returns how many were written to.

    `trusted`: account keys of the settings, whose owners need be no members. `without`: members
    who are no readers of it, as when it is about them. `about`: what it belongs to. `subjects`: the
    members whom it names.
    """
    told: set[int] = set()
    count = 0
    for member in members.listed(session, [MemberStatus.ACTIVE]):
        if member.id in without:
            told.add(member.id)
        elif member.steward:
            told.add(member.id)
            count += outbox.tell(session, member, cause, reply, at, about=about, subjects=subjects)
    for key in sorted(trusted):
        platform, _, rest = key.partition(":")
        workspace, _, user_id = rest.partition(":")
        account = accounts.find(session, platform, workspace, user_id)
        if account is not None and account.member_id in without:
            continue
        if platform == TERMINAL or (account is not None and account.member_id in told):
            continue
        person = Person(platform, workspace, user_id, account.name if account else "")
        said = reply(words(account.language or account.locale if account else None))
        draft = outbox.message(
            key_of(*cause, key), outbox.direct(person), said, person, about=about, subjects=subjects
        )
        count += deliveries.write(session, [draft], at)
    return count
