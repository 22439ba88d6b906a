"""What Discord sends, as what somebody did."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.discord import commands, forms, inbound
from adapters.discord.doctor import install_link
from adapters.discord.pending_forms import PendingForms
from adapters.discord.permissions import NEEDED
from adapters.discord.posting import nonce
from bot.contract import Field, FieldKind, Form, Option, Person, Place, PlatformUI
from bot.features.help.platform_ui import platform_ui
from bot.i18n import LANGUAGES, words
from tests.support.fake_discord.official import judge
from tests.support.grammar import some

ANA = Person("discord", "", "7", "Ana")
HERE = Place("discord", "1", "2")
BOT = 99
VERBS = frozenset({"ask", "case", "expert", "profile", "help", "queue"})
SURFACES: Mapping[str, PlatformUI] = {
    one: platform_ui(words(one), some(VERBS)) for one in LANGUAGES
}
COMMANDS = SURFACES["en"].commands


def said(content: str, **facts: Any) -> Any:
    """A message as far as words are read from it."""
    told = {"mentions": [], "role_mentions": [], "channel_mentions": [], **facts}
    return SimpleNamespace(content=content, **told)


def named(number: int, name: str) -> Any:
    return SimpleNamespace(id=number, display_name=name, name=name)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@99> who shares?", "who shares?"),
        ("<@!99>   who shares?  ", "who shares?"),
        ("who <@99> shares?", "who  shares?"),
        ("<@99> ask <@5> and <@6>", "ask @Ben and @6"),
        ("<@99> in <#8> and <#9>", "in #general and #9"),
        ("<@99> <:ok:12> </ask:4> <t:5>", ":ok: /ask <t:5>"),
        ("<@&3> who?", "@staff who?"),
        ("<@&4> who?", "who?"),
    ],
)
def test_words_are_read_without_the_bots_own_mention(content: str, text: str) -> None:
    staff = SimpleNamespace(id=3, name="staff", tags=None)
    own = SimpleNamespace(id=4, name="Crosswalk", tags=SimpleNamespace(bot_id=BOT))
    found, _ = inbound.words(
        said(
            content,
            mentions=[named(5, "Ben")],
            channel_mentions=[named(8, "general")],
            role_mentions=[staff, own],
        ),
        BOT,
    )
    assert found == text


def test_who_is_named_is_told() -> None:
    _, mentions = inbound.words(said("<@99> <@5> <@5>", mentions=[named(5, "Ben")]), BOT)
    assert [(one.key, one.name) for one in mentions] == [("discord::5", "Ben")]


@pytest.mark.parametrize(
    ("data", "text", "public"),
    [
        ({"name": "ask", "options": [{"name": "question", "value": "who?"}]}, "ask who?", None),
        (
            {
                "name": "ask",
                "options": [
                    {"name": "public", "value": True},
                    {"name": "topic", "value": "legal"},
                    {"name": "question", "value": "who?"},
                ],
            },
            "ask who? topic:legal",
            True,
        ),
        (
            {
                "name": "ask",
                "options": [
                    {"name": "question", "value": "who?"},
                    {"name": "public", "value": False},
                ],
            },
            "ask who?",
            False,
        ),
        ({"name": "case", "options": [{"name": "number", "value": "42"}]}, "case 42", None),
        ({"name": "profile"}, "profile", None),
        ({"name": "queue"}, "queue", None),
        (
            {"name": "crosswalk", "options": [{"name": "text", "value": "data show"}]},
            "data show",
            None,
        ),
    ],
)
def test_a_command_is_the_one_grammar(data: dict[str, Any], text: str, public: bool | None) -> None:
    found = inbound.command(data, ANA, HERE, "interaction:1", COMMANDS)
    assert found is not None
    assert (found.text, found.public, found.event_id) == (text, public, "interaction:1")


def test_a_command_that_is_not_ours_is_not_understood() -> None:
    assert inbound.command({"name": "ban"}, ANA, HERE, "1", COMMANDS) is None
    assert inbound.pressed({"custom_id": "music-stop"}, ANA, HERE, "1") is None
    assert forms.unnamed("music-stop") is None
    assert forms.unnamed("0|a|b|c") == (0, "a", "b|c")


def test_what_is_being_typed() -> None:
    data = {"name": "ask", "options": [{"name": "topic", "value": "le", "focused": True}]}
    found = inbound.completing(data, ANA, HERE, "1")
    assert found is not None
    assert (found.field, found.prefix) == ("topic", "le")
    assert inbound.completing({"options": [{"name": "topic"}]}, ANA, HERE, "1") is None


def test_the_values_of_a_form() -> None:
    data = {
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "name", "value": "Ana"}},
            {"type": 18, "component": {"type": 3, "custom_id": "one", "values": ["a"]}},
            {"type": 18, "component": {"type": 3, "custom_id": "none", "values": []}},
            {"type": 18, "component": {"type": 3, "custom_id": "many", "values": ["a", "b"]}},
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": ""}]},
            {"type": 10, "content": "a note"},
        ]
    }
    both = (Option("A", "a"), Option("B", "b"))
    form = Form(
        "F",
        "f",
        fields=(
            Field("name", "Name"),
            Field("one", "One", FieldKind.ONE_OF, options=both),
            Field("none", "None", FieldKind.ONE_OF, options=both),
            Field("many", "Many", FieldKind.ANY_OF, options=both),
        ),
    )
    told = {"name": "Ana", "one": "a", "none": "", "many": ["a", "b"], "old": ""}
    assert forms.given(form, inbound.form_values(data)) == told
    assert forms.given(None, inbound.form_values(data)) == told


def test_drafts_are_bounded_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = PendingForms()
    for number in range(1_001):
        drafts.keep(str(number), Form("F", "f", fields=(Field("name", "Name"),)))
    assert drafts.find("0", "f", "") is None
    kept = drafts.fill("5", "f", "", {"name": "Ana"})
    assert kept is not None
    assert kept.fields[0].value == "Ana"
    assert drafts.find("5", "f", "") == kept
    monkeypatch.setattr("adapters.discord.pending_forms.REMEMBERED", -1.0)
    assert drafts.find("5", "f", "") is None


def test_the_commands_that_discord_lists() -> None:
    told = {one["name"]: one for one in commands.definitions(SURFACES)}
    assert list(told) == ["ask", "case", "expert", "profile", "queue", "crosswalk", "Ask Crosswalk"]
    assert told["queue"]["default_member_permissions"] == 32
    assert "default_member_permissions" not in told["ask"]
    assert told["ask"]["description_localizations"].keys() == {"es-ES", "es-419", "fr"}
    assert [one["name"] for one in told["ask"]["options"]] == ["question", "topic", "public"]
    assert told["Ask Crosswalk"]["name_localizations"]["fr"] == "Demander à Crosswalk"
    for one in told.values():
        judge(one, "ApplicationCommandUpdateRequest")


def test_saving_a_case_is_offered_when_it_does_something() -> None:
    english = SURFACES["en"]
    assert "Save as case" not in [one["name"] for one in commands.definitions(SURFACES)]
    with_save = PlatformUI(
        **{name: getattr(english, name) for name in english.__dataclass_fields__}
        | {"verbs": {**english.verbs, "save": "keeps"}}
    )
    offered = commands.definitions({"en": with_save})
    assert offered[-1]["name"] == "Save as case"


def test_a_nonce_is_short_and_tells_acts_apart() -> None:
    keys = ["k" * 24, "interaction:1456074443980800015", "interaction:1456074443980800016"]
    assert len({nonce(key) for key in keys}) == 3
    assert nonce(keys[0]) == keys[0]
    assert all(len(nonce(key)) <= 25 for key in keys)


def test_the_install_link_asks_for_little() -> None:
    link = install_link(123)
    assert f"permissions={NEEDED.value}" in link
    assert "scope=bot+applications.commands" in link
    assert not NEEDED.administrator
    assert not NEEDED.manage_guild
