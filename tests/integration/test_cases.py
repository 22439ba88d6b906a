"""Case snippets in the store: brought in once, changed where they stand, found by their parts."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel, col

from knowledge.cases import cases
from knowledge.cases.cases import Outcome
from knowledge.cases.tables import CaseSnippet, CaseSource
from knowledge.cases.views import CaseView, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.store import Store
from knowledge.text import passages
from knowledge.text.tables import Passage
from knowledge.vocabulary import CaseState, LegalBasis, PassageKind
from tests.support.community import case

DRAFT = case(
    "Chart for each department",
    "Each department got a chart. It took a week.",
    facts=CircumstancesView(legal_basis=LegalBasis.AGREEMENT),
)
LONG = case(
    "Handbook of the harbour",
    "\n\n".join(
        f"Chapter {number} tells how the harbour office counted ships in the year {1900 + number}. "
        f"It needed {number} clerks and a boat. The figures went to the capital by train."
        for number in range(1, 60)
    ),
)


def get(store: Store, number: int) -> CaseView:
    found = store.read(lambda session: cases.get(session, number))
    assert found is not None
    return found


def rows(store: Store, table: type[SQLModel]) -> int:
    return store.read(lambda s: s.scalar(select(func.count()).select_from(table)) or 0)


def pieces(store: Store, number: int) -> list[tuple[PassageKind, str]]:
    def body(session: Session) -> list[tuple[PassageKind, str]]:
        found = session.execute(
            select(col(Passage.kind), col(Passage.text))
            .where(col(Passage.case_id) == number)
            .order_by(col(Passage.kind).desc(), col(Passage.ordinal))
        )
        return [(kind, text) for kind, text in found]

    return store.read(body)


def test_what_comes_in_is_a_draft_with_all_that_was_told(store: Store) -> None:
    added = store.write(lambda session: cases.add(session, DRAFT))
    assert added.outcome is Outcome.ADDED
    view = get(store, added.id)
    assert view.state is CaseState.DRAFT
    assert view.published_at is None
    assert cases.draft_of(view) == DRAFT


def test_the_same_twice_changes_nothing(store: Store) -> None:
    first = store.write(lambda session: cases.add(session, DRAFT))
    before = get(store, first.id)
    seq = store.read(passages.last_change)
    again = store.write(lambda session: cases.add(session, DRAFT))
    assert again == cases.Added(first.id, Outcome.SAME)
    assert get(store, first.id) == before
    assert store.read(passages.last_change) == seq
    assert (rows(store, CaseSnippet), rows(store, CaseSource)) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Each department got two charts."},
        {"title": "Charts for all"},
        {"source": SourceView("Another report", "https://example.org/other")},
        {"topics": ("value",)},
        {"circumstances": CircumstancesView(legal_basis=LegalBasis.STATUTE)},
    ],
)
def test_other_words_change_the_case_and_send_it_back_to_review(
    store: Store, change: dict[str, object]
) -> None:
    first = store.write(lambda session: cases.add(session, DRAFT, publish=True))
    other = replace(DRAFT, **change)  # type: ignore[arg-type]
    again = store.write(lambda session: cases.add(session, other))
    assert again == cases.Added(first.id, Outcome.CHANGED)
    view = get(store, first.id)
    assert view.state is CaseState.DRAFT
    assert cases.draft_of(view) == other
    assert rows(store, CaseSource) == 1


def test_a_steward_who_vouches_publishes_what_waited(store: Store) -> None:
    first = store.write(lambda session: cases.add(session, DRAFT))
    again = store.write(lambda session: cases.add(session, DRAFT, publish=True))
    assert again == cases.Added(first.id, Outcome.CHANGED)
    assert get(store, first.id).state is CaseState.PUBLISHED


@pytest.mark.parametrize("state", [CaseState.REJECTED, CaseState.RETIRED])
def test_what_was_turned_down_does_not_come_back_by_the_same_file(
    store: Store, state: CaseState
) -> None:
    first = store.write(lambda session: cases.add(session, DRAFT))
    store.write(lambda session: cases.set_state(session, first.id, state, "out of date"))
    again = store.write(lambda session: cases.add(session, DRAFT, publish=True))
    assert again.outcome is Outcome.SAME
    assert get(store, first.id).state is state


def test_editing_keeps_state_and_dates(store: Store) -> None:
    first = store.write(lambda session: cases.add(session, DRAFT, publish=True))
    before = get(store, first.id)
    store.write(lambda session: cases.edit(session, first.id, replace(DRAFT, title="New title")))
    after = get(store, first.id)
    assert (after.state, after.published_at) == (CaseState.PUBLISHED, before.published_at)
    assert after.title == "New title"
    assert "New title" in [text for _, text in pieces(store, first.id)]
    assert DRAFT.title not in [text for _, text in pieces(store, first.id)]


def test_a_long_text_is_cut_and_each_part_says_what_it_is_about(store: Store) -> None:
    number = store.write(lambda session: cases.add(session, LONG)).id
    (title, *bodies) = pieces(store, number)
    assert title == (PassageKind.TITLE, LONG.title)
    assert len(bodies) > 3
    assert all(kind is PassageKind.BODY for kind, _ in bodies)
    assert all(text.startswith(f"{LONG.title}\n") for _, text in bodies[1:])
    together = " ".join(text.removeprefix(f"{LONG.title}\n") for _, text in bodies)
    for number in range(1, 60):
        assert f"Chapter {number} tells" in together


def test_one_broken_case_in_a_unit_leaves_nothing_behind(store: Store) -> None:
    def body(session: Session) -> None:
        cases.add(session, DRAFT)
        raise OSError("the file could not be read to its end")

    with pytest.raises(OSError, match="to its end"):
        store.write(body)
    assert (rows(store, CaseSnippet), rows(store, CaseSource), rows(store, Passage)) == (0, 0, 0)


def test_the_newest_are_listed_first_by_state(store: Store) -> None:
    numbers = [
        store.write(lambda session, n=n: cases.add(session, case(f"Case {n}"), publish=n != 2)).id  # type: ignore[misc]
        for n in range(4)
    ]
    listed = store.read(lambda session: cases.listed(session, CaseState.PUBLISHED))
    assert [view.id for view in listed] == [numbers[3], numbers[1], numbers[0]]
    assert store.read(lambda session: cases.count(session, CaseState.DRAFT)) == 1
    part = store.read(lambda s: cases.listed(s, CaseState.PUBLISHED, limit=1, offset=1))
    assert [view.id for view in part] == [numbers[1]]


def test_unknown_numbers_are_left_out_and_the_order_is_kept(store: Store) -> None:
    a, b = (store.write(lambda s, t=t: cases.add(s, case(t))).id for t in "AB")  # type: ignore[misc]
    found = store.read(lambda session: cases.get_many(session, [b, 99, a]))
    assert [view.id for view in found] == [b, a]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=200), text=st.text(max_size=2_000))
def test_any_words_come_back_as_they_went_in(store: Store, title: str, text: str) -> None:
    draft = case("x", "y", key="any words")
    draft = replace(draft, title=title, text=text)
    number = store.write(lambda session: cases.add(session, draft)).id
    view = get(store, number)
    assert (view.title, view.text) == (title, text)
