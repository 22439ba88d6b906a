"""What is held about somebody: shown, exported, erased."""

import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Awaitable, Iterator

import pytest
from sqlmodel import Session, select

from bot.contract import FILES_LIMIT, Audience, Person, Reply, markup
from bot.core.errors import UserFacingError
from bot.features.personal_data.service import packed
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.database.store import Store
from knowledge.members import members
from knowledge.members.tables import Account, AuditEntry, ClaimCode, Consent, Member, Need, Offer
from knowledge.members.views import MemberDraft, MemberView
from knowledge.questions.tables import Match, Question
from knowledge.text import passages
from knowledge.text.tables import Passage, Vector
from knowledge.vocabulary import CaseState, Community, Confidence
from tests.support.people import Town, person

ANA = person("ana", "Ana Ruiz")
BEN = person("ben", "Ben Okoro")
TABLES = (Member, Account, Consent, Offer, Need, Question, Match, ClaimCode, Passage, Vector)


@pytest.fixture
def town(store: Store) -> Iterator[Town]:
    database = Database(store)
    yield Town(database)
    database.close()


def member(store: Store, who: Person) -> MemberView:
    found = store.read(
        lambda session: members.by_account(session, who.platform, who.workspace, who.user_id)
    )
    assert found is not None
    return found


