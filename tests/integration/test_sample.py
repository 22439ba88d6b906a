"""The sample community: twice is once, and never mixed with real people."""

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from bot.cli.sample import SampleRefused, load_sample
from knowledge.cases import cases
from knowledge.cases.tables import CaseSnippet
from knowledge.database.store import Store
from knowledge.members import members
from knowledge.members.tables import Member
from knowledge.text import passages
from knowledge.text.tables import Passage
from knowledge.vocabulary import CaseState, Community, MemberStatus, Purpose
from tests.support.community import Room, admit, case_cards, expert, people_cards, person


def rows(store: Store, table: type[SQLModel]) -> int:
    return store.read(lambda s: s.scalar(select(func.count()).select_from(table)) or 0)


def test_loading_twice_changes_nothing(store: Store) -> None:
    first = store.write(load_sample)
    assert first.cases >= 80
    assert first.members >= 48
    counts = [rows(store, table) for table in (CaseSnippet, Member, Passage)]
    seq = store.read(passages.last_change)
    again = store.write(load_sample)
    assert (again.cases, again.members) == (0, 0)
    assert [rows(store, table) for table in (CaseSnippet, Member, Passage)] == counts
    assert store.read(passages.last_change) == seq


def test_everything_is_marked_as_a_sample(store: Store) -> None:
    store.write(load_sample)
    published = store.read(lambda session: cases.listed(session, CaseState.PUBLISHED))
    assert len(published) == rows(store, CaseSnippet)
    assert all(case.sample for case in published)
    everyone = store.read(lambda session: members.listed(session, list(MemberStatus)))
    assert all(member.invented for member in everyone)
    assert {member.status for member in everyone} == {MemberStatus.ACTIVE}
    assert {Community.CITY, Community.NATIONAL} <= {member.community for member in everyone}
    assert any(Purpose.BE_NAMED not in member.consents for member in everyone)


@pytest.mark.parametrize("status", list(MemberStatus))
def test_invented_people_stay_away_from_a_real_one(store: Store, status: MemberStatus) -> None:
    admit(store, expert("Bea", "open data"), status=status)
    with pytest.raises(SampleRefused, match="--cases-only"):
        store.write(load_sample)
    assert (rows(store, CaseSnippet), rows(store, Member)) == (0, 1)


def test_the_cases_alone_come_in_beside_real_people(store: Store) -> None:
    admit(store, expert("Bea", "open data"))
    loaded = store.write(lambda session: load_sample(session, cases_only=True))
    assert loaded.cases >= 80
    assert loaded.members == 0
    assert rows(store, Member) == 1
    assert store.write(lambda s: load_sample(s, cases_only=True)).cases == 0


def test_a_case_that_a_steward_retired_stays_retired(store: Store) -> None:
    store.write(load_sample)
    store.write(lambda session: cases.set_state(session, 1, CaseState.RETIRED))
    assert store.write(load_sample).cases == 0
    found = store.read(lambda session: cases.get(session, 1))
    assert found is not None
    assert found.state is CaseState.RETIRED


def test_a_real_member_who_joins_later_is_not_invented(store: Store) -> None:
    store.write(load_sample)
    admit(store, expert("Bea", "open data"))
    query = select(func.count()).select_from(Member).where(col(Member.invented).is_(False))
    assert store.read(lambda session: session.scalar(query)) == 1
    with pytest.raises(SampleRefused, match="--cases-only"):
        store.write(load_sample)


async def test_the_sample_answers_in_words_of_its_own(store: Store, room: Room) -> None:
    store.write(load_sample)
    asker = person("asker", "es")
    admit(store, expert("Asker", consents=()), asker)
    spanish = select(col(CaseSnippet.title)).where(col(CaseSnippet.language) == "es")
    title = store.read(lambda session: session.scalars(spanish).first())
    assert title
    reply = await room.say(asker, title)
    assert case_cards(reply)[0].title == title
    for card in people_cards(reply):
        assert card.body
