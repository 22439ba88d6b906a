"""Times for those who schedule for a member: what they get, and for whom they may press."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply
from bot.core.context import Context
from bot.features.conversations import relay
from bot.features.meetings import assistant_replies
from bot.features.meetings.calendar_event import event
from bot.features.meetings.replies import Clock
from bot.i18n import Words
from bot.messaging import outbox
from knowledge.conversations.conversations import ConversationView
from knowledge.conversations.meetings import MeetingView, SlotView
from knowledge.exchange import assistants
from knowledge.exchange.assistants import AssistantView
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus


def propose(
    session: Session,
    found: ConversationView,
    slots: Sequence[SlotView],
    people: Sequence[MemberView],
    at: datetime,
) -> None:
    """Send a batch of times to the assistant of everybody who has one, once for each member."""
    for member, assistant in _assisted(session, people):
        own, others = Clock(member.name, member.time_zone), _besides(people, [member])
        cause = ("assistant times", found.about, str(slots[0].batch), str(member.id))

        def reply(
            say: Words, own: Clock = own, others: list[str] = others, number: int = member.id
        ) -> Reply:
            return assistant_replies.proposed(say, slots, own, say.listed(others), number)

        if others:
            _tell(session, found, member, assistant, cause, reply, at)


def tell_agreed(
    session: Session,
    found: ConversationView,
    meeting: MeetingView,
    chosen: SlotView,
    people: Sequence[MemberView],
    at: datetime,
) -> None:
    """Send the agreed time and its file to every assistant, once however many they schedule for.

    Who takes part themselves gets the file there.
    """
    busy: dict[str, list[tuple[MemberView, AssistantView]]] = {}
    taking_part = {key for each in people for key in outbox.keys_of(session, each.id)}
    for member, assistant in _assisted(session, people):
        if assistant.key not in taking_part:
            busy.setdefault(assistant.key, []).append((member, assistant))
    for pairs in busy.values():
        own = [Clock(member.name, member.time_zone) for member, _ in pairs]
        others = _besides(people, [member for member, _ in pairs])
        # Who schedules for all of them reads all of their names once more.
        others = others or [each.name for each in own]
        cause = ("assistant agreed", found.about, str(meeting.sequence))

        def reply(say: Words, own: list[Clock] = own, others: list[str] = others) -> Reply:
            file = event(meeting, chosen, at, say)
            return assistant_replies.agreed(say, meeting, chosen, own, say.listed(others), file)

        _tell(session, found, *pairs[0], cause, reply, at)


def spoken_for(session: Session, context: Context, number: int) -> MemberView | None:
    """The member of that number, where the caller schedules for them now."""
    own = outbox.keys_of(session, context.member.id) if context.member else []
    assistant = assistants.assistant_of(session, number)
    member = members.get(session, number)
    if assistant is None or assistant.key not in {context.person.key, *own}:
        return None
    return member if member is not None and member.status is MemberStatus.ACTIVE else None


def _assisted(
    session: Session, people: Sequence[MemberView]
) -> list[tuple[MemberView, AssistantView]]:
    """The members who take part and have an assistant, with that assistant."""
    return [
        (member, assistant)
        for member in people
        if member.status is MemberStatus.ACTIVE
        and (assistant := assistants.assistant_of(session, member.id)) is not None
    ]


def _besides(people: Sequence[MemberView], those: Sequence[MemberView]) -> list[str]:
    numbers = {each.id for each in those}
    return [each.name for each in people if each.id not in numbers]


def _tell(
    session: Session,
    found: ConversationView,
    member: MemberView,
    assistant: AssistantView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
) -> None:
    """Not before the member's own greeting: they are the first to learn whom they meet."""
    seat = found.seat_of(member.id)
    until = relay.held_until(session, found, seat) if seat else None
    outbox.tell_account(
        session,
        assistant.key,
        assistant.name,
        assistant.locale,
        cause,
        reply,
        at,
        not_before=until,
        subjects=relay.everybody(found),
    )
