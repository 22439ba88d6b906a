"""Who can read what: words planted in every private text, and all that leaves the core searched.

Each secret is one word that stands nowhere else. `SECRETS` says who wrote it where and who may
read it; then everybody asks, looks and presses whatever there is, and the word must have come to
exactly those people: in no other message, home page, room, log, figure or reply.
"""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stderr
from dataclasses import dataclass

import pytest
import structlog

from bot import logs
from bot.app import build
from bot.settings import Settings
from knowledge.search import confidence
from tests.support.community import OF_THE_FAKE
from tests.support.databases import database_in
from tests.support.fake_encoder import HashEncoder
from tests.support.overhearing import Crowd
from tests.support.people import Clock
from tests.support.secrets_planted import STA, World, word

EVERYBODY = frozenset({"*"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Secret:
    """A word, what it stands in, and who may read it: user ids, `#room`, or everybody."""

    what: str
    readers: frozenset[str]

    @property
    def word(self) -> str:
        return word(self.what)


def of(*readers: str) -> frozenset[str]:
    return frozenset(readers)


# Ana and Bo are in a bridged conversation, Ana and Cat in a room; Sta is the steward.
SECRETS = (
    Secret("question by slash command", of("ana")),
    Secret("question in a direct message", of("ana")),
    Secret("question of the form", of("ana")),
    Secret("question said in a channel to be answered in private", of("ana")),
    Secret("question in other words", of("ana")),
    Secret("question that was withdrawn", of("ana")),
    Secret("search for an expert", of("ana")),
    Secret("question in a quiet channel", NOBODY),
    Secret("question in a closed channel", of("ana")),
    Secret("question that the database refuses", NOBODY),
    Secret("question of somebody who is no member", of("xen")),
    Secret("question of somebody who erased it", of("mia")),
    # Its words stand in the room by its asker; the bot does not repeat them there.
    Secret("public question", of("cat", "pia")),
    Secret("private question that was shared", EVERYBODY),
    Secret("name of who shared it without a name", of("sue", "sta")),
    Secret("name of who voted", of("vic")),
    Secret("topic of a conversation", of("ana", "bo")),
    Secret("line of the first", of("ana", "bo")),
    Secret("line of the second", of("ana", "bo")),
    Secret("line put in other words", of("ana", "bo")),
    Secret("line taken back", of("ana")),
    Secret("line while a platform was down", of("ana", "bo")),
    Secret("file in a conversation", of("ana", "bo")),
    Secret("line in a room", of("ana", "cat")),
    Secret("line of somebody outside", of("dan")),
    Secret(
        "offer of an expert",
        of("ana", "bo", "cat", "dan", "hid", "mia", "pia", "shy", "sta", "sue", "val"),
    ),
    Secret("name without consent", of("hid", "sta")),
    Secret("organisation without consent", of("hid", "sta")),
    Secret("rare role without consent", of("hid", "sta")),
    Secret("profile without consent", of("hid", "sta")),
    Secret("need", of("hid", "sta")),
    Secret("contact line without consent", of("hid")),
    Secret("contact line of a named expert", of("bo")),
    Secret("offer of who is no expert", of("shy", "sta")),
    Secret("profile of who waits for approval", of("una", "sta")),
    Secret("name of who was invited", of("sta")),
    Secret("profile of who left", of("lef", "sta")),
    Secret("profile of who erased it", of("mia")),
    Secret("reason for turning somebody down", of("uma", "sta")),
    Secret("title of a draft", of("val", "sta")),
    Secret("text of a draft", of("val", "sta")),
    Secret("source of a draft", of("val", "sta")),
    Secret("draft that was rejected", of("val", "sta")),
    Secret("reason for rejecting a draft", of("val", "sta")),
    Secret("reason for retiring a case", of("sta")),
    Secret("message saved as case", of("val")),
    # Kim asks, Leo declines, Nia accepts; Ida and Ole are paired.
    Secret("question before it is handed over", of("kim")),
    Secret("question that is handed over", of("kim", "leo", "nia")),
    Secret("context of a request", of("kim", "leo", "nia")),
    Secret("name of who asks for an introduction", of("kim", "nia", "sta")),
    Secret("name of who declines", of("leo", "sta")),
    Secret("name that was suggested in vain", of("leo")),
    Secret("reason for declining", NOBODY),
    Secret("line of an asker", of("kim", "nia")),
    Secret("line of an expert that is not released", of("kim", "nia")),
    Secret("name of who accepts, not to be quoted", of("kim", "nia", "sta")),
    Secret("words that an author released", of("kim", "nia", "sta")),
    Secret("name of who is avoided", of("sta")),
    Secret("problem in a check-in", of("ida")),
    Secret("tried in a check-in", of("ida")),
    Secret("worked in a check-in", of("ida")),
    Secret("report of a group", of("sta")),
)


@dataclass(frozen=True)
class Evidence:
    """What came out: by reader what they could read, the log, and what the server tells."""

    crowd: Crowd
    planted: set[str]
    log: str
    figures: str

    def readers(self, secret: Secret) -> set[str]:
        return {each.reader for each in self.crowd.heard if secret.word in each.text}


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """What came out when all of it had happened."""
    folder = tmp_path_factory.mktemp("flow")
    store = database_in(folder)
    written, clock = io.StringIO(), Clock()
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(written):
        patch.setattr(confidence, "calibrations", lambda: {"*": OF_THE_FAKE})
        patch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
        logs.configure("json", "DEBUG")
        trusted = frozenset({STA.key})
        core = build(settings, store, HashEncoder(), clock=clock, stewards=trusted)
        world = World(core, clock)
        try:
            figures = asyncio.run(world.walk())
        finally:
            core.close()
            structlog.reset_defaults()
    return Evidence(world.crowd, world.planted, written.getvalue(), figures)


def test_every_secret_was_planted_and_no_word_stands_in_another(evidence: Evidence) -> None:
    assert evidence.planted == {secret.what for secret in SECRETS}
    words = [secret.word for secret in SECRETS]
    assert len(set(words)) == len(words)
    assert not [(one, two) for one in words for two in words if one != two and one in two]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.what)
def test_it_is_read_by_those_who_may_and_by_nobody_else(evidence: Evidence, secret: Secret) -> None:
    readers = evidence.readers(secret)
    if secret.readers == EVERYBODY:
        assert "#town" in readers
    else:
        assert readers == secret.readers


def test_the_log_has_its_lines_and_none_of_the_words(evidence: Evidence) -> None:
    for happened in ("An act failed.", "A delivery failed.", "ready"):
        assert happened in evidence.log
    assert [secret.what for secret in SECRETS if secret.word in evidence.log] == []


def test_figures_for_operators_have_none_of_the_words(evidence: Evidence) -> None:
    assert "crosswalk_deliveries" in evidence.figures
    assert '"outbox"' in evidence.figures
    assert [secret.what for secret in SECRETS if secret.word in evidence.figures] == []
