"""Tables as other programs make them: forms, rosters, workbooks; nothing is lost in silence."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.cases.views import CaseDraft
from knowledge.errors import UnreadableInput
from knowledge.members.views import MemberDraft
from knowledge.readers.code_pages import code_page_of
from knowledge.readers.countries import country
from knowledge.readers.dates import AmbiguousDate, published
from knowledge.readers.ingest import case_files, passed_over, read_cases, read_members
from knowledge.readers.problems import Notice, Problem
from knowledge.readers.tabular import quoted, unquoted
from knowledge.readers.working_hours import hours
from knowledge.vocabulary import StaffBand

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def people(path: Path) -> tuple[list[MemberDraft], list[str]]:
    """The drafts of a file, and all that is said about it."""
    heard: list[Notice] = []
    found = list(read_members(path, notices=heard.append))
    assert not [str(each) for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, MemberDraft)], [str(one) for one in heard]


@pytest.mark.parametrize(
    ("name", "help_", "learn"),
    [
        ("Your full name", "What could you help others with?", "What would you like to learn?"),
        ("Nombre y apellidos", "¿En qué podría ayudar a otros?", "¿Qué le gustaría aprender?"),
        ("Votre nom", "Que pouvez-vous partager ?", "De quoi avez-vous besoin ?"),
        ("Seu nome", "O que pode compartilhar?", "O que gostaria de aprender?"),
        ("Name", "Things that you can teach", "What could others help you with?"),
    ],
)
def test_questions_of_a_form_are_understood_and_the_guess_is_said(
    write: Write, name: str, help_: str, learn: str
) -> None:
    table = f"Timestamp\t{name}\t{help_}\t{learn}\n2026-11-02\tAda Lopes\tcadastres\tdrones\n"
    (ada,), said = people(write("form.tsv", table))
    assert (ada.name, ada.offers, ada.needs) == ("Ada Lopes", ("cadastres",), ("drones",))
    assert any(f"“{help_}” is read as offers" in line for line in said)
    assert any("Passed over: “Timestamp”" in line for line in said)


def test_a_name_that_the_form_hides_is_asked_for_in_a_question(write: Write) -> None:
    path = write(
        "form.csv",
        "Name;Your full name;Type of institution;Which office do you represent?;Where you seek help"
        "\nanonymous;Ada Lopes;National statistical office;Stat;drones\n",
    )
    (ada,), said = people(path)
    assert (ada.name, ada.community, ada.organisation) == ("Ada Lopes", "NATIONAL", "Stat")
    assert ada.needs == ("drones",)
    assert any("“Your full name” is read as name where no other" in line for line in said)


def test_a_form_about_cases_gives_its_answers_as_paragraphs(write: Write) -> None:
    path = write(
        "form.csv",
        "Submission date,Name of the initiative,What did you do?,What came of it?,Mood\n"
        "2026-11-02,Tree register,The town counted its trees.,Pruning cost a fifth less.,good\n",
    )
    heard: list[Notice] = []
    (draft,) = read_cases(path, notices=heard.append)
    assert isinstance(draft, CaseDraft)
    assert (draft.title, draft.source.published) == ("Tree register", "")
    assert draft.text == "The town counted its trees.\n\nPruning cost a fifth less."
    assert any("“Submission date”, “Mood”" in notice.text for notice in heard)


@pytest.mark.parametrize(
    ("columns", "row", "name"),
    [
        ("Nombre;Apellidos", "Inés;Roca Gil", "Inés Roca Gil"),
        ("Nom;Prénom", "Petit;Luc", "Luc Petit"),
        ("Name;Vorname", "Kurz;Eva", "Eva Kurz"),
        ("First name;Surname", "Jo;Bell", "Jo Bell"),
        ("firstName;lastName", "Jo;Bell", "Jo Bell"),
        ("Nombres;Primer apellido;Segundo apellido", "Eva;Roca;Gil", "Eva Roca Gil"),
        ("Name;Surname", "Jo Bell;Bell", "Jo Bell"),
    ],
)
def test_names_in_several_columns_are_put_together(
    write: Write, columns: str, row: str, name: str
) -> None:
    (person,), _ = people(write("roster.csv", f"{columns};País\n{row};Chile\n"))
    assert person.name == name


def test_namesakes_of_one_office_are_two_people(write: Write) -> None:
    path = write(
        "roster.csv",
        "name,organisation,email\nKim Lee,Stat,k1@example.org\nKim Lee,Stat,k2@example.org\n",
    )
    found, said = people(path)
    assert len({person.key for person in found}) == 2
    assert any("line 3" in line and "they are two" in line for line in said)


def test_one_question_in_several_columns_and_ticked_answers(write: Write) -> None:
    path = write(
        "roster.csv",
        'name,offers,offers,Need 1,Need 2\nA B,maps,,"Prices, Trade (goods, services)",tides\n'
        'C D,"maps, drawn by hand",,,\n',
    )
    (first, second), said = people(path)
    assert first.offers == ("maps",)
    assert first.needs == ("Prices, Trade (goods, services)", "tides")
    assert second.offers == ("maps, drawn by hand",)
    assert any("semicolon" in line and "line 3" in line for line in said)
    (ticked,), _ = people(write("t.csv", 'name,needs\nE F,"Prices, Trade (goods, services)"\n'))
    assert ticked.needs == ("Prices", "Trade (goods, services)")


def test_a_title_above_the_columns_and_a_second_contact(write: Write) -> None:
    path = write(
        "roster.csv",
        "Members of the network;;\n\nNombre;Correo;Teléfono\nA B;;+1 555\n"
        "C D;c@example.org;+1 556\n",
    )
    found, said = people(path)
    assert [person.contact_line for person in found] == ["+1 555", "c@example.org"]
    assert any("“Teléfono” is read only where “Correo” is empty" in line for line in said)


def test_a_person_stays_when_a_value_does_not(write: Write) -> None:
    path = write(
        "roster.csv",
        "name,country,capacity,time zone,hours,languages,level\n"
        "A B,Narnia,lots,Mars,whenever,elvish,moon\nC D,N/A,NaN,-,n/a,null,nan\n",
    )
    (first, second), said = people(path)
    assert (first.name, first.country, first.capacity) == ("A B", "", None)
    assert len([line for line in said if "line 2" in line and "left out" in line]) == 6
    assert second.name == "C D"
    assert not [line for line in said if "line 3" in line]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("TIMOR-LESTE", "TL"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Moldova, Republic of", "MD"),
        ("Saint Vincent and the Grenadines", "VC"),
        ("Korea (the Democratic People's Republic of)", "KP"),
        ("Congo, Dem. Rep.", "CD"),
        ("Congo", "CG"),
        ("Gambia, The", "GM"),
        ("República de Corea", "KR"),
        ("République démocratique du Congo", "CD"),
        ("Estado Plurinacional de Bolivia", "BO"),
        ("Kingdom of Norway", "NO"),
        ("Österreich", "AT"),
        ("Ελλάδα", "GR"),
        ("KEN", "KE"),
        ("Virgin Islands, U.S.", "VI"),
        ("Dominican Republic", "DO"),
        ("Dominica", "DM"),
        ("Guinea-Bissau", "GW"),
    ],
)
def test_countries_are_known_by_their_official_names(said: str, code: str) -> None:
    assert country(said) == code


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("24/11/2021", "2021-11-24"),
        ("11/24/2021", "2021-11-24"),
        ("3.4.2021", "2021-04-03"),
        ("abr-19", "2019-04"),
        ("noviembre de 2020", "2020-11"),
        ("1er août 2022", "2022-08-01"),
        ("Feb 9, 2018", "2018-02-09"),
        ("2020.0", "2020"),
        ("2020-02-01 00:00:00", "2020-02-01"),
        ("44228", "2021-02-01"),
    ],
)
def test_dates_are_read_as_programs_write_them(said: str, meant: str) -> None:
    assert published(said) == meant


def test_a_date_of_two_meanings_leaves_the_year(write: Write) -> None:
    with pytest.raises(AmbiguousDate):
        published("04/03/2021")
    with pytest.raises(UnreadableInput):
        published("23-may")
    heard: list[Notice] = []
    path = write("c.csv", "title,date\na,04/03/2021\nb,soon\nc,2019/20\n")
    found = [each for each in read_cases(path, notices=heard.append) if isinstance(each, CaseDraft)]
    assert [draft.source.published for draft in found] == ["2021", "", "2019"]
    assert [notice.line for notice in heard] == [2, 3, 4]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("8:30-16:30", (9, 16, "")),
        ("8h30-17h", (9, 17, "")),
        ("9 am - 5:30 pm", (9, 17, "")),
        ("9 to 5", (9, 17, "")),
        ("de 8 a 15 h", (8, 15, "")),
        ("08:00–16:00 Europe/Oslo", (8, 16, "Europe/Oslo")),
        ("17-Sep", (9, 17, "")),
        ("12am-8am", (0, 8, "")),
    ],
)
def test_hours_lie_within_what_people_write(said: str, meant: tuple[int, int, str]) -> None:
    assert hours(said) == meant


def test_what_a_spreadsheet_took_for_a_day_is_taken_back(write: Write) -> None:
    (person,), _ = people(write("r.csv", "name,hours,staff\nA B,17-Sep,4-Jan\n"))
    assert (person.hours_from, person.hours_until) == (9, 17)
    assert person.circumstances.staff_band is StaffBand.FEW
    (person,), said = people(write("s.csv", "name,hours\nA B,9:30-17:30\n"))
    assert (person.hours_from, person.hours_until) == (10, 17)
    assert any("kept as 10-17" in line for line in said)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+52 55", "-x", "@y", "\tz", "'=a", "''+b", "plain", "'quoted'", "a=b", ""]
)
def test_what_is_exported_is_no_formula_and_comes_back(cell: str) -> None:
    assert not quoted(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unquoted(quoted(cell)) == cell


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("cp1252", "name\nJosé Íñiguez\nZoé Créée\n"),
        ("mac_roman", "name\rPeña Íñigo\rLoïc Forêt\r"),
        ("cp850", "name\r\nÁngel Peña\r\n"),
    ],
)
def test_a_few_letters_of_an_old_code_page_are_enough(page: str, text: str) -> None:
    assert code_page_of(text.encode(page)) == page


@pytest.mark.parametrize(
    ("table", "is_person"),
    [
        ("name,job title,organization,e-mail\nA B,CDO,Town,a@example.org\n", True),
        ("Nombre;Apellidos;Cargo\nA;B;Jefa\n", True),
        ("firstName,lastName,phone\nA,B,1\n", True),
        ("Name,Title,Email\nA B,Director,a@example.org\n", True),
        ("name,role,bio,website\nA B,CDO,Ran a census.,https://example.org\n", True),
        ("title,text,email\nA register,The town keeps it.,a@example.org\n", False),
        ("name,description,url\nA register,The town keeps it.,https://example.org\n", False),
    ],
)
def test_people_never_become_cases(write: Write, table: str, is_person: bool) -> None:
    found = list(read_cases(write("t.csv", table)))
    assert all(("describes a person" in str(each)) is is_person for each in found)
    assert len(found) == 1


def workbook(path: Path) -> Path:
    """A workbook with a title above its table, a typed date, a formula and a sheet of notes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Cases"
    sheet.append(["Cases of the year"])
    sheet.append([])
    sheet.append(["Title", "Text", "Published", "Mood"])
    sheet.append(["Trees", "The town counted its trees.", date(2021, 3, 4), "good"])
    sheet.append(["Wells", "The town counted its wells.", date(2021, 3, 1), 7])
    sheet.append(["Lamps", '="The town counted "&"its lamps."', None, None])
    sheet["C5"].number_format = "mmm-yy"
    book.create_sheet("Notes").append(["colour", "size"])
    book.create_sheet("Old").sheet_state = "hidden"
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_dates_and_formulas(tmp_path: Path) -> None:
    heard: list[Notice] = []
    found = list(read_cases(workbook(tmp_path / "cases.xlsx"), notices=heard.append))
    drafts = [each for each in found if isinstance(each, CaseDraft)]
    assert [draft.title for draft in drafts] == ["Trees", "Wells", "Lamps"]
    assert [draft.source.published for draft in drafts] == ["2021-03-04", "2021-03", ""]
    said = " ".join(notice.text for notice in heard)
    for words in ("“Mood”", "1 formulas have no stored value", "“Notes”", "hidden sheet “Old”"):
        assert words in said


