"""What an older version wrote is still there after an upgrade."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from knowledge.store import MIGRATIONS, Store


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
