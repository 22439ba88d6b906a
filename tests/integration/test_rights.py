"""Who may do what: every word and every action, forged by everybody, as it is declared."""

from collections.abc import Mapping

import pytest

from bot.app import Core
from bot.contract import Person, Reply
from bot.core.commands import Who
from bot.core.error_messages import sentence
from bot.core.errors import UserFacingError
from bot.i18n import words
from knowledge.database.store import Store
from knowledge.vocabulary import MemberStatus
from tests.support.community import STEWARD, Room, admit, expert, person, spoken

STANDINGS: Mapping[str, MemberStatus | None] = {
    "stranger": None,
    "left": MemberStatus.LEFT,
    "invited": MemberStatus.INVITED,
    "unverified": MemberStatus.UNVERIFIED,
    "paused": MemberStatus.PAUSED,
    "member": MemberStatus.ACTIVE,
}

NOT_A_MEMBER = dict.fromkeys(("stranger", "left", "steward"), "not_a_member")
NOT_JOINED = NOT_A_MEMBER | {"invited": "accept_first"}
REFUSED: Mapping[Who, Mapping[str, str]] = {
    Who.EVERYONE: {},
    Who.MEMBER: NOT_A_MEMBER,
    Who.JOINED: NOT_JOINED,
    Who.APPROVED: NOT_JOINED | {"unverified": "not_approved", "paused": "not_approved"},
    Who.STEWARD: dict.fromkeys(STANDINGS, "stewards_only"),
}
"""Whom a right keeps out, and what they are told; `steward` is one by the settings alone."""

STEWARDS = frozenset(
    ("call", "channel", "gaps", "member", "programme", "prompts", "queue", "round", "stale")
)
"""Actions whose first word is one of these belong to stewards, whatever is declared."""

FOR_ALL = frozenset(("answer", "ask", "assistant", "data", "forum", "news", "question"))


@pytest.fixture
def people(store: Store) -> Mapping[str, Person]:
    """Somebody of each standing; the steward of the settings is no member."""
    found = {name: person(name) for name in STANDINGS}
    for name, status in STANDINGS.items():
        if status is not None:
            admit(store, expert(name.title()), found[name], status)
    return found | {"steward": STEWARD}


def told(code: str) -> str:
    return spoken(Reply(sentence(words("en"), UserFacingError(code))))


RIGHTS = {code: told(code) for each in REFUSED.values() for code in each.values()}


def check(reply: Reply, who: Who, name: str, what: str) -> None:
    """The right that is declared keeps out those whom it has to, and nobody else."""
    code = REFUSED[who].get(name)
    if code is not None:
        assert spoken(reply) == RIGHTS[code], (what, name, spoken(reply))
    elif who in {Who.STEWARD, Who.APPROVED, Who.JOINED}:
        assert spoken(reply) not in RIGHTS.values(), (what, name)


async def test_every_action_is_for_those_for_whom_it_is_declared(
    core: Core, room: Room, people: Mapping[str, Person]
) -> None:
    # Nobody is to change standing on the way.
    moving = {"introduction.pause", "introduction.resume", "profile.leave", "data.erase"}
    moving |= {"profile.edit", "member.remove", "member.reject", "member.approve", "member.link"}
    for action, who in core.dispatcher.actions.items():
        for name, somebody in people.items():
            if action in moving and name not in REFUSED[who]:
                continue
            for subject in ("", "1", "1:x", "1:1:x"):
                pressed = await room.press(somebody, action, subject)
                check(pressed, who, name, action)
                sent = await room.submit(somebody, action, {}, subject)
                check(sent, who, name, action)


async def test_every_word_is_for_those_for_whom_it_is_declared(
    core: Core, room: Room, people: Mapping[str, Person]
) -> None:
    for command in core.dispatcher.grammar.commands.values():
        example = (command.examples or command.name).splitlines()[0]
        for name, somebody in people.items():
            if (
                command.name not in {"resume", "leave", "data", "language"}
                or name in REFUSED[command.who]
            ):
                check(await room.say(somebody, example), command.who, name, command.name)


def test_what_stewards_and_everybody_do_is_declared_so(core: Core) -> None:
    """A right that is opened or closed by mistake stands out here."""
    for action, who in core.dispatcher.actions.items():
        first = action.partition(".")[0]
        assert (who is Who.STEWARD) >= (first in STEWARDS), action
        assert (who is Who.EVERYONE) >= (first in FOR_ALL), action
