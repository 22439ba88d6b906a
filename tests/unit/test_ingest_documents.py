"""Markdown, HTML, PDF and DOCX; bombs, scans and whatever bytes may come."""

from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.cases.views import CaseDraft
from knowledge.members.views import MemberDraft
from knowledge.readers.ingest import (
    SUPPORTED,
    CaseDefaults,
    Limits,
    case_files,
    read_cases,
    read_members,
)
from knowledge.readers.limits import Refused
from knowledge.readers.pdf import pdf_rows
from knowledge.readers.problems import Problem
from knowledge.readers.tabular import Row
from knowledge.readers.word import docx_rows
from tests.support.files import (
    docx_file,
    encrypted_pdf,
    endless_pdf,
    page_of_html,
    pdf_bytes,
    zip_bomb,
)
from tests.support.properties import slow

AGREED = (
    "The statistics office and the city agreed to share register data every month. The agreement"
    " names a person on each side, and what may be published."
)


def only(
    path: Path, limits: Limits | None = None, defaults: CaseDefaults | None = None
) -> CaseDraft:
    (draft,) = read_cases(path, limits=limits, defaults=defaults)
    assert isinstance(draft, CaseDraft), draft
    return draft


def refusal(path: Path, limits: Limits | None = None) -> str:
    (problem,) = read_cases(path, limits=limits)
    assert isinstance(problem, Problem)
    return problem.reason


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_markdown_takes_front_matter_as_text_and_drops_marks(tmp_path: Path) -> None:
    front = "---\ntitle: Notes\ncountry: NO\npublished: 2021-05\ntags: [privacy, trains]\n---\n"
    body = "# Notes\n\nA **bold** [link](https://example.org).\n\n## Next\n\n- one\n- two\n"
    draft = only(written(tmp_path / "a.md", front + body))
    assert (draft.title, draft.country, draft.topics) == ("Notes", "NO", ("privacy",))
    assert draft.source.published == "2021-05"
    assert draft.text == "A bold link.\n\nNext\n\n- one\n- two"


def test_long_markdown_gives_a_case_per_section(tmp_path: Path) -> None:
    parts = "".join(
        f"## Part {n}\n\n{'  '.join([AGREED] * 5)}\n\n### Detail\n\nMore {n}.\n\n"
        for n in (1, 2, 3)
    )
    found = list(read_cases(written(tmp_path / "a.md", f"# Handbook\n\nIntro.\n\n{parts}")))
    cases = [item for item in found if isinstance(item, CaseDraft)]
    assert [case.title for case in cases] == [f"Handbook: Part {n}" for n in (1, 2, 3)]
    assert cases[0].text.startswith("Intro.")
    assert cases[1].text.endswith("Detail\n\nMore 2.")
    assert {case.source.title for case in cases} == {"Handbook"}


def test_large_markdown_keeps_its_lines_and_empty_sections_are_told(tmp_path: Path) -> None:
    words = "word " * 20_000
    large = f"---\ntitle: Large\n---\n## One\n\n{words}\n\n## Two\n\n{words}\n"
    path = written(tmp_path / "a.md", large + "\n## Three\n\n" + words)
    *_, third = read_cases(path)
    assert isinstance(third, CaseDraft)
    assert third.title == "Large: Three"
    problem = next(iter(read_cases(path, limits=Limits(text_chars=10))))
    assert isinstance(problem, Problem)
    assert problem.line == 4
    assert "no text below" in refusal(written(tmp_path / "b.md", "# h\n" * 500))


def test_front_matter_that_multiplies_itself_is_refused(tmp_path: Path) -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: *b\n---\nText."
    assert "YAML" in refusal(written(tmp_path / "a.md", bomb))


def test_html_gives_text_and_what_the_page_states(tmp_path: Path) -> None:
    head = (
        "<title>Sharing registers</title><link rel='canonical' href='https://example.org/x'>"
        "<meta property='article:published_time' content='2021-03-04T10:00:00Z'>"
    )
    body = f"<h1>Sharing registers</h1><p>{AGREED}</p><h2>What helped</h2><p>{AGREED} Later.</p>"
    draft = only(written(tmp_path / "a.html", page_of_html(body + "<script>x()</script>", head)))
    assert draft.title == "Sharing registers"
    assert (draft.source.url, draft.source.published) == ("https://example.org/x", "2021-03-04")
    assert AGREED in draft.text
    assert "\n\nWhat helped\n\n" in draft.text
    assert "x()" not in draft.text


def test_a_page_in_an_old_encoding_that_it_names(tmp_path: Path) -> None:
    text = "Las dependencias compartían “datos” según el convenio. " * 8
    page = page_of_html(f"<p>{text}</p>", "<meta charset=iso-8859-1>").encode("cp1252")
    assert text.strip() in only(written(tmp_path / "a.html", page)).text


def test_a_large_page_is_read_in_another_process(tmp_path: Path) -> None:
    page = page_of_html(f"<p>{AGREED}</p>" + "<!-- filler -->" * 20_000)
    assert AGREED in only(written(tmp_path / "a.html", page)).text