def ask(session: Session, asker: int | None, key: str, text: str) -> int:
    row = Question(
        asker_id=asker,
        account_key=key,
        text=text,
        language="en",
        confidence=Confidence.NONE,
        score=0.0,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def write_case(session: Session, author: int, key: str, text: str, *, publish: bool = True) -> int:
    draft = CaseDraft(key, f"Title {key}", text, SourceView("A source"))
    return cases.add(session, draft, publish=publish, author_id=author).id


def everything(reply: Reply) -> str:
    parts = [reply.text]
    for card in reply.cards:
        parts += [card.title, card.body, *(f"{fact.label} {fact.value}" for fact in card.facts)]
    return markup.plain("\n".join(parts))


def counts(store: Store) -> dict[str, int]:
    return store.read(
        lambda session: {table.__name__: len(session.exec(select(table)).all()) for table in TABLES}
    )


async def refusal(awaitable: Awaitable[object]) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        await awaitable
    return caught.value


async def settle(town: Town, store: Store) -> None:
    """Ana with everything that can be held about somebody, and Ben beside her."""
    await town.join(ANA)
    await town.join(BEN)
    await town.submit(
        ANA,
        "profile.edit",
        "topics",
        {"offer_1": "data contracts", "need_1": "scanner data", "contact": "ana@example.org"},
    )
    await town.say(BEN, 'offer "data contracts"')
    await town.say(ANA, "consent be_expert yes")
    await town.say(ANA, "claim")
    ana, ben = member(store, ANA).id, member(store, BEN).id

    def write(session: Session) -> None:
        ask(session, ana, ANA.key, "How did ANA ask this?")
        theirs = ask(session, ben, BEN.key, "How did BEN ask this?")
        session.add(
            Match(question_id=theirs, rank=1, member_id=ana, score=0.5, reasons=[], model_id="m")
        )
        texts = session.exec(select(Passage.text_hash)).all()
        import numpy as np

        hashes = sorted(set(texts))
        passages.put_vectors(session, "m", hashes, np.ones((len(hashes), 4), dtype=np.float32))

    store.write(write)


async def test_show_names_everything_that_is_held(town: Town, store: Store) -> None:
    await settle(town, store)
    text = everything(await town.say(ANA, "data show"))
    for held in (
        "Ana Ruiz",
        "ana@example.org",
        "data contracts",
        "scanner data",
        "How did ANA ask this?",
        "Be shown as an expert: yes",
        members.CONSENT_TEXT,
        "account ana",
        "One claim code",
        "under one answer",
    ):
        assert held in text
    assert "BEN" not in text


async def test_export_reads_back_as_json(town: Town, store: Store) -> None:
    await settle(town, store)
    await town.say(ANA, 'offer "nasty \\ **{x}** _y_ [a](https://b.example) > - 1."')
    reply = await town.say(ANA, "data export")
    (file,) = reply.files
    assert file.name in markup.plain(reply.text)
    assert reply.audience is Audience.PRIVATE
    document = json.loads(file.data)
    held = member(store, ANA)
    assert document["member"]["contact_line"] == "ana@example.org"
    assert document["member"]["offers"] == list(held.offers)
    assert document["member"]["consents"] == ["be_expert"]
    assert document["consents"][0]["text_version"] == members.CONSENT_TEXT
    assert document["accounts"][0]["user_id"] == "ana"
    assert [question["text"] for question in document["questions"]] == ["How did ANA ask this?"]


def test_an_export_too_large_for_a_message_is_zipped_or_refused() -> None:
    file = packed("x" * (FILES_LIMIT + 1), "data")
    assert file.name == "data.zip"
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.read("data.json") == b"x" * (FILES_LIMIT + 1)
    incompressible = random.Random(7).randbytes(3 * FILES_LIMIT).hex()
    with pytest.raises(UserFacingError, match="export_too_large"):
        packed(incompressible, "data")


async def test_a_stranger_is_told_that_nothing_is_held(town: Town) -> None:
    assert "Nothing is stored" in (await town.say(ANA, "data show")).text
    assert "Nothing is stored" in (await town.say(ANA, "data erase")).text
    export = await town.say(ANA, "data export")
    assert "Nothing is stored" in export.text
    assert not export.files


async def test_whoever_only_asked_sees_and_erases_their_questions(town: Town, store: Store) -> None:
    store.write(lambda session: ask(session, None, ANA.key, "ANA asked in passing"))
    store.write(lambda session: ask(session, None, BEN.key, "BEN asked in passing"))
    text = everything(await town.say(ANA, "data show"))
    assert "ANA asked" in text
    assert "BEN asked" not in text
    asked = await town.say(ANA, "data erase")
    assert (await refusal(town.press(BEN, "data.erase", asked.buttons[0].subject))).code
    await town.press(ANA, "data.erase", asked.buttons[0].subject)
    left = store.read(lambda session: list(session.exec(select(Question.text)).all()))
    assert left == ["BEN asked in passing"]


async def test_erasing_takes_two_steps_and_leaves_nothing_but_a_number(
    town: Town, store: Store
) -> None:
    await settle(town, store)
    ana = member(store, ANA)
    await town.stewarding.reject_member("console:W:ana", ana.id, "Ana Ruiz wrote to me")
    before = store.read(passages.last_change)
    asked = await town.say(ANA, "data erase")
    assert member(store, ANA).name == "Ana Ruiz"
    assert (await refusal(town.press(BEN, "data.erase", asked.buttons[0].subject))).code
    await town.say(ANA, "data erase everything")
    assert counts(store) == {
        "Member": 1,
        "Account": 1,
        "Consent": 0,
        "Offer": 1,
        "Need": 0,
        "Question": 1,
        "Match": 0,
        "ClaimCode": 0,
        "Passage": 2,
        "Vector": 2,
    }
    changed = store.read(lambda session: passages.changes_since(session, before))[1]
    assert ana.id in changed
    acts = store.read(lambda session: list(session.exec(select(AuditEntry)).all()))
    assert {(act.actor, act.subject, act.detail) for act in acts} == {
        (f"member:{ana.id}", f"member:{ana.id}", "")
    }


async def test_no_table_holds_a_word_of_an_erased_person(town: Town, store: Store) -> None:
    await town.join(ANA, name="Xochitl Quetzal", organisation="Quetzaltown")
    await town.submit(
        ANA, "profile.edit", "topics", {"offer_1": "quetzal data", "contact": "x@quetzal.example"}
    )
    number = member(store, ANA).id
    store.write(lambda session: ask(session, number, ANA.key, "What do quetzals do?"))
    store.write(lambda session: write_case(session, number, "a", "By Xochitl Quetzal herself"))
    await town.say(ANA, "data erase everything")
    assert store.file is not None
    with sqlite3.connect(store.file) as connection:
        dump = "\n".join(connection.iterdump()).casefold()
    connection.close()
    assert "quetzal" not in dump
    assert "console:w:ana" not in dump


@pytest.mark.parametrize("quoted", [True, False])
async def test_cases_stay_without_their_author(town: Town, store: Store, quoted: bool) -> None:
    await town.join(ANA)
    if quoted:
        await town.say(ANA, "consent be_quoted yes")
    number = member(store, ANA).id
    plain = store.write(lambda session: write_case(session, number, "plain", "The city did it."))
    named = store.write(lambda session: write_case(session, number, "named", "Ana Ruiz did it."))
    draft = store.write(
        lambda session: write_case(session, number, "draft", "Not yet.", publish=False)
    )
    await town.say(ANA, "data erase everything")

    def standing(session: Session) -> dict[int, tuple[CaseState, int | None]]:
        rows = session.exec(select(CaseSnippet)).all()
        return {row.id or 0: (row.state, row.author_id) for row in rows}

    left = store.read(standing)
    assert left[plain] == (CaseState.PUBLISHED, None)
    assert (named in left) is quoted
    assert draft not in left


async def test_an_erased_person_does_not_come_back_by_file(town: Town, store: Store) -> None:
    draft = MemberDraft(key="row-7", name="Ana", community=Community.CITY)
    (outcome,) = await town.stewarding.import_members("cli", [draft])
    assert outcome.id is not None
    await town.privacy.erase_member("cli", outcome.id)
    (again,) = await town.stewarding.import_members("cli", [draft])
    assert again.outcome == "erased"
    assert counts(store)["Member"] == 0