def test_a_workbook_of_people_and_one_of_nothing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Capacity", "From", "Until"])
    sheet.append(["A B", 2.0, time(9, 30), time(17)])
    book.save(tmp_path / "people.xlsx")
    (person,), _ = people(tmp_path / "people.xlsx")
    assert (person.name, person.capacity, person.hours_from) == ("A B", 2, 10)
    (problem,) = read_cases(tmp_path / "people.xlsx")
    assert "describes a person" in str(problem)
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (broken,) = read_members(tmp_path / "bad.xlsx")
    assert isinstance(broken, Problem)


def test_files_of_other_kinds_in_a_folder_are_named(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.ods", "c.txt", ".hidden.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in case_files([tmp_path])] == ["a.xlsx"]
    assert [path.name for path in passed_over([tmp_path])] == ["b.ods", "c.txt"]


@pytest.mark.parametrize(
    ("head", "title", "when"),
    [
        ("---\ntitle: Leeds: one agreement\n---\n", "Leeds: one agreement", ""),
        ("---\ntitle: [draft] Wells: a list\ndate: 2021\n---\n", "[draft] Wells: a list", "2021"),
        ('+++\ntitle = "Wells"\ndate = 2021-05-06T10:00:00Z\n+++\n', "Wells", "2021-05-06"),
        ('{\n"title": "Wells", "date": "2021"}\n', "Wells", "2021"),
        ("Title: Wells\nDate: 2021-05\n\n", "Wells", "2021-05"),
        ("% Wells\n% A. Author\n% May 2021\n\n", "Wells", "2021-05"),
    ],
)
def test_the_head_of_a_page_is_read_in_every_usual_form(
    write: Write, head: str, title: str, when: str
) -> None:
    (draft,) = read_cases(write("index.md", f"{head}The town counted its wells twice.\n"))
    assert isinstance(draft, CaseDraft)
    assert (draft.title, draft.source.title, draft.source.published) == (title, title, when)
    assert draft.text == "The town counted its wells twice."


def test_front_matter_that_cannot_be_read_names_line_and_cure(write: Write) -> None:
    (problem,) = read_cases(write("a.md", "---\ntitle: Wells\nno name\nat: 1\n---\nText.\n"))
    assert isinstance(problem, Problem)
    assert problem.line in (3, 4)
    assert "quotation marks" in problem.reason
    (problem,) = read_cases(write("b.md", "+++\ntitle = Wells\n+++\nText.\n"))
    assert isinstance(problem, Problem)
    assert problem.line == 2


def test_a_biography_is_no_case(write: Write) -> None:
    (problem,) = read_cases(write("a.md", "---\nname: A B\nrole: CDO\n---\nA B ran a census.\n"))
    assert "describes a person" in str(problem)
    (draft,) = read_cases(write("b.md", "---\ntitle: Wells\nemail: a@b.c\n---\nWells were dug.\n"))
    assert isinstance(draft, CaseDraft)