def test_a_pdf_gives_its_pages_and_title(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", pdf_bytes([AGREED.replace(". ", ".\n"), "Más."], "A report"))
    draft = only(path, defaults=CaseDefaults(source_url="https://example.org/a.pdf"))
    assert (draft.title, draft.source.title) == ("A report", "A report")
    assert draft.source.url == "https://example.org/a.pdf"
    assert draft.text.endswith("\n\nMás.")


def test_pdfs_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    scan = written(tmp_path / "scan.pdf", pdf_bytes(["", ""]))
    many = written(tmp_path / "many.pdf", pdf_bytes(["p"] * 5))
    cut = written(tmp_path / "cut.pdf", pdf_bytes([AGREED])[:300])
    assert "OCR" in refusal(scan)
    assert "5 pages" in refusal(many, Limits(pages=4))
    assert "damaged" in refusal(cut)
    assert "password" in refusal(encrypted_pdf(tmp_path / "locked.pdf", [AGREED]))
    assert "not a PDF" in refusal(written(tmp_path / "no.pdf", "text"))


def test_a_pdf_that_takes_for_ever_is_left_out(tmp_path: Path) -> None:
    path = endless_pdf(tmp_path / "endless.pdf", 1_000_000)
    said = refusal(path, Limits(seconds=0.2))
    # Whichever clock runs out first, the child's own or its parent's.
    assert "takes too much time" in said or "takes longer than" in said


def test_a_word_document_gives_text_tables_and_language(tmp_path: Path) -> None:
    path = docx_file(tmp_path / "a.docx", ["Compartir datos", AGREED], language="es-MX")
    draft = only(path)
    assert (draft.title, draft.language) == ("Compartir datos", "es")
    assert "records checked | 1,200" in draft.text


def test_zip_bombs_are_not_opened(tmp_path: Path) -> None:
    assert "times its size" in refusal(zip_bomb(tmp_path / "ratio.docx", 20))
    assert "unfold to 20 MB" in refusal(
        zip_bomb(tmp_path / "size.docx", 20), Limits(unzipped_bytes=10_000_000)
    )
    with ZipFile(tmp_path / "parts.docx", "w") as archive:
        for number in range(60):
            archive.writestr(f"part{number}", b"some bytes of a part")
    assert "60 parts" in refusal(tmp_path / "parts.docx", Limits(unzipped_parts=50))


def test_a_document_beyond_memory_is_left_out(tmp_path: Path) -> None:
    path = docx_file(tmp_path / "a.docx", [AGREED] * 50)
    assert "memory" in refusal(path, Limits(memory_bytes=1_000_000))


def test_size_emptiness_and_unknown_kinds(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "title\n" + "x\n" * 100)
    assert "Please split it" in refusal(path, Limits(file_bytes=50))
    assert "empty" in refusal(written(tmp_path / "b.csv", ""))
    assert "no such file" in refusal(tmp_path / "none.csv")
    assert ".docx" in refusal(written(tmp_path / "a.ods", "x"))
    assert "not a text file" in refusal(written(tmp_path / "c.csv", b"%PDF-1.4 \x00\x01"))


def test_folders_are_opened_sorted_once_and_without_loops(tmp_path: Path) -> None:
    for name in ("b.csv", "a.md", ".hidden.csv", "notes.txt", "sub/c.jsonl", ".git/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    found = case_files([tmp_path, tmp_path / "b.csv", tmp_path / "notes.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.md",
        "b.csv",
        "sub/c.jsonl",
        "notes.txt",
    ]


HEADS = (
    b"",
    b"title,text\n",
    b'title;text\n"',
    b"---\n",
    b'{"text":',
    b"<p>",
    b"\xff\xfe",
    b"%PDF-",
)
PIECES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b'"', b",", b"\n", b"\x00", b"# a\n", b"[" * 500, b"<" * 500, b"\xed\xa0\x80"]
    ),
)


@pytest.mark.parametrize("suffix", SUPPORTED)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(HEADS[:-1]), pieces=st.lists(PIECES, max_size=6))
def test_no_bytes_raise(tmp_path: Path, suffix: str, head: bytes, pieces: list[bytes]) -> None:
    path = written(tmp_path / f"any{suffix}", head + b"".join(pieces))
    assert all(isinstance(item, CaseDraft | Problem) for item in read_cases(path))
    assert all(isinstance(item, MemberDraft | Problem) for item in read_members(path))


@slow(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_documents_are_refused_not_raised(tmp_path: Path, data: st.DataObject) -> None:
    whole = pdf_bytes([AGREED, AGREED], "A report")
    sound = docx_file(tmp_path / "sound.docx", [AGREED]).read_bytes()
    for suffix, content in ((".pdf", whole), (".docx", sound)):
        place = data.draw(st.integers(8, len(content) - 1))
        damage = data.draw(st.binary(min_size=1, max_size=8))
        path = written(
            tmp_path / f"damaged{suffix}", content[:place] + damage + content[place + len(damage) :]
        )
        with suppress(Refused):
            row, *_ = (pdf_rows if suffix == ".pdf" else docx_rows)(path, Limits())
            assert isinstance(row, Row)
            assert row.values["text"]
