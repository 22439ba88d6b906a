"""What an operator types, in processes of their own: `python -m bot ...`."""

import csv
import io
import json
import re
import sqlite3
from pathlib import Path

import pytest

from bot.settings import example
from knowledge.cases import cases
from knowledge.database.store import Store
from knowledge.vocabulary import CaseState
from tests.support import files
from tests.support.community import case, publish
from tests.support.processes import crosswalk, refusal, works

TEXT = (
    "The data office sends each department a chart of its own records every month. "
    "Departments began to share after the second chart. It took one analyst a week."
)
PEOPLE = (
    "key,name,community,role,country,languages,offers\n"
    "ana,Ana Ruiz,CITY,Chief Data Officer,MX,es;en,open data licensing\n"
    "bo,Bo Berg,NATIONAL,Statistician,SE,en,sensor data\n"
    "cy,,CITY,Nobody,MX,es,\n"
)


def database(folder: Path) -> Store:
    """The database that the commands of a folder use, with its tables."""
    store = Store(f"sqlite:///{folder}/var/crosswalk.db")
    store.migrate()
    return store


def shelf(folder: Path) -> Path:
    """A folder with one good file of each kind, and a row and a file that are no good."""
    shelf = folder / "shelf"
    shelf.mkdir()
    (shelf / "cases.csv").write_text(
        f'title,text,level\nCharts by CSV,"{TEXT}",city\nMaps,"{TEXT}",village\n', "utf-8"
    )
    row = {"title": "Charts by JSON lines", "text": TEXT, "topics": ["value"]}
    (shelf / "cases.jsonl").write_text(json.dumps(row) + "\n{broken\n", "utf-8")
    (shelf / "charts.md").write_text(f"---\ntitle: Charts by Markdown\n---\n{TEXT}\n", "utf-8")
    body = f"<h1>Charts by HTML</h1><p>{TEXT}</p><p>{TEXT.replace('chart', 'map')}</p>"
    page = files.page_of_html(body, "<title>Charts by HTML</title>")
    (shelf / "charts.html").write_text(page, "utf-8")
    lines = TEXT.replace(". ", ".\n")
    (shelf / "charts.pdf").write_bytes(files.pdf_bytes([lines], "Charts by PDF"))
    files.docx_file(shelf / "charts.docx", [TEXT], "Charts by Word", "en")
    files.zip_bomb(shelf / "bomb.docx", megabytes=200)
    return shelf


def test_help_names_every_command(tmp_path: Path) -> None:
    said = works("--help", at=tmp_path).stdout
    for command in ("ask", "chat", "demo", "sample", "init", "model", "backup", "restore"):
        assert re.search(rf"\b{command}\b", said)
    for command in ("cases", "members", "evaluate"):
        assert command in said
    assert not list(tmp_path.iterdir())  # asking for help makes nothing


def test_init_writes_the_settings_and_a_claim_once(tmp_path: Path) -> None:
    first = works("init", at=tmp_path)
    assert (tmp_path / ".env").read_text("utf-8") == example()
    assert re.fullmatch(r"claim [A-Z0-9-]{8,}\n", first.stdout)
    (tmp_path / ".env").write_text("LOG_LEVEL=ERROR\n", "utf-8")
    again = works("init", at=tmp_path)
    assert (tmp_path / ".env").read_text("utf-8") == "LOG_LEVEL=ERROR\n"
    assert again.stdout != first.stdout
    assert (tmp_path / "var" / "crosswalk.db").is_file()


