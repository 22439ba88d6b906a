"""Files in the terminal: saved under a plain name, never over another, readable by the owner."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import create
from adapters.console.files import LONGEST, Files, safe_name
from bot.contract import Attachment, Inbound, Reply, unwritten
from tests.support.scripted_terminal import PERSON, SURFACE

BRIEF = Attachment("brief.pdf", "application/pdf", b"%PDF-1.7")


def named(name: str) -> Attachment:
    return Attachment(name, "application/octet-stream", name.encode("utf-8", "replace"))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("brief.pdf", "brief.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("..\\..\\win.ini", "win.ini"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\nb\x1b[31m.pdf", "a_b__31m.pdf"),
        ("CON.txt", "file-CON.txt"),
        ("résumé León.pdf", "résumé León.pdf"),
        ("-rf", "-rf"),
    ],
)
def test_a_name_is_one_plain_file_name(name: str, saved: str) -> None:
    assert safe_name(name) == saved


@given(st.text() | st.sampled_from(["../", "..\\", "/"]).flatmap(lambda s: st.text().map(s.join)))
def test_no_name_leaves_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe not in {"", ".", ".."}
    assert not set(safe) & set('/\\\0\n\r:*?"<>|')
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode("utf-8", "replace")) <= LONGEST


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    saving = Files(tmp_path / "files")
    outside = tmp_path / "outside"
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "brief-2.pdf").symlink_to(outside)
    paths = [saving.save(BRIEF) for _ in range(3)]
    assert [path.name for path in paths] == ["brief.pdf", "brief-3.pdf", "brief-4.pdf"]
    assert all(path.read_bytes() == BRIEF.data for path in paths)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)
    assert not outside.exists()


async def test_the_person_is_told_where_each_file_is_or_that_it_is_not(tmp_path: Path) -> None:
    async def core(act: Inbound) -> Reply:
        return Reply("Here.", files=(BRIEF, named("../../times.ics")))

    async def told(folder: Path) -> str:
        stdout = io.StringIO()
        stdin = io.StringIO("export\n")
        adapter = create(PERSON, stdin=stdin, stdout=stdout, folder=folder)
        await adapter.run(unwritten(core), {SURFACE.language: SURFACE})
        return "".join(stdout.getvalue().split())

    said = await told(tmp_path / "files")
    assert f"Savedas{tmp_path}/files/brief.pdf." in said
    assert f"Savedas{tmp_path}/files/times.ics." in said
    assert names(tmp_path) == {"files"}
    assert names(tmp_path / "files") == {"brief.pdf", "times.ics"}
    in_the_way = Files(tmp_path).save(named("taken"))
    assert (await told(in_the_way)).count("Afilecouldnotbeattached.") == 2
