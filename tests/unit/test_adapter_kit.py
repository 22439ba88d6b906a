"""What the adapters share: cutting, the state of a connection, acts in hand, words by locale."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contract.adapter_kit import (
    ActsInHand,
    ConnectionState,
    Cutter,
    remember,
    retry_after,
    shortened,
)

CUTTER = Cutter(re.compile(r"<[^<>]*>|.", re.DOTALL), re.compile(r"<[^<>]*>"))


@given(st.text(alphabet="ab <>\n", max_size=200), st.integers(3, 40))
def test_pieces_keep_the_limit_and_lose_nothing_but_blanks(text: str, limit: int) -> None:
    found = list(CUTTER.pieces(text, limit))
    assert all(len(piece) <= limit for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert len(CUTTER.first_piece(text, limit)) <= limit


def test_what_is_one_sign_to_a_platform_is_not_torn() -> None:
    assert list(CUTTER.pieces("one two <a link> three", 15)) == ["one two", "<a link> three"]


def test_shortened_says_that_something_is_left_out() -> None:
    assert shortened("abc def", 5) == "abc…"
    assert shortened("abc", 5) == "abc"


def test_a_connection_that_was_refused_is_none() -> None:
    state = ConnectionState()
    assert not state.health().connected
    state.connected()
    assert state.health().connected
    state.refused("The token was revoked.")
    assert state.in_trouble.is_set()
    assert (state.health().connected, state.health().reason) == (False, "The token was revoked.")
    state.refused("")
    state.disconnected("lost")
    assert state.heard_until is not None
    assert (state.health().connected, state.health().reason) == (False, "lost")


async def test_closing_waits_for_what_is_in_hand_and_no_longer_than_told() -> None:
    acts, done = ActsInHand(), asyncio.Event()

    async def slow() -> str:
        await done.wait()
        return "answered"

    working = asyncio.create_task(acts.hold(slow()))
    await asyncio.sleep(0)
    await acts.drain(0.01)
    assert not working.done()
    draining = asyncio.create_task(acts.drain(5))
    done.set()
    assert await working == "answered"
    await asyncio.wait_for(draining, 1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"retry-after": "soon"}, 1.0), ({}, 1.0)],
)
def test_how_long_a_platform_wants_to_be_left_alone(
    headers: dict[str, str], seconds: float
) -> None:
    assert retry_after(headers) == seconds


def test_a_full_table_forgets_its_oldest_entry() -> None:
    table: dict[str, int] = {}
    for number, key in enumerate("abca"):
        remember(table, key, number, 2)
    assert table == {"c": 2, "a": 3}
