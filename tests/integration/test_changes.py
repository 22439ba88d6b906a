"""Of two that take a row from one state, one does."""

import re
from pathlib import Path

import knowledge
from knowledge.cases.tables import Call
from knowledge.database.changes import advance
from knowledge.database.columns import utc_now
from knowledge.database.store import Store
from knowledge.vocabulary import CallState


def a_call(store: Store) -> int:
    def write(session) -> int:  # type: ignore[no-untyped-def]
        row = Call(text="Who has linked registers?")
        session.add(row)
        session.flush()
        return row.id or 0

    return store.write(write)


def test_the_quicker_one_takes_it_and_the_other_hears_so(store: Store) -> None:
    number = a_call(store)

    def close(session) -> bool:  # type: ignore[no-untyped-def]
        return advance(
            session, Call, number, CallState.OPEN, state=CallState.CLOSED, closed_at=utc_now()
        )

    assert [store.write(close), store.write(close)] == [True, False]


def test_what_the_session_holds_is_written_first_and_read_anew(store: Store) -> None:
    number = a_call(store)

    def both(session) -> tuple[str, CallState]:  # type: ignore[no-untyped-def]
        row = session.get(Call, number)
        row.text = "Who has linked two registers?"
        advance(session, Call, number, (CallState.OPEN,), state=CallState.CLOSED)
        return row.text, row.state

    assert store.write(both) == ("Who has linked two registers?", CallState.CLOSED)


def test_a_row_that_is_not_there_is_not_taken(store: Store) -> None:
    assert not store.write(
        lambda session: advance(session, Call, 99, CallState.OPEN, state=CallState.CLOSED)
    )


def test_nobody_writes_it_by_hand() -> None:
    root = Path(knowledge.__file__).parent
    by_hand = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if re.search(r"\.execute\(\s*update\((?:(?!\n\n).)*\.rowcount", file.read_text(), re.DOTALL)
    }
    # The inbox and the outbox keep to the connection, on the way of every answer; a schedule is
    # there or not, whatever it says.
    assert by_hand == {
        "database/changes.py",
        "messaging/inbox.py",
        "messaging/deliveries.py",
        "exchange/prompts.py",
    }
