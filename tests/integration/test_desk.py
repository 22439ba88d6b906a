"""The one door in: what fails is a reference, what is stale is a sentence, each in one language."""

import json
import re
from collections.abc import Callable

import pytest
import structlog

from bot.app import Core
from bot.contract import Quoted, Reply, Said, markup
from bot.core.commands import Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.dispatcher import Dispatcher
from bot.core.errors import InvalidForm, UserFacingError
from bot.core.handlers import pressed, said
from bot.core.platform_events import PlatformEvents
from bot.features.channels.service import Channels
from bot.i18n import LANGUAGES
from knowledge.database.store import Store
from knowledge.errors import StoreRefused
from tests.conftest import NOW
from tests.support.community import (
    STEWARD,
    Room,
    admit,
    case,
    case_cards,
    expert,
    person,
    publish,
    spoken,
)

READER = person("reader")
PRIVATE = "hunter2 of the database at 10.0.0.7"
APOLOGIES = ("Something went wrong", "de nuestro lado", "de notre côté")


class Broken:
    """A feature whose verbs and actions fail in every way there is."""

    def __init__(self, failure: Callable[[], Exception]) -> None:
        self._failure = failure

    @said("ask", Group.BOT, "")
    @said("status", Group.BOT, "")
    async def fail(self, context: Context, intent: Intent) -> Reply:
        raise self._failure()

    @pressed("case.show", who=Who.EVERYONE)
    async def press(self, context: Context, act: Act) -> Reply:
        raise self._failure()

    async def open(self, context: Context) -> Reply:
        raise self._failure()

    async def begun(self, context: Context, said: Said) -> Reply:
        raise self._failure()


def alone(core: Core, *features: Broken) -> Dispatcher:
    """A desk with these features and no others."""
    return Dispatcher(
        recognise=core.profiles.recognise,
        may_post=Channels(database=core.database).speaks,
        noticing=PlatformEvents(database=core.database, clock=lambda: NOW),
        listeners=[core.conversations.hear],
        features=[*features],
        home=features[0].open,
        posts=features[0].begun,
    )


def broken(core: Core, failure: Callable[[], Exception]) -> Room:
    """A room whose desk has that feature alone."""
    room = Room(core)
    feature = Broken(failure)
    dispatcher = alone(core, feature)
    object.__setattr__(core, "dispatcher", dispatcher)
    return room


@pytest.mark.parametrize(
    "failure",
    [
        lambda: RuntimeError(PRIVATE),
        lambda: KeyError(PRIVATE),
        lambda: OSError(28, PRIVATE),
        lambda: RecursionError(PRIVATE),
    ],
)
async def test_an_exception_becomes_a_reference_and_never_its_text(
    core: Core, failure: Callable[[], Exception]
) -> None:
    room = broken(core, failure)
    with structlog.testing.capture_logs() as logs:
        replies = [await room.say(READER, "status"), await room.press(READER, "case.show", "1")]
    for reply, entry in zip(replies, logs, strict=True):
        assert "Something went wrong on our side" in reply.text
        assert "hunter2" not in spoken(reply)
        (reference,) = re.findall(r"\b[0-9a-f]{8}\b", reply.text)
        assert entry["reference"] == reference
        assert entry["log_level"] == "error"
        assert "exc_info" in entry
        assert "status" not in json.dumps(entry, default=str)


async def test_an_order_that_is_nearly_right_is_answered_and_kept_as_no_question(
    core: Core,
) -> None:
    room = Room(core)
    for line, example in (
        ("pair pause", "pair skip next"),
        ("snooze for two weeks", "snooze until 2027-01-10"),
        ("offer open data licensing", 'offer "open data licensing"'),
        ("unsubscribe", "leave the community"),
        ("borrar mis datos", "data erase"),
    ):
        reply = await room.say(READER, line)
        assert "have asked and changed nothing" in reply.text, line
        assert example in markup.plain(reply.text), line
    assert "You have asked nothing yet" in (await room.say(READER, "questions")).text
    await room.say(READER, "ask offer open data licensing")
    assert "offer open data licensing" in spoken(await room.say(READER, "questions"))


