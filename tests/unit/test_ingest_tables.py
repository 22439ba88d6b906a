"""CSV and JSONL: dialects, encodings, aliases, line numbers, and one sentence per bad row."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.cases.views import CaseDraft
from knowledge.errors import UnreadableInput
from knowledge.members.views import MemberDraft
from knowledge.readers.ingest import CaseDefaults, Limits, read_cases, read_members
from knowledge.readers.problems import Notice, Problem
from knowledge.vocabulary import Community, Level, Purpose

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def drafts(path: Path, defaults: CaseDefaults | None = None) -> list[CaseDraft]:
    return [item for item in read_cases(path, defaults=defaults) if isinstance(item, CaseDraft)]


def problems(path: Path, limits: Limits | None = None) -> list[Problem]:
    return [item for item in read_cases(path, limits=limits) if isinstance(item, Problem)]


def test_a_row_keeps_all_that_the_sample_format_says(write: Write) -> None:
    row = {
        "key": "a-1",
        "title": "Sharing registers",
        "text": "The city shares its register.",
        "language": "en",
        "community": "CITY",
        "level": "metro",
        "place": "Springfield",
        "country": "MX",
        "organisation": "City office",
        "topics": ["privacy", "value"],
        "source_title": "A report",
        "source_url": "https://example.org/a b",
        "source_language": "es",
        "published": "2021-05",
        "licence": "CC-BY-4.0",
        "staff_band": "1-4",
    }
    (draft,) = drafts(write("cases.jsonl", json.dumps(row)))
    assert (draft.key, draft.title, draft.country) == ("a-1", "Sharing registers", "MX")
    assert draft.community is Community.CITY
    assert draft.circumstances.level is Level.METRO
    assert draft.circumstances.staff_band == "1-4"
    assert draft.topics == ("privacy", "value")
    assert draft.source.title == "A report"
    assert draft.source.url == "https://example.org/a%20b"
    assert (draft.source.language, draft.source.published) == ("es", "2021-05")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_dialects_and_encodings_give_the_same_case(
    write: Write, delimiter: str, encoding: str
) -> None:
    lines = [
        ["Título", "Texto", "País", "URL"],
        ["Año de datos", "La oficina de estadística compartió información", "México", ""],
        ["Más", '"Una línea\ny otra, con; todo|\t"', "Perú", "https://example.org"],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines)
    found = drafts(write("cases.csv", content.encode(encoding)))
    assert [draft.title for draft in found] == ["Año de datos", "Más"]
    assert [draft.country for draft in found] == ["MX", "PE"]
    assert found[1].text == "Una línea\ny otra, con; todo|"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Les données de la région : « l’été » à Orléans où l’on publie dès 2019"),
        (
            "cp1250",
            "Urząd statystyczny udostępnia dane miastu a miasto ogłasza wyniki każdego miesiąca",
        ),
        ("cp1254", "İstatistik kurumu her ay belediye ile veri paylaşıyor ve sonuçları yayımlıyor"),
        ("cp1251", "Городская администрация передаёт данные статистическому управлению"),
        ("cp1256", "يشارك المكتب الوطني للإحصاء البيانات مع المدينة كل شهر"),
        ("gb18030", "国家统计局每个月与城市共享行政登记数据并公布结果"),
        ("utf-16-le", "The statistics office shares data"),
    ],
)
def test_old_encodings_are_recognised(write: Write, encoding: str, text: str) -> None:
    content = ("title,text\n" + "".join(f"Title {n},{text}\n" for n in range(5))).encode(encoding)
    assert {draft.text for draft in drafts(write("old.csv", content))} == {text}


def test_bytes_that_are_no_utf8_cost_their_row_only(write: Write) -> None:
    content = "title,text\nÑandú áéíóú,año\nbad,".encode() + b"caf\xe9\nok,fine\n"
    path = write("mixed.csv", content)
    assert [draft.title for draft in drafts(path)] == ["Ñandú áéíóú", "ok"]
    (problem,) = problems(path)
    assert problem.line == 3
    assert "UTF-8" in problem.reason


def test_what_cannot_be_read_is_left_out_and_told_with_its_line(write: Write) -> None:
    path = write(
        "cases.csv",
        "title,text,country,level,topic,date,url,community\n"
        "fine,text,es,city,privacy,2020,https://example.org,CDO\n\n"
        'over,"two\nlines",Atlantis,moon,cheese,2020-13,ftp://x,ALIENS\n',
    )
    heard: list[Notice] = []
    fine, over = read_cases(path, notices=heard.append)
    assert isinstance(fine, CaseDraft)
    assert isinstance(over, CaseDraft)
    assert (over.text, over.country, over.topics) == ("two\nlines", "", ())
    assert (over.source.url, over.source.published, over.community) == ("", "2020", None)
    assert {notice.line for notice in heard} == {4}
    said = " ".join(notice.text for notice in heard)
    for word in ("Atlantis", "moon", "cheese", "2020-13", "ftp://x", "ALIENS", "data-sharing"):
        assert word in said


def test_a_lost_quotation_mark_costs_one_row(write: Write) -> None:
    path = write("cases.csv", 'title,text\na,one\nb,"open\nc,three\nd,four\n')
    assert [draft.title for draft in drafts(path)] == ["a", "c", "d"]
    assert [problem.line for problem in problems(path)] == [3]


def test_a_row_with_too_many_values_is_reported(write: Write) -> None:
    path = write("cases.csv", "title,text\na,one, two and three\nb,four\n")
    assert [draft.title for draft in drafts(path)] == ["b"]
    assert "3 values" in problems(path)[0].reason


def test_a_file_without_our_columns_says_which_are_needed(write: Write) -> None:
    (problem,) = problems(write("cases.csv", "colour,size\nred,2\n"))
    assert "text or title" in problem.reason
    assert "colour, size" in problem.reason


def test_formulas_and_html_are_text_and_controls_go(write: Write) -> None:
    path = write("cases.csv", b"title,text\n=1+1,<b>x</b> @everyone\x07\x00\n")
    (draft,) = drafts(path)
    assert (draft.title, draft.text) == ("=1+1", "<b>x</b> @everyone")


def test_a_missing_title_is_the_first_sentence(write: Write) -> None:
    (draft,) = drafts(write("c.jsonl", '{"fact": "Dr. Smith agreed. It took long.", "year": 2019}'))
    assert (draft.title, draft.source.published) == ("Dr. Smith agreed", "2019")


def test_the_key_is_the_same_until_the_content_changes(write: Write) -> None:
    def key(text: str) -> str:
        row = json.dumps({"title": "t", "text": text, "url": "https://example.org"})
        return drafts(write("k.jsonl", row))[0].key

    assert key("one two") == key("one  two ")
    assert key("one two") != key("one three")


def test_a_row_that_comes_twice_is_told(write: Write) -> None:
    path = write("c.csv", "title,text\na,b\nc,d\na,b\n")
    assert len(drafts(path)) == 2
    (problem,) = problems(path)
    assert problem.line == 4
    assert "line 2" in problem.reason


def test_broken_json_lines_leave_the_others(write: Write) -> None:
    lines = ['{"title": "a"}', "[1]", "nope", "[" * 50_000, '{"text": "\\ud800b\\u0000"}', "{}"]
    path = write("c.jsonl", "\n".join(lines))
    assert [draft.title for draft in drafts(path)] == ["a", "b"]
    assert [problem.line for problem in problems(path)] == [2, 3, 4, 6]


def test_long_lines_and_texts_are_refused_and_the_rest_comes(write: Write) -> None:
    limits = Limits(line_chars=1_000, text_chars=100)
    rows = [{"text": "x" * 2_000}, {"text": "y " * 80}, {"text": "fine"}]
    path = write("c.jsonl", "\n".join(json.dumps(row) for row in rows))
    items = list(read_cases(path, limits=limits))
    assert [isinstance(item, Problem) for item in items] == [True, True, False]
    table = write("c.csv", "text\n" + "x" * 2_000 + "\nfine\n")
    assert [getattr(item, "line", None) for item in read_cases(table, limits=limits)] == [2, None]


def test_a_quotation_that_never_ends_stays_within_bounds(write: Write) -> None:
    limits = Limits(line_chars=1_000)
    path = write("c.csv", 'title,text\na,"open\n' + "b,fine\n" * 5_000)
    items = list(read_cases(path, limits=limits))
    assert isinstance(items[0], Problem)
    assert sum(isinstance(item, CaseDraft) for item in items) == 1  # the others repeat it


def test_defaults_fill_gaps_and_never_overrule(write: Write) -> None:
    defaults = CaseDefaults(country="Chile", licence="CC0-1.0", topics=("privacy",))
    path = write("c.csv", "title,country,topic\na,ES,cheese; value\nb,,\n")
    first, second = drafts(path, defaults)
    assert (first.country, first.topics, first.source.licence) == ("ES", ("value",), "CC0-1.0")
    assert (second.country, second.topics) == ("CL", ("privacy",))


def test_impossible_defaults_are_refused_at_once() -> None:
    with pytest.raises(UnreadableInput, match="Atlantis"):
        CaseDefaults(country="Atlantis")


def test_members_are_read_with_friendly_names(write: Write) -> None:
    path = write(
        "members.csv",
        "Name;Community;Job title;Org;Langs;Working hours;Offers;Needs;Capacity;Email;Consents\n"
        "Demo: CDO;cdo;Jefa de datos;Ciudad;español, en;9-17 america/santiago;a|b;c;2/week;"
        "x@example.org;be_asked|be_expert\n"
        ";CITY;;;;;;;;;\n"
        "B;CITY;;;klingon;25-3;;;-1;;fly\n",
    )
    heard: list[Notice] = []
    member, wrong, other = read_members(path, notices=heard.append)
    assert isinstance(member, MemberDraft)
    assert member.languages == ("es", "en")
    assert (member.hours_from, member.hours_until) == (9, 17)
    assert member.time_zone == "America/Santiago"
    assert (member.offers, member.needs, member.capacity) == (("a", "b"), ("c",), 2)
    assert member.consents == {Purpose.BE_ASKED, Purpose.BE_EXPERT}
    assert isinstance(wrong, Problem)
    assert wrong.line == 3
    assert isinstance(other, MemberDraft)
    assert (other.languages, other.hours_from, other.hours_until, other.capacity) == (
        (),
        9,
        17,
        None,
    )
    said = " ".join(notice.text for notice in heard if notice.line == 4)
    assert all(word in said for word in ("klingon", "25-3", "-1", "be_paired"))


def test_members_are_not_read_from_documents(write: Write) -> None:
    (problem,) = read_members(write("members.pdf", b"%PDF-1.4"))
    assert isinstance(problem, Problem)
    assert ".csv" in problem.reason
