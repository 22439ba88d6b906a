"""What every platform does alike with the same core behind it."""

from collections.abc import Callable, Sequence

from structlog.testing import capture_logs

from bot.contract import (
    Attachment,
    Button,
    Card,
    Choices,
    Fact,
    Field,
    FieldKind,
    Form,
    Inbound,
    Option,
    PlaceKind,
    Pressed,
    Reply,
    Said,
    Select,
    Submitted,
)
from tests.contract.conftest import Driver
from tests.support.scripted_terminal import Abandon, Choose, Fill, Press, Say

FORM = Form(
    "Your question",
    "ask.send",
    subject="7",
    note="No personal data, please.",
    fields=(
        Field("title", "In one line", required=True),
        Field("story", "What have you tried", FieldKind.TEXT),
        Field(
            "topic", "Topic", FieldKind.ONE_OF, options=(Option("Legal", "l"), Option("Data", "d"))
        ),
        Field(
            "tongues",
            "Languages",
            FieldKind.ANY_OF,
            options=(Option("es", "es"), Option("fr", "fr")),
        ),
        Field("place", "Where", value="León"),
    ),
)
CARD = Card(
    "Sharing across departments",
    body="They **showed value** first.",
    facts=(Fact("Source", "[Case study](https://example.org/leon)"), Fact("Age", "published 2022")),
    buttons=(Button("Helpful", "case.helpful", "42"),),
    selects=(Select("Topic", "case.topic", "42", (Option("Legal", "l"), Option("Data", "d"))),),
)


class Core:
    """Answers each act in turn from a list and remembers the acts."""

    def __init__(self, *answers: Reply | Choices | Callable[[], Reply] | None) -> None:
        self.acts: list[Inbound] = []
        self._answers: list[Reply | Choices | Callable[[], Reply] | None] = list(answers)

    async def __call__(self, act: Inbound) -> Reply | Choices | None:
        self.acts.append(act)
        answer = self._answers.pop(0) if self._answers else Reply("Noted.")
        return answer() if callable(answer) else answer

    def only(self, kind: type[Inbound]) -> Sequence[Inbound]:
        return [act for act in self.acts if isinstance(act, kind)]


async def test_words_reach_the_core_and_its_text_comes_back(driver: Driver) -> None:
    core = Core(Reply("Two offices answered."))
    await driver.play(core, Say("who shares sensor data?"))
    (said,) = core.acts
    assert isinstance(said, Said)
    assert said.text == "who shares sensor data?"
    assert said.person.user_id
    assert said.place.kind is PlaceKind.DIRECT
    assert "Two offices answered." in driver.seen()


async def test_a_card_shows_title_body_facts_and_address(driver: Driver) -> None:
    await driver.play(Core(Reply("One case.", cards=(CARD,))), Say("cases"))
    for words in (
        "Sharing across departments",
        "showed value",
        "Source",
        "Case study",
        "https://example.org/leon",
        "published 2022",
    ):
        assert words in driver.seen()
    assert "**" not in driver.seen()


async def test_a_pressed_button_comes_back_with_action_and_subject(driver: Driver) -> None:
    core = Core(Reply("One case.", cards=(CARD,), buttons=(Button("Share", "share", "9"),)))
    await driver.play(core, Say("cases"), Press("Share"), Press("Helpful"))
    pressed = [(act.action, act.subject) for act in core.acts if isinstance(act, Pressed)]
    assert pressed == [("share", "9"), ("case.helpful", "42")]


async def test_a_chosen_option_comes_back_as_its_value(driver: Driver) -> None:
    core = Core(Reply("One case.", cards=(CARD,)))
    await driver.play(core, Say("cases"), Choose("Topic", "Data"))
    pressed = core.acts[-1]
    assert isinstance(pressed, Pressed)
    assert (pressed.action, pressed.subject, tuple(pressed.values)) == ("case.topic", "42", ("d",))


