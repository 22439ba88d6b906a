"""What the core does for a platform like Discord: one account everywhere, titles, gaps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Core, build
from bot.contract import Person, Place, PlaceKind, Reply, Said
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.messaging import inbox
from tests.support.fake_encoder import HashEncoder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORUM = Place("discord", "1", "2", "3", PlaceKind.THREAD, private=False)


@pytest.fixture
def wired(store: Store) -> Iterator[Core]:
    """A core whose settings name one steward of a server."""
    settings = Settings(_env_file=None, stewards="discord:111:222")  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=lambda: NOW)
    yield core
    core.close()


async def says(
    core: Core, user: str, text: str, title: str = "", addressed: bool = True
) -> Reply | None:
    act = Said(
        event_id="1",
        person=Person("discord", "", user, "Ana"),
        place=FORUM,
        in_place=False,
        text=text,
        title=title,
        addressed=addressed,
    )
    reply = await core.dispatcher.handle(act)
    assert reply is None or isinstance(reply, Reply)
    return reply


async def test_a_steward_of_a_server_is_one_in_every_server(wired: Core) -> None:
    queue, refused = await says(wired, "222", "queue"), await says(wired, "111", "queue")
    assert queue is not None
    assert refused is not None
    assert queue.text != refused.text
    assert "steward" in refused.text


async def test_who_only_names_the_bot_asks_what_the_title_says(wired: Core) -> None:
    titled, same = await says(wired, "5", "", "version"), await says(wired, "5", "version")
    assert titled is not None
    assert same is not None
    assert titled.text == same.text


async def test_what_is_not_said_to_the_bot_is_not_answered(wired: Core) -> None:
    assert await says(wired, "5", "version", addressed=False) is None


def test_the_newest_act_of_a_platform_is_known(store: Store, tmp_path: Path) -> None:
    later = NOW.replace(hour=13)
    store.write(lambda session: inbox.claim(session, "discord", "1", "{}", NOW))
    store.write(lambda session: inbox.claim(session, "discord", "2", "{}", later))
    store.write(lambda session: inbox.claim(session, "slack", "3", "{}", later.replace(hour=14)))
    assert store.read(lambda session: inbox.newest(session, "discord")) == later
    assert store.read(lambda session: inbox.newest(session, "console")) is None