async def test_a_failure_to_recognise_somebody_is_answered_too(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Context:
        raise RuntimeError(PRIVATE)

    monkeypatch.setattr(core.profiles, "recognise", fail)
    reply = await broken(core, lambda: KeyError("not reached")).say(READER, "status")
    assert "Something went wrong on our side" in reply.text
    assert "hunter2" not in reply.text


async def test_a_store_that_refuses_is_a_sentence(core: Core) -> None:
    room = broken(core, lambda: StoreRefused("The database is busy with another process."))
    reply = await room.say(READER, "status")
    assert "Please try again in a moment" in reply.text


async def test_an_unknown_refusal_is_worded(core: Core) -> None:
    room = broken(core, lambda: UserFacingError("a code that nobody worded", value="x"))
    assert "That is not possible as it was said" in (await room.say(READER, "status")).text


async def test_problems_of_a_form_stand_beside_its_fields(core: Core) -> None:
    problems = {"title": UserFacingError("missing"), "url": UserFacingError("too_long", limit=9)}
    room = broken(core, lambda: InvalidForm(problems))
    reply = await room.press(READER, "case.show", "1")
    assert dict(reply.errors) == {
        "title": "Please fill this in.",
        "url": "Please use at most 9 characters.",
    }
    assert reply.text


async def test_a_faulty_form_comes_back_with_what_was_typed(room: Room, store: Store) -> None:
    values = {"name": "", "community": "CITY", "role": "Chief Data Officer"}
    reply = await room.submit(READER, "profile.edit", values, "who")
    assert reply.form is not None
    assert set(reply.errors) <= {asked.name for asked in reply.form.fields}
    assert "name" in reply.errors
    typed = {asked.name: asked.value for asked in reply.form.fields}
    assert typed["role"] == "Chief Data Officer"


async def test_an_action_that_is_gone_says_so(room: Room) -> None:
    for action in ("", "case.vanish", "__class__", "profile.edit\x00"):
        reply = await room.press(READER, action, "1")
        assert "That button is from an earlier version" in reply.text


def test_nothing_is_offered_twice(core: Core) -> None:
    with pytest.raises(ValueError, match="offered twice: ask"):
        alone(core, Broken(RuntimeError), Broken(RuntimeError))


SUBJECTS = ["", "0", "1", "2", "99999", "²", "１２", "-1", "1:2:3", "pending:x", "who", "x" * 300]


async def test_no_button_or_form_however_stale_ends_in_an_exception(
    core: Core, room: Room, store: Store
) -> None:
    """Every action, from everybody, with subjects of another time and forms half filled."""
    member = person("member")
    publish(store, case("Departments that refused to share data"))
    admit(store, expert("Member", "open data"), member)
    await room.say(READER, "How is data shared?")
    actions = sorted(each for each in core.dispatcher.actions if not each.startswith("data."))
    odd: list[dict[str, str | list[str]]] = [
        {},
        {"reason": "x", "other": "²", "question": "?!", "text": "t", "title": ""},
        {"topics": ["nothing"], "consents": ["nobody"], "languages": [], "capacity": "²"},
    ]
    for who in (person("stranger"), READER, member, STEWARD):
        for action in actions:
            for subject in SUBJECTS:
                reply = await room.press(who, action, subject)
                _fine(reply, action, subject)
            for values in odd:
                for subject in ("", "1", "²"):
                    _fine(await room.submit(who, action, values, subject), action, subject)


def _fine(reply: Reply, action: str, subject: str) -> None:
    assert reply.text.strip(), (action, subject)
    assert not any(words in reply.text for words in APOLOGIES), (action, subject, reply.text)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "There is no case in the library yet."),
        ("en-GB", "There is no case in the library yet."),
        ("es", "biblioteca"),
        ("es-MX", "biblioteca"),
        ("es_419", "biblioteca"),
        ("fr", "bibliothèque"),
        ("fr-CA", "bibliothèque"),
        ("de", "There is no case in the library yet."),
        ("", "There is no case in the library yet."),
        ("not a locale at all", "There is no case in the library yet."),
    ],
)
async def test_everybody_is_answered_in_their_language(room: Room, locale: str, said: str) -> None:
    assert said in (await room.say(person("x", locale), "cases")).text


async def test_a_chosen_language_goes_before_the_platform(room: Room, store: Store) -> None:
    member = person("member", "en")
    admit(store, expert("Member"), member)
    await room.say(member, "language fr")
    assert "bibliothèque" in (await room.say(member, "cases")).text
    await room.say(member, "language auto")
    assert "library" in (await room.say(member, "cases")).text


@pytest.mark.parametrize("said", ["queue", "members", "members all", "audit", "case 1 retire"])
async def test_what_stewards_do_is_for_stewards(room: Room, said: str) -> None:
    assert "Only the stewards" in (await room.say(READER, said)).text
    assert "Only the stewards" not in (await room.say(STEWARD, said)).text


async def test_home_and_suggestions(room: Room) -> None:
    buttons = {button.action for card in (await room.open(READER)).cards for button in card.buttons}
    assert buttons >= {"profile.edit", "data.show"}
    found = await room.complete(READER, "topic", "open")
    assert [option.value for option in found.options] == ["open-data"]
    spanish = await room.complete(person("x", "es"), "topic", "dato")
    assert spanish.options
    assert len((await room.complete(READER, "topic", "")).options) == 20
    assert not (await room.complete(READER, "country", "M")).options


async def test_another_message_can_be_the_question(room: Room, store: Store) -> None:
    publish(store, case("Departments that refused to share data"))
    quoted = Quoted("departments that refused to share data", "Bea")
    assert case_cards(await room.say(READER, "  ", quoted))
    assert not case_cards(await room.say(READER, "Best pizza?", quoted))


async def test_a_stranger_s_hello_is_three_lines_and_three_buttons(room: Room) -> None:
    for word in ("hello", "hola", "bonjour", "help"):
        reply = await room.say(READER, word)
        assert len(reply.text.split("\n\n")) == 3
        assert [button.action for button in reply.buttons] == [
            "ask.form",
            "profile.edit",
            "help.all",
        ]


async def test_help_lists_what_works_for_whom(core: Core, room: Room) -> None:
    for locale in LANGUAGES:
        everyone = (await room.say(person("x", locale), "help all")).text
        listed = set(re.findall(r"^- \*\*(\w+)\*\*\s?: \S", everyone, re.MULTILINE))
        stewards = {"queue", "stale", "gaps", "channel", "members", "audit", "programme", "round"}
        stewards |= {"prompts"}
        assert listed == set(core.dispatcher.grammar.commands) - stewards
    steward = (await room.press(STEWARD, "help.all")).text
    assert {"queue", "members", "audit"} <= set(re.findall(r"\*\*(\w+)\*\*", steward))
    for verb in core.dispatcher.grammar.commands:
        assert verb in (await room.say(READER, f"help {verb}")).text
