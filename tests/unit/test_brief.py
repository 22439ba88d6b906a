"""The exchange brief: one page whatever is put in, a mail that is a draft, a calendar in UTC."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pypdf import PdfReader

from bot.calendars.overlap import Span, shared_hours
from bot.calendars.working_week import WorkingWeek
from bot.contract import FILES_LIMIT, Reply
from bot.features.briefs.brief import Brief, CitedCase, Handling, Participant, exchange_brief
from bot.features.briefs.calendar_file import calendar
from bot.features.briefs.mail import mail
from bot.features.briefs.page import page
from knowledge.database.circumstances import CircumstancesView
from knowledge.vocabulary import DataSource, LegalBasis, Level, PopulationBand, StaffBand
from tests.support.properties import slow

MADE = datetime(2027, 3, 8, 12, tzinfo=UTC)
MEETING = Span(datetime(2027, 3, 9, 14, tzinfo=UTC), datetime(2027, 3, 9, 14, 45, tzinfo=UTC))
ANA = Participant(
    "Ana Ruiz, Chief Data Officer, León, Mexico",
    "es",
    "America/Mexico_City",
    "¿Cómo lograr que obras públicas y tránsito compartan los datos de los sensores?",
    CircumstancesView(Level.CITY, PopulationBand.FROM_500K, LegalBasis.AGREEMENT),
)
LUC = Participant(
    "someone from a statistics office, Western Europe",
    "fr",
    "Europe/Paris",
    "",
    CircumstancesView(Level.NATIONAL, None, LegalBasis.AGREEMENT, StaffBand.HUNDREDS),
)
CASE = CitedCase(
    "Departments that refused to share data",
    "They showed value first.",
    "SDSN TReNDS, 2022",
    "https://example.org/leon",
)
BRIEF = Brief("introduction-17", (ANA, LUC), MADE, cases=(CASE,), agreed=(MEETING,))
SCRIPTS = "Ș ő ž Ž đ Việt Ελλάδα Київ العربية \u0378\u0379\u0380 👍🏽 \u202edrawkcab\x00"
HOSTILE = '#read("/etc/passwd") *b* _i_ $x$ \\ ] } " `raw` @ref <label> = // {{'


def pdf(brief: Brief) -> PdfReader:
    return PdfReader(BytesIO(page(brief)))


def shown(brief: Brief) -> str:
    """The text of the only page; what breaks a long word or a line is left out."""
    (only,) = pdf(brief).pages
    return " ".join(only.extract_text().replace("\u200b", "").split())


def letter(brief: Brief) -> EmailMessage:
    raw = mail(brief, exchange_brief(brief)[:1])
    return email.message_from_bytes(raw, policy=email.policy.default)


def body(brief: Brief) -> str:
    text = letter(brief).get_body()
    assert text is not None
    return str(text.get_content())


def test_the_page_says_it_in_both_languages() -> None:
    text = shown(BRIEF)
    for words in (
        "Ficha de intercambio",
        "Fiche d’échange",
        ANA.shown_as,
        LUC.shown_as,
        ANA.problem,
        CASE.title,
        CASE.sentence,
        CASE.source,
        "Nivel de gobierno – A: ciudad o municipio; B: nacional",
        "Niveau d’administration – A: ville ou municipalité; B: national",
        "America/Mexico City",
        "08:00–08:45",
        "15:00–15:45",
        "8 de marzo de 2027",
    ):
        assert words in text
    assert "A: un acuerdo" not in text  # both have the same legal basis
    assert "Three questions" not in text


def test_a_screen_reader_can_read_the_page() -> None:
    reader = pdf(BRIEF)
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (pypdf's own boolean)
    assert root["/Lang"] == "es"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "Ficha de intercambio · Fiche d’échange"
    assert "pdfuaid" in str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
    annotations: Any = reader.pages[0]["/Annots"]
    links = [each.get_object()["/A"]["/URI"] for each in annotations]
    assert links == [CASE.address]


def test_the_same_facts_give_the_same_page() -> None:
    assert page(BRIEF) == page(BRIEF)


def test_it_can_be_made_at_any_moment() -> None:
    assert page(replace(BRIEF, made_at=MADE + timedelta(microseconds=17))) == page(BRIEF)


def test_a_problem_that_may_not_be_shown_leaves_no_trace() -> None:
    silent = replace(BRIEF, people=(replace(ANA, problem=""), LUC))
    assert "En qué trabaja" not in shown(silent)
    assert "EN QUÉ TRABAJA" not in body(silent)


def test_people_of_one_language_read_it_once() -> None:
    same = replace(BRIEF, people=(replace(ANA, language="en"), replace(LUC, language="la")))
    assert shown(same).count("Exchange brief") == 1
    assert body(same).count(CASE.sentence) == 1


def test_the_rule_is_the_one_of_the_exchange() -> None:
    asked = shown(BRIEF)
    assert "Chatham House" not in asked
    house = replace(BRIEF, handling=Handling.CHATHAM_HOUSE, rule="No recordings, please.")
    assert "Regla de Chatham House" in shown(house)
    assert "Règle de Chatham House" in shown(house)
    assert "No recordings, please." in shown(house)


def test_shared_hours_stand_until_a_time_is_agreed() -> None:
    weeks = [WorkingWeek("America/Mexico_City", 8, 16, "MX"), WorkingWeek("Europe/Paris", 9, 17)]
    hours = shared_hours(weeks, date(2027, 3, 9), date(2027, 3, 10))
    open_yet = replace(BRIEF, agreed=(), shared=hours)
    assert "08:00–10:00" in shown(open_yet)
    assert "15:00–17:00" in shown(open_yet)
    assert "no coinciden" in shown(replace(open_yet, shared=()))
    assert "no coinciden" in body(replace(open_yet, shared=()))
    assert "Horas de trabajo" not in shown(replace(open_yet, shared=None))


def test_somebodys_words_are_never_commands() -> None:
    people = (replace(ANA, problem=HOSTILE, shown_as=HOSTILE), LUC)
    hostile = replace(BRIEF, people=people, rule=HOSTILE, questions=(HOSTILE,))
    text = shown(replace(hostile, cases=(CitedCase(HOSTILE, HOSTILE, HOSTILE, "javascript:1"),)))
    assert text.count(HOSTILE) == 8  # the rule once for each language
    assert "javascript" not in text


def test_what_no_font_has_is_marked_and_said() -> None:
    text = shown(replace(BRIEF, people=(replace(ANA, problem=SCRIPTS), LUC)))
    for there in ("Ș ő ž Ž đ Việt", "Ελλάδα", "Київ"):
        assert there in text
    assert "□□□" in text
    assert "\u0378" not in text
    assert "Algunos caracteres no se pueden mostrar" in text
    assert "\u0378" in body(replace(BRIEF, people=(replace(ANA, problem=SCRIPTS), LUC)))


@pytest.mark.parametrize(
    "name", ["王小明", "佐藤 花子", "박지훈", "สมศรี ดีงาม", "சுந்தர்", "సీత", "សុខា", "سلمى", "सीता"]
)
def test_names_of_every_script_that_we_have_fonts_for_are_shown(name: str) -> None:
    page = replace(BRIEF, people=(replace(ANA, shown_as=name), LUC))
    text = shown(page)
    assert "□" not in text
    assert "no se pueden mostrar" not in text
    if "\u3040" < name[0] < "\ud7af":  # other scripts put letters and marks together
        assert name in text


def test_what_is_shortened_is_said_and_whole_in_the_mail() -> None:
    long = replace(BRIEF, people=(replace(ANA, problem="largo texto " * 2_000), LUC))
    assert "se acortaron" in shown(long)
    assert "se acortaron" not in shown(BRIEF)
    assert body(long).count("largo texto") == 4_000  # once for each language


def test_our_own_sentences_are_never_cut() -> None:
    people = [replace(each, problem="largo texto " * 2_000) for each in (ANA, LUC)]
    cases = [replace(CASE, sentence="long text " * 2_000)] * 2
    full = replace(BRIEF, people=people, cases=cases, rule="Regel " * 900)
    full = replace(full, handling=Handling.CHATHAM_HOUSE, agreed=[MEETING] * 5)
    text = shown(full)
    assert "ni dónde trabaja." in text
    assert "ni où cette personne travaille." in text
    assert "…" in text


LONG = st.builds(
    lambda text, times: text * times,
    st.sampled_from(("W", "WWW ", "ab ", HOSTILE, SCRIPTS, "ÄÖ-", "https://e.org/a/", "\n", "i")),
    st.sampled_from((1, 40, 700, 5_000)),
)
OFFICES = st.builds(
    CircumstancesView,
    st.sampled_from(Level),
    st.sampled_from(PopulationBand),
    st.sampled_from(LegalBasis),
    st.sampled_from(StaffBand),
    st.sampled_from(DataSource),
)
ZONES = st.sampled_from(["UTC", "America/Argentina/ComodRivadavia", "Asia/Kathmandu", "No/where"])
PEOPLE = st.builds(Participant, LONG, st.sampled_from(["en", "es", "fr"]), ZONES, LONG, OFFICES)
SPANS = st.lists(
    st.integers(0, 10**6).map(
        lambda at: Span(MADE + timedelta(minutes=at), MADE + timedelta(minutes=at + 45))
    ),
    max_size=30,
)
BRIEFS = st.builds(
    Brief,
    st.just("k"),
    st.lists(PEOPLE, min_size=2, max_size=3),
    st.just(MADE),
    st.lists(st.builds(CitedCase, LONG, LONG, LONG, LONG), max_size=4),
    st.lists(LONG, max_size=5),
    st.sampled_from(Handling),
    LONG,
    st.none() | SPANS,
    SPANS,
)


@slow()
@given(BRIEFS)
def test_whatever_is_put_in_fits_on_one_page(brief: Brief) -> None:
    reader = pdf(brief)
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)  # A4 in points


def test_nothing_runs_over_the_right_edge() -> None:
    wide = replace(BRIEF, people=(replace(ANA, problem="W" * 500, shown_as="M" * 300), LUC))
    edges: list[float] = []

    def note(text: str, *where: object) -> None:
        if text.strip():
            matrix = where[1]
            edges.append(float(matrix[4]))  # type: ignore[index]

    pdf(wide).pages[0].extract_text(visitor_text=note)
    assert edges
    assert max(edges) < 595


def test_three_people_get_three_columns_and_one_or_four_none() -> None:
    bea = Participant("Bea, Accra", "en", "Africa/Accra")
    three = shown(replace(BRIEF, people=(ANA, LUC, bea)))
    assert "Exchange brief" in three
    assert "14:00–14:45" in three
    for people in ((ANA,), (ANA, LUC, bea, bea)):
        with pytest.raises(ValueError, match="two or three"):
            replace(BRIEF, people=people)


def test_the_mail_is_a_draft_with_the_files_attached() -> None:
    files = {file.name: file for file in exchange_brief(BRIEF)}
    assert list(files) == ["exchange-brief.pdf", "exchange-brief.eml", "exchange-brief.ics"]
    message = email.message_from_bytes(
        files["exchange-brief.eml"].data, policy=email.policy.default
    )
    assert (message["To"], message["From"], message["X-Unsent"]) == ("", "", "1")
    assert "Ficha de intercambio: para su aprobación" in message["Subject"]
    assert not message.defects
    attached = {part.get_filename(): part for part in message.iter_attachments()}
    assert set(attached) == {"exchange-brief.pdf", "exchange-brief.ics"}
    assert attached["exchange-brief.pdf"].get_content() == files["exchange-brief.pdf"].data
    times = attached["exchange-brief.ics"]
    assert times.get_content_type() == "text/calendar"
    assert times.get_param("method") is None
    assert times.get_payload(decode=True) == files["exchange-brief.ics"].data
    for words in (ANA.problem, CASE.address, "15:00–15:45 (Europe/Paris)"):
        assert words in body(BRIEF)
    assert len(Reply("x", files=tuple(files.values())).files) == 3
    assert sum(len(file.data) for file in files.values()) < FILES_LIMIT // 4


def test_no_words_add_a_header_to_the_mail() -> None:
    people = (replace(ANA, shown_as="x\r\nBcc: a@b.example", problem="y\nTo: z"), LUC)
    message = letter(replace(BRIEF, people=people))
    assert message["Bcc"] is None
    assert message["To"] == ""


def test_without_an_agreed_time_there_is_no_calendar() -> None:
    files = exchange_brief(replace(BRIEF, agreed=()))
    assert [file.name for file in files] == ["exchange-brief.pdf", "exchange-brief.eml"]


def test_the_calendar_is_in_utc_keeps_its_uids_and_names_no_address() -> None:
    second = Span(MEETING.start + timedelta(days=7), MEETING.end + timedelta(days=7))
    raw = calendar(replace(BRIEF, agreed=(MEETING, second)))
    assert b"@" not in raw
    assert b"DTSTART:20270309T140000Z" in raw
    made: Any = Calendar.from_ical(raw)
    assert "METHOD" not in made  # published, it would have to name an organiser
    assert str(made["VERSION"]) == "2.0"
    assert not made.errors
    first, other = made.walk("VEVENT")
    assert not first.errors
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (MEETING.start, MEETING.end)
    assert (str(first["UID"]), str(other["UID"])) == (
        "introduction-17",
        "introduction-17-2",
    )
    assert ANA.shown_as in first["DESCRIPTION"]
    assert max(map(len, raw.split(b"\r\n"))) <= 75


def test_a_moved_time_replaces_the_one_in_the_calendar() -> None:
    later = Span(MEETING.start + timedelta(hours=1), MEETING.end + timedelta(hours=1))
    moved: Any = Calendar.from_ical(calendar(replace(BRIEF, agreed=(later,), revision=1)))
    (event,) = moved.walk("VEVENT")
    assert str(event["UID"]) == "introduction-17"
    assert int(event["SEQUENCE"]) == 1
    assert event["DTSTART"].dt == later.start


def test_an_organiser_stands_only_where_an_address_was_given() -> None:
    raw = calendar(replace(BRIEF, organiser="office@example.org"))
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:office@example.org"
    assert "ATTENDEE" not in event