async def test_a_filled_form_comes_back_with_all_values(driver: Driver) -> None:
    core = Core(Reply("Please fill this in.", form=FORM))
    values = {
        "title": "Sensors",
        "story": "Asked twice.\nNo answer.",
        "topic": "Data",
        "tongues": ("es", "fr"),
    }
    await driver.play(core, Say("ask"), Fill(values))
    sent = core.acts[-1]
    assert isinstance(sent, Submitted)
    assert (sent.action, sent.subject) == ("ask.send", "7")
    assert {
        name: value if isinstance(value, str) else tuple(value)
        for name, value in sent.values.items()
    } == {
        "title": "Sensors",
        "story": "Asked twice.\nNo answer.",
        "topic": "d",
        "tongues": ("es", "fr"),
        "place": "León",
    }


async def test_a_faulty_field_is_asked_again_with_its_sentence(driver: Driver) -> None:
    core = Core(
        Reply("Please fill this in.", form=FORM),
        Reply("One thing is left.", errors={"title": "Five words or more, please."}),
    )
    await driver.play(
        core,
        Say("ask"),
        Fill({"title": "Sensors", "topic": "Legal"}),
        Fill({"title": "Sensors in every street"}),
    )
    first, second = (act for act in core.acts if isinstance(act, Submitted))
    assert first.event_id != second.event_id
    assert first.values["title"] == "Sensors"
    assert second.values["title"] == "Sensors in every street"
    assert second.values["topic"] == "l"
    assert "Five words or more, please." in driver.seen()


async def test_an_abandoned_form_sends_nothing(driver: Driver) -> None:
    core = Core(Reply("Please fill this in.", form=FORM))
    await driver.play(core, Say("ask"), Abandon(), Say("help"))
    assert [type(act) for act in core.acts] == [Said, Said]


async def test_a_form_may_lead_to_another(driver: Driver) -> None:
    last = Form("And now", "second", fields=(Field("name", "Your name"),))
    core = Core(Reply("First.", form=FORM), Reply("Second.", form=last))
    await driver.play(core, Say("ask"), Fill({"title": "Sensors"}), Fill({"name": "Ana"}))
    sent = core.acts[-1]
    assert isinstance(sent, Submitted)
    assert (sent.action, dict(sent.values)) == ("second", {"name": "Ana"})


async def test_two_acts_have_two_event_ids(driver: Driver) -> None:
    core = Core(Reply("One case.", cards=(CARD,)))
    await driver.play(core, Say("same"), Say("same"), Press("Helpful"), Press("Helpful"))
    assert len({act.event_id for act in core.acts}) == len(core.acts) == 4


async def test_a_failing_core_is_told_and_logged_without_its_words(driver: Driver) -> None:
    def fail() -> Reply:
        raise RuntimeError("secret detail")

    core = Core(fail)
    with capture_logs() as logs:
        await driver.play(core, Say("who?"), Say("still there?"))
    errors = [entry for entry in logs if entry["log_level"] == "error"]
    assert [entry["event_id"] for entry in errors] == [core.acts[0].event_id]
    assert "secret detail" not in str([entry["event"] for entry in logs])
    assert "Something went wrong on our side." in driver.seen()
    assert "secret detail" not in driver.seen()
    assert "Noted." in driver.seen()


async def test_silence_and_suggestions_are_not_shown(driver: Driver) -> None:
    core = Core(None, Choices((Option("nowhere", "n"),)))
    await driver.play(core, Say("one"), Say("two"))
    assert len(core.acts) == 2
    assert "nowhere" not in driver.seen()


async def test_markup_in_a_members_words_stays_words(driver: Driver) -> None:
    reply = Reply("Quoted: \\*\\*not bold\\*\\*", cards=(Card("[red]title[/red] \x1b[31m"),))
    await driver.play(Core(reply), Say("cases"))
    assert "**not bold**" in driver.seen()
    assert "[red]title[/red]" in driver.seen()
    assert "\x1b" not in driver.seen()


async def test_files_come_with_the_words_that_name_them(driver: Driver) -> None:
    brief = Attachment("brief.pdf", "application/pdf", b"%PDF-1.7 two pages \xff\x00")
    times = Attachment("times.ics", "text/calendar", "BEGIN:VCALENDAR León".encode())
    await driver.play(Core(Reply("Your brief.", files=(brief, times))), Say("brief"))
    assert "Your brief." in driver.seen()
    assert driver.files() == {"brief.pdf": brief.data, "times.ics": times.data}
