"""Short runs of `python -m tests.kills`: whatever is killed, everything is read once."""

from pathlib import Path

import pytest

from bot.contract import Place, Receipt, Reply
from tests.kills.__main__ import killed
from tests.kills.cuts import Figures, at_each, cut_off, lived
from tests.kills.lives import KINDS
from tests.support.round_life import Chat

pytestmark = pytest.mark.timeout(240)


async def test_everything_is_read_once_however_the_bot_is_killed(tmp_path: Path) -> None:
    figures = await killed(tmp_path, lives=2, seconds=200, seed=3)
    assert figures.intents.total() >= 2
    assert figures.kills.total() >= 1
    assert not figures.wrong


async def test_lives_that_are_cut_off_again_and_again_are_as_if_nothing_had_happened(
    tmp_path: Path, judged: None
) -> None:
    figures = await cut_off(tmp_path, kills=8, seconds=60, seed=5)
    assert figures.kills.total() >= 8
    assert set(figures.kills) == {"round", "talk"}
    assert figures.wrong == []


async def test_the_end_of_a_conversation_may_be_cut_off_anywhere(
    tmp_path: Path, judged: None
) -> None:
    (talk,) = (kind for kind in KINDS if kind.name == "talk")
    calm, again, figures = tmp_path / "calm", tmp_path / "again", Figures()
    calm.mkdir()
    again.mkdir()
    *_, closed = await lived(talk, calm)
    life = talk.born(again)
    await at_each(talk, life, [closed], figures, lambda: False)
    life.store.close()
    assert figures.kills.total() >= 20
    assert figures.wrong == []


async def test_a_message_that_is_posted_twice_is_found(
    tmp_path: Path, judged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Chat.post

    async def blind(
        chat: Chat, place: Place, reply: Reply, key: str, in_doubt: bool = False
    ) -> Receipt:
        return await post(chat, place, reply, key, in_doubt=False)

    monkeypatch.setattr(Chat, "post", blind)
    figures = await cut_off(tmp_path, kills=25, seconds=60, seed=5)
    assert figures.wrong
