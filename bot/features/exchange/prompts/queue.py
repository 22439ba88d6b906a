"""What a programme posts next between rounds: filled from the library, and put into words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from sqlmodel import Session

from bot.contract import Place, Reply
from bot.features.exchange.programmes.cadence import Timetable
from bot.features.exchange.programmes.settings import (
    places_of,
    read_timetable,
    rules_of,
    timetable_of,
)
from bot.features.exchange.prompts import channel_posts, replies
from bot.features.exchange.prompts.library import Prompt, choose, is_free, library
from bot.i18n import words
from bot.messaging import serialization
from bot.messaging.outbox import TERMINAL
from knowledge.cases.views import CaseView
from knowledge.exchange import prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView, ScheduleView
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.messaging import channels
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import Post, PostKind

AHEAD = 5
"""So many prompts wait, for stewards to see and to change."""


@cache
def by_id() -> Mapping[str, Prompt]:
    """The prompts that come with the program."""
    return {each.id: each for each in library()}


def timetable_for(programme: ProgrammeView, found: ScheduleView) -> Timetable:
    """When prompts are due; dates barred for rounds are barred for them, too."""
    rounds = timetable_of(programme)
    return replace(
        read_timetable(found.timetable),
        blackouts=rounds.blackouts,
        when_barred=rounds.when_barred,
    )


def fill(session: Session, programme_id: int, today: date) -> int:
    """Let AHEAD prompts wait, as far as the library has some that were not used within a year.

    A programme's own number is the seed of its order. Returns how many were added.
    """
    waiting = prompts.queue(session, programme_id)
    used = {name: when.date() for name, when in prompts.used(session, programme_id).items()}
    for each in waiting:
        if each.library_id:
            used[each.library_id] = _after(today, used)
    added = 0
    for _ in range(AHEAD - len(waiting)):
        choice = choose(tuple(by_id().values()), used, today, seed=programme_id)
        if choice.last_used is not None:
            break
        used[choice.prompt.id] = _after(today, used)
        prompts.add(
            session,
            programme_id,
            PromptSource.LIBRARY,
            PromptState.WAITING,
            library_id=choice.prompt.id,
        )
        added += 1
    return added


def upcoming(session: Session, programme_id: int, today: date) -> list[PromptView]:
    """What may be posted, in its turn: what still stands and was not posted within a year."""

    def is_new(found: PromptView) -> bool:
        last = prompts.last_posted(session, programme_id, found.library_id, found.text)
        return is_free(last.date() if last else None, today)

    waiting = prompts.queue(session, programme_id)
    return [each for each in waiting if prompts.stands(session, each) and is_new(each)]


def rooms(
    session: Session, programme: ProgrammeView, found: PromptView | None = None
) -> list[Place]:
    """The channels in which a prompt may stand: a member's only where they agreed to it."""
    agreed = None
    if found is not None and found.source is PromptSource.QUESTION:
        agreed = {serialization.place_from_json(each).room for each in found.places}
    return [
        place
        for place in places_of(programme)
        if place.platform != TERMINAL
        and (agreed is None or place.room in agreed)
        and channels.speaks(session, *place.room)
    ]


def post_of(
    programme: ProgrammeView, found: PromptView, now: datetime, case: CaseView | None = None
) -> Reply:
    """A prompt as the programme's channels read it, in their language."""
    say, rule = words(rules_of(programme).language), programme.chatham_house
    known = by_id().get(found.library_id)
    if known is not None:
        return channel_posts.posted([say], known, now, case, chatham_house=rule)
    return channel_posts.posted_words(
        say,
        found.text,
        found.community,
        now,
        case,
        asked=found.source is PromptSource.QUESTION,
        chatham_house=rule,
    )


def question_of(programme: ProgrammeView, found: PromptView) -> str:
    """The question alone, in the programme's language."""
    return replies.text_of(words(rules_of(programme).language), found, by_id())


def standing(
    session: Session, programme: ProgrammeView, today: date, *, posted: int = 0
) -> replies.Standing:
    """How the prompts of a programme stand, with so many of those that were posted."""
    found = prompts.schedule(session, programme.id)
    return replies.Standing(
        programme,
        found.next_due_at if found else None,
        len(places_of(programme)),
        upcoming(session, programme.id, today)[:AHEAD],
        [
            (each, thread_answers.count(session, Post(PostKind.PROMPT, each.id)))
            for each in prompts.lately_posted(session, programme.id, posted)
        ]
        if posted
        else (),
        by_id(),
    )


def _after(today: date, used: Mapping[str, date]) -> date:
    """A day after all others, so that themes take turns among what waits."""
    return date.fromordinal(max([today, *used.values()]).toordinal() + 1)
