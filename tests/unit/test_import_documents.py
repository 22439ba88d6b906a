"""Documents as offices make them: what a reader of the page sees is what a case tells."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfReader, PdfWriter

from knowledge.cases.views import CaseDraft
from knowledge.readers.ingest import read_cases
from knowledge.readers.page_layout import Line, in_reading_order, joined, paragraphs, title_of
from knowledge.readers.page_layout import without_running_heads as bare
from knowledge.readers.problems import Notice, Problem
from tests.support.files import page_of_html, pdf_bytes

WELLS = "The town counted its wells twice in one year and found ten that no register had known."
TREES = "Neighbours brought maps and photographs that their families had kept for generations."
LAMPS = "The office paid for half of the work, and the town sent the people who walked the streets."


def read(path: Path) -> tuple[CaseDraft, list[str]]:
    heard: list[Notice] = []
    (draft,) = read_cases(path, notices=heard.append)
    assert isinstance(draft, CaseDraft), draft
    return draft, [notice.text for notice in heard]


def page(tmp_path: Path, body: str, head: str = "<title>Wells</title>") -> CaseDraft:
    path = tmp_path / "page.html"
    path.write_text(page_of_html(f"<h1>Wells</h1>{body}", head), encoding="utf-8")
    return read(path)[0]


@pytest.mark.parametrize("name", ["x-expand", "share-box", "social", "newsletter-part", "options"])
def test_a_story_in_boxes_of_any_name_is_kept(tmp_path: Path, name: str) -> None:
    boxes = "".join(f"<div class='{name}'><p>{text}</p></div>" for text in (WELLS, TREES, LAMPS))
    notes = "<h3>Notes</h3><p>1 A talk with an adviser of the town, held in the spring of 2015.</p>"
    draft = page(tmp_path, boxes + notes)
    assert all(text in draft.text for text in (WELLS, TREES, LAMPS, "Notes"))
    assert draft.title == "Wells"
    assert not draft.text.startswith("Wells")
    assert "Home" not in draft.text


def test_what_is_folded_away_is_kept_in_its_order(tmp_path: Path) -> None:
    body = (
        f"<p>{WELLS}</p><details aria-hidden='true'><summary>More</summary><p>{TREES}</p>"
        f"<ul><li>{LAMPS}<ul><li>and at night, too</li></ul></li></ul></details>"
    )
    text = page(tmp_path, body).text
    assert text.index(WELLS) < text.index(TREES) < text.index(LAMPS)
    assert text.count("and at night, too") == 1


@pytest.mark.parametrize(
    ("head", "body", "meant"),
    [
        ("", "<p>See https://example.org/2011-03-04/a.pdf of July 7, 2010.</p>", ""),
        ("", "<p>© 2019</p><p>A study of 3 May 2012.</p>", ""),
        ("<meta name='DC.date.issued' content='2021-03-04'>", "", "2021-03-04"),
        ("", "<p class='entry-date'>Published: 4 March 2021</p>", "2021-03-04"),
        ("", "<time datetime='2021-03-04T10:00'>then</time>", "2021-03-04"),
        ("", "<ul><li><time datetime='2011-03-04'>another page</time></li></ul>", ""),
        (
            '<script type="application/ld+json">{"@graph":[{"datePublished":"2021-03"}]}</script>',
            "",
            "2021-03",
        ),
    ],
)
def test_only_what_the_page_says_of_itself_is_its_date(
    tmp_path: Path, head: str, body: str, meant: str
) -> None:
    draft = page(tmp_path, f"<p>{WELLS}</p><p>{TREES}</p>{body}", f"<title>Wells</title>{head}")
    assert draft.source.published == meant


def test_a_profile_page_is_no_case(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    head = "<meta property='og:type' content='profile'>"
    path.write_text(page_of_html(f"<p>{WELLS}</p>", head), encoding="utf-8")
    (problem,) = read_cases(path)
    assert "describes a person" in str(problem)


def lines(*texts: str, top: float = 700, size: float = 10, step: float = 12) -> list[Line]:
    """Lines one below the other, six points to a letter."""
    return [
        Line(text, size, 50, 50 + 6 * len(text), top - at * step, top - at * step + size)
        for at, text in enumerate(texts)
    ]


def test_running_heads_and_page_numbers_go_and_the_body_stays() -> None:
    about = ("wells", "trees", "lamps")
    pages = [
        lines("WATER SERIES", f"{number}", top=780)
        + lines(f"On {word}", "the same line", top=700)
        + lines(f"Page {number} of 3", top=40)
        for number, word in enumerate(about, 1)
    ]
    kept = [[line.text for line in page] for page in bare(pages)]
    assert kept == [[f"On {word}", "the same line"] for word in about]


def test_the_title_is_the_largest_and_not_the_first() -> None:
    head = lines("A series of papers", top=760)
    title = lines("Wells counted", "by two", top=720, size=18, step=22)
    body = lines(WELLS[:40], WELLS[40:], top=600)
    assert [line.text for line in title_of([head + title + body])] == ["Wells counted", "by two"]


def test_lines_become_paragraphs_and_cut_words_whole() -> None:
    told = paragraphs(
        [
            lines("Summary", top=740, size=13)
            + lines("The town counted its wells, found a long-stand-", "ing register.", top=700)
            + lines("It was a well-known list, and a well-", "known one helped them.", top=660)
        ]
    )
    assert told == [
        "Summary",
        "The town counted its wells, found a long-standing register.",
        "It was a well-known list, and a well-known one helped them.",
    ]
    assert joined(["of the Covid-\ufffe", "19 years"], frozenset()).endswith("19 years")


@pytest.mark.parametrize(
    ("drawn", "read_"),
    [("منذ عام .2021 ثم", "منذ عام 2021. ثم"), ("معيار 19115 ISO هنا", "معيار ISO 19115 هنا")],
)
def test_numbers_stand_where_a_reader_of_arabic_meets_them(drawn: str, read_: str) -> None:
    assert in_reading_order(drawn) == read_
    assert in_reading_order("In 2021 .5 ISO") == "In 2021 .5 ISO"


def locked(path: Path, user: str) -> Path:
    writer = PdfWriter()
    writer.append_pages_from_reader(PdfReader(BytesIO(pdf_bytes([WELLS], "(anonymous)"))))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    writer.write(path)
    return path


def test_a_restricted_pdf_is_read_and_a_locked_one_refused(tmp_path: Path) -> None:
    draft, _ = read(locked(tmp_path / "restricted.pdf", ""))
    assert WELLS in f"{draft.title} {draft.text}"
    (problem,) = read_cases(locked(tmp_path / "locked.pdf", "secret"))
    assert isinstance(problem, Problem)
    assert "protected by a password" in problem.reason


def test_a_pdf_without_a_title_takes_no_placeholder(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes([f"Wells of the town\n\n{WELLS}"], "Microsoft Word - wells_v2.doc"))
    assert "Microsoft" not in read(path)[0].title


def test_tracked_changes_are_accepted(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Wells of the town", 0)
    paragraph = document.add_paragraph("The list was opened in ")
    for kind, tag, words in (("del", "delText", "1999"), ("ins", "t", "2004")):
        paragraph._p.append(
            parse_xml(
                f"<w:{kind} {nsdecls('w')} w:id='1' w:author='a'><w:r><w:{tag}>{words}</w:{tag}>"
                f"</w:r></w:{kind}>"
            )
        )
    paragraph.add_run(" by\nthe town.")
    block = f"<w:p><w:ins w:id='2' w:author='a'><w:r><w:t>{TREES}</w:t></w:r></w:ins></w:p>"
    document.element.body.insert(
        2,
        parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{block}</w:sdtContent></w:sdt>"),
    )
    hidden = document.add_paragraph(WELLS)
    hidden.runs[0].font.hidden = True
    document.save(str(tmp_path / "a.docx"))
    draft, said = read(tmp_path / "a.docx")
    assert draft.title == "Wells of the town"
    assert draft.text == f"The list was opened in 2004 by the town.\n\n{TREES}"
    assert any("tracked changes" in text for text in said)
