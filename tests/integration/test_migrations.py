"""What an older version wrote is still there after an upgrade."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlmodel import select

from knowledge.cases import late_answers
from knowledge.cases.tables import CaseReview
from knowledge.database.store import MIGRATIONS, Store


def older(file: Path, revision: str) -> None:
    """A database as an earlier release left it, with one question and what it found."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(f"sqlite:///{file}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(
            text(
                "INSERT INTO question (id, account_key, text, language, people_only, visibility, "
                "state, confidence, score, asked_at) VALUES (7, 'chat:W:ana', 'Who?', 'en', 0, "
                "'PRIVATE', 'OPEN', 'none', 0, '2026-11-01 00:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO match (id, question_id, rank, score, reasons, model_id) "
                "VALUES (1, 7, 0, 0.5, '[]', 'm')"
            )
        )


def test_questions_and_what_they_found_outlive_the_upgrade(tmp_path: Path) -> None:
    older(tmp_path / "crosswalk.db", "0001")
    store = Store(f"sqlite:///{tmp_path}/crosswalk.db")
    store.migrate()
    found = store.read(
        lambda session: (
            session.connection()
            .exec_driver_sql(
                "SELECT question.id, question.event_id, match.id FROM question "
                "JOIN match ON match.question_id = question.id"
            )
            .one()
        )
    )
    assert tuple(found) == (7, None, 1)
    made = store.read(
        lambda session: (
            session.connection()
            .exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'question'")
            .scalar_one()
        )
    )
    assert "AUTOINCREMENT" in made  # a number is never given twice
    store.close()


def test_published_cases_get_a_review_and_old_changes_are_no_news(tmp_path: Path) -> None:
    older(tmp_path / "crosswalk.db", "0002")
    with create_engine(f"sqlite:///{tmp_path}/crosswalk.db").begin() as connection:
        connection.execute(text("INSERT INTO case_source VALUES (1, 'A', '', '', '', 'en')"))
        for number, state in ((1, "PUBLISHED"), (2, "DRAFT")):
            connection.execute(
                text(
                    "INSERT INTO case_snippet (id, key, source_id, title, text, language, place, "
                    "country, organisation, topics, state, reason, content_hash, sample, added_at, "
                    "reviewed_at, updated_at) VALUES (:number, :number, 1, 't', 'x', 'en', '', '', "
                    "'', '[]', :state, '', 'h', 0, '2026-01-01 00:00:00', '2026-02-01 00:00:00', "
                    "'2026-02-01 00:00:00')"
                ),
                {"number": number, "state": state},
            )
        connection.execute(
            text("INSERT INTO library_change (seq, case_id, at) VALUES (5, 1, '2026-02-01')")
        )
    store = Store(f"sqlite:///{tmp_path}/crosswalk.db")
    store.migrate()
    reviews = store.read(lambda session: list(session.exec(select(CaseReview)).all()))
    assert [(row.case_id, row.next_at.date().isoformat()) for row in reviews] == [(1, "2026-05-02")]
    assert store.read(late_answers.cursor) == late_answers.Pass(5, 5, 0)
    store.close()