def test_a_dry_run_reads_every_kind_of_file_and_writes_nothing(tmp_path: Path) -> None:
    done = works("cases", "import", shelf(tmp_path), "--dry-run", at=tmp_path)
    assert "7 cases could be brought in, 2 could not." in done.stderr
    assert re.search(r"note .*cases\.csv, line 3: ", done.stderr)
    assert re.search(r"left out .*cases\.jsonl, line 2: ", done.stderr)
    assert re.search(r"left out .*bomb\.docx: ", done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()
    nothing = crosswalk(
        "cases", "import", tmp_path / "shelf" / "bomb.docx", "--dry-run", at=tmp_path
    )
    assert nothing.returncode == 1


@pytest.mark.model
def test_an_import_twice_changes_nothing_and_then_answers(tmp_path: Path) -> None:
    folder = shelf(tmp_path)
    first = works("cases", "import", folder, "--publish", at=tmp_path)
    assert "7 new, 0 changed, 0 known already." in first.stderr
    again = works("cases", "import", folder, "--publish", at=tmp_path)
    assert "0 new, 0 changed, 7 known already." in again.stderr
    # Those that say nearly the same as another wait for a steward, although we vouched.
    waiting = json.loads(works("cases", "queue", "--json", at=tmp_path).stdout)
    assert 2 <= len(waiting) <= 6
    assert all(isinstance(row["number"], int) for row in waiting)
    assert first.stderr.count("says nearly the same as case") == len(waiting)
    asked = works("ask", "How did departments begin to share?", "--json", at=tmp_path)
    answer = json.loads(asked.stdout)
    assert answer["confidence"] in {"strong", "related"}
    one = answer["cases"][0]
    assert not {case["title"] for case in answer["cases"]} & {row["title"] for row in waiting}
    assert one["best_sentence"] in one["excerpt"]
    assert {"title", "url", "date", "licence"} == set(one["source"])
    off = works("ask", "Where is the best pizza in town?", "--json", "--lang", "es", at=tmp_path)
    assert json.loads(off.stdout)["confidence"] == "none"
    assert json.loads(off.stdout)["cases"] == []
    told = works("ask", "Where is the best pizza in town?", "--lang", "es", at=tmp_path)
    assert "biblioteca" in told.stdout


def test_a_stewards_work_on_cases(tmp_path: Path) -> None:
    store = database(tmp_path)
    for title in ("Charts for departments", "Sensor data", "Old rules"):
        store.write(lambda session, title=title: cases.add(session, case(title)))  # type: ignore[misc]
    listed = works("cases", "queue", at=tmp_path).stdout
    assert re.findall(r"^ +(\d)  (.+)  \(", listed, re.MULTILINE) == [
        ("3", "Old rules"),
        ("2", "Sensor data"),
        ("1", "Charts for departments"),
    ]
    works("cases", "approve", "1", "2", at=tmp_path)
    works("cases", "reject", "3", "out of date", at=tmp_path)
    works("cases", "edit", "1", "--title", "Charts, improved", "--topic", "value", at=tmp_path)
    works("cases", "retire", "2", at=tmp_path)
    states = {n: store.read(lambda s, n=n: cases.get(s, n)) for n in (1, 2, 3)}  # type: ignore[misc]
    assert [case.state for case in states.values() if case] == [
        CaseState.PUBLISHED,
        CaseState.RETIRED,
        CaseState.REJECTED,
    ]
    (row,) = [
        json.loads(line) for line in works("cases", "export", at=tmp_path).stdout.splitlines()
    ]
    assert row["title"] == "Charts, improved"
    assert row["topics"] == ["value"]
    assert row["text"] == case("Charts for departments").text
    sheet = works("cases", "export", "--csv", "--state", "RETIRED", at=tmp_path).stdout
    assert [line["title"] for line in csv.DictReader(io.StringIO(sheet))] == ["Sensor data"]
    # What is written out can be read in.
    (tmp_path / "out.csv").write_text(sheet, "utf-8")
    done = works("cases", "import", "out.csv", "--dry-run", at=tmp_path)
    assert "1 cases could be brought in, 0 could not." in done.stderr
    late = refusal(crosswalk("cases", "approve", "3", at=tmp_path))
    assert "already rejected" in late
    assert "**" not in late
    assert "no case 99" in refusal(crosswalk("cases", "retire", "99", at=tmp_path))
    store.close()


def test_a_stewards_work_on_members(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    dry = works("members", "import", "people.csv", "--dry-run", at=tmp_path)
    assert "2 people could be invited, 1 could not." in dry.stderr
    assert "people.csv, line 4: " in dry.stderr
    assert not (tmp_path / "var").exists()
    assert "2 added" in works("members", "import", "people.csv", at=tmp_path).stderr
    assert "2 same" in works("members", "import", "people.csv", at=tmp_path).stderr
    listed = works("members", "list", at=tmp_path).stdout
    assert re.findall(r"(\d) +INVITED +(\w+) +(.+)", listed) == [
        ("2", "NATIONAL", "Bo Berg"),
        ("1", "CITY", "Ana Ruiz"),
    ]
    code = works("members", "code", "1", at=tmp_path).stdout
    assert re.fullmatch(r"claim [A-Z0-9-]{8,}\n", code)
    sheet = works("members", "export", at=tmp_path).stdout
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert [(row["key"], row["name"], row["languages"]) for row in rows] == [
        ("ana", "Ana Ruiz", "es;en"),
        ("bo", "Bo Berg", "en"),
    ]
    assert "contact_line" not in rows[0]
    assert "no member 9" in refusal(crosswalk("members", "approve", "9", at=tmp_path))


def test_a_backup_is_put_back_and_the_former_state_is_kept(tmp_path: Path) -> None:
    store = database(tmp_path)
    publish(store, case("Charts for departments"))
    store.close()
    written = works("backup", "copies/one.backup", at=tmp_path).stdout.strip()
    works("cases", "retire", "1", at=tmp_path)
    works("restore", written, at=tmp_path)
    store = database(tmp_path)
    found = store.read(lambda session: cases.get(session, 1))
    assert found is not None
    assert found.state is CaseState.PUBLISHED
    store.close()
    (kept,) = (tmp_path / "var").glob("*.before-restore")
    for secret in (tmp_path / written, tmp_path / "var" / "crosswalk.db", kept):
        assert not secret.stat().st_mode & 0o077, secret
    with sqlite3.connect(kept) as former:
        (state,) = former.execute("SELECT state FROM case_snippet").fetchone()
    former.close()
    assert state == "RETIRED"
    (tmp_path / "notes.txt").write_text("These are the minutes of a meeting. " * 200, "utf-8")
    before = (tmp_path / "var" / "crosswalk.db").read_bytes()
    assert "sound Crosswalk database" in refusal(crosswalk("restore", "notes.txt", at=tmp_path))
    assert "no file nowhere" in refusal(crosswalk("restore", "nowhere", at=tmp_path))
    assert (tmp_path / "var" / "crosswalk.db").read_bytes() == before


def test_what_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    listing = ("members", "list")
    (tmp_path / ".env").write_text("DATABASE_ULR=sqlite:///x.db\n", "utf-8")
    said = refusal(crosswalk(*listing, at=tmp_path))
    assert said.startswith("DATABASE_ULR in .env is not a setting of Crosswalk.")
    (tmp_path / ".env").unlink()
    near = {"DATABASE_URLS": "sqlite:///x.db"}
    assert "Did you mean DATABASE_URL?" in refusal(crosswalk(*listing, at=tmp_path, env=near))
    (tmp_path / "notes.db").write_text("These are the minutes of a meeting. " * 200, "utf-8")
    notes = {"DATABASE_URL": "sqlite:///notes.db"}
    said = refusal(crosswalk(*listing, at=tmp_path, env=notes))
    assert "not a sound Crosswalk database" in said
    store = database(tmp_path)
    with sqlite3.connect(tmp_path / "var" / "crosswalk.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num='9999'")
    connection.close()
    store.close()
    assert "newer version of Crosswalk" in refusal(crosswalk(*listing, at=tmp_path))


@pytest.mark.model
def test_a_missing_model_is_one_sentence_with_the_remedy(tmp_path: Path) -> None:
    missing = {"EMBEDDING_MODEL": str(tmp_path / "nothing-here")}
    done = crosswalk("ask", "How is data shared?", at=tmp_path, env=missing)
    assert "nothing-here" in refusal(done)


@pytest.mark.model
def test_a_conversation_by_pipe(tmp_path: Path) -> None:
    store = database(tmp_path)
    publish(store, case("Departments that refused to share data"))
    store.close()
    said = "departments that refused to share data\nstatus\nqueue\nquit\n"
    done = crosswalk("chat", "--lang", "en", at=tmp_path, said=said)
    assert done.returncode == 0, done.stderr
    assert "Departments that refused to share data" in done.stdout
    assert "One case can be found." in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.model
def test_the_sample_is_loaded_once_and_keeps_away_from_real_people(tmp_path: Path) -> None:
    first = works("sample", at=tmp_path)
    assert re.search(r"^\d{2,} cases and \d{2,} invented people are new", first.stderr)
    again = works("sample", at=tmp_path)
    assert "0 cases and 0 invented people are new." in again.stderr
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    works("members", "import", "people.csv", at=tmp_path)
    assert "--cases-only" in refusal(crosswalk("sample", at=tmp_path))
