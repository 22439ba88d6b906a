"""Discord's own library with our adapter, against a simulated server: no network, no token."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import discord
import simcord
from pydantic import SecretStr

from adapters.discord.adapter import DiscordAdapter, made
from adapters.discord.render import texts
from adapters.discord.settings import DiscordSettings
from bot.contract import (
    Acted,
    Audience,
    Button,
    Card,
    Choices,
    Fact,
    Field,
    FieldKind,
    Form,
    Inbound,
    Option,
    Place,
    PlaceKind,
    PlatformEvent,
    PlatformUI,
    Pressed,
    Reply,
    Said,
    Select,
    Submitted,
)
from bot.features.help.platform_ui import platform_ui
from bot.i18n import LANGUAGES, words
from tests.support.grammar import some

VERBS = frozenset({"ask", "case", "expert", "profile", "help", "queue", "save"})
CARD = Card(
    "Sharing across departments",
    body="They **showed value** first.",
    facts=(Fact("Source", "[Case study](https://example.org/leon)"),),
    buttons=(Button("Helpful", "case.helpful", "42"),),
    selects=(Select("Topic", "case.topic", "42", (Option("Legal", "l"), Option("Data", "d"))),),
)
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
SHORT = Form("Your name", "name.save", "3", (Field("name", "Name", value="Ana"),), note="Briefly.")

Answer = Reply | Choices | None | Callable[[], Awaitable[Reply | None]]


def uis() -> Mapping[str, PlatformUI]:
    made = {language: platform_ui(words(language), some(VERBS)) for language in LANGUAGES}
    return {
        language: replace(each, verbs={**each.verbs, "save": "keeps somebody's message"})
        for language, each in made.items()
    }


@dataclass
class Core:
    """Answers each act in turn from a list and remembers the acts."""

    answers: list[Answer] = field(default_factory=list)
    acts: list[Acted] = field(default_factory=list)

    async def __call__(self, act: Inbound) -> Reply | Choices | None:
        if isinstance(act, PlatformEvent):
            return None
        self.acts.append(act)
        answer = self.answers.pop(0) if self.answers else Reply("Noted.")
        return await answer() if callable(answer) else answer


@dataclass
class Room:
    """One server with one channel and one member."""

    adapter: DiscordAdapter
    env: Any
    guild: Any
    channel: Any
    ana: Any
    core: Core

    @property
    def bot(self) -> str:
        return f"<@{self.env.bot.user.id}>"

    def last(self) -> discord.Message:
        message: discord.Message = self.channel.last_message
        return message


@asynccontextmanager
async def server(*answers: Answer) -> AsyncIterator[Room]:
    core = Core(list(answers))
    adapter = made(DiscordSettings(bot_token=SecretStr("simulated")))
    assert adapter is not None
    adapter.prepare(core, uis())
    async with simcord.run(adapter.made()) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ana = guild.add_member(env.create_user("ana"))
        yield Room(adapter, env, guild, channel, ana, core)


def said_in(message: discord.Message | simcord.ResponseMessage) -> str:
    """Every word of a message."""
    drawn: list[Any] = [
        part if isinstance(part, dict) else part.to_dict() for part in message.components
    ]
    return "\n".join(texts(drawn))


async def test_a_mention_is_answered_by_a_reply() -> None:
    reply = Reply("One case.", cards=(CARD,), audience=Audience.CHANNEL)
    async with server(reply) as room:
        asked = await room.ana.send(room.channel, f"{room.bot} who shares sensor data?")
        (said,) = room.core.acts
        assert isinstance(said, Said)
        assert said.text == "who shares sensor data?"
        assert said.event_id == said.place.message == str(asked.id)
        assert (said.in_place, said.place.kind, said.place.private) == (
            False,
            PlaceKind.CHANNEL,
            False,
        )
        answer = room.last()
        told = said_in(answer)
        assert answer.reference is not None
        assert answer.reference.message_id == asked.id
        assert told == (
            f"One case.\n**{CARD.title}**\nThey **showed value** first.\n"
            "**Source:** [Case study](<https://example.org/leon>)"
        )


async def test_what_is_not_said_to_the_bot_is_not_heard() -> None:
    async with server() as room:
        await room.ana.send(room.channel, "good morning")
        other = room.guild.add_member(room.env.create_user("ben"))
        await room.ana.send(room.channel, f"<@{other.id}> hello")
        assert room.core.acts == []


async def test_a_direct_message_needs_no_mention() -> None:
    async with server(Reply("Noted, in private.")) as room:
        await room.ana.send_dm("who shares sensor data?")
        (said,) = room.core.acts
        assert isinstance(said, Said)
        assert (said.place.kind, said.place.channel) == (PlaceKind.DIRECT, str(room.ana.id))
        assert said.person.key == f"discord::{room.ana.id}"


async def test_a_person_is_the_same_in_a_server_and_in_private() -> None:
    async with server() as room:
        await room.ana.send(room.channel, f"{room.bot} one")
        await room.ana.send_dm("two")
        first, second = room.core.acts
        assert isinstance(first, Said)
        assert isinstance(second, Said)
        assert first.person.key == second.person.key


async def test_a_reply_to_an_answer_goes_on() -> None:
    reply = Reply("One case.", audience=Audience.CHANNEL)
    async with server(reply, reply) as room:
        await room.ana.send(room.channel, f"{room.bot} first question?")
        await room.ana.send(room.channel, "and the second?", reply_to=room.last())
        assert [act.text for act in room.core.acts if isinstance(act, Said)] == [
            "first question?",
            "and the second?",
        ]


async def test_a_private_reply_to_a_mention_goes_to_the_direct_messages() -> None:
    async with server(Reply("For you alone.")) as room:
        await room.ana.send(room.channel, f"{room.bot} data show")
        assert room.last().author.id == room.ana.id


async def test_an_answer_opens_a_thread_where_it_is_asked_to() -> None:
    here = Reply("Here it is.\nAll of it.", audience=Audience.CHANNEL, thread=True)
    async with server(here, Reply("And more.", audience=Audience.CHANNEL, thread=True)) as room:
        asked = await room.ana.send(room.channel, f"{room.bot} who shares?")
        (thread,) = room.channel.threads
        assert thread.id == asked.id
        assert said_in(thread.last_message) == "Here it is.\nAll of it."
        await room.ana.send(thread, f"{room.bot} and who else?")
        said = room.core.acts[-1]
        assert (said.place.channel, said.place.thread) == (str(room.channel.id), str(thread.id))
        assert said.place.kind is PlaceKind.THREAD
        assert said_in(thread.last_message) == "And more."


async def test_a_command_is_answered_for_the_person_alone() -> None:
    async with server(Reply("One case.", cards=(CARD,))) as room:
        shown = await room.ana.slash(room.channel, "ask", question="who shares?", topic="legal")
        (said,) = room.core.acts
        assert isinstance(said, Said)
        assert (said.text, said.public, said.in_place) == (
            "ask who shares? topic:legal",
            None,
            True,
        )
        assert shown.ephemeral
        assert said_in(shown.response).startswith("One case.\n")


async def test_a_public_question_leaves_nothing_waiting() -> None:
    async with server(None) as room:
        await room.ana.slash(room.channel, "ask", question="who shares?", public=True)
        (said,) = room.core.acts
        assert isinstance(said, Said)
        assert said.public is True
        assert room.channel.history() == []


async def test_a_slow_answer_is_announced_and_comes_in_place() -> None:
    async def slowly() -> Reply:
        await asyncio.sleep(2)
        return Reply("At last.")

    async with server(slowly) as room:
        shown = await room.ana.slash(room.channel, "ask", question="who shares?")
        assert shown.ephemeral
        assert said_in(shown.response) == "At last."
        assert "PATCH" in room.env.transcript()


async def test_a_button_and_a_choice_come_back_after_a_restart() -> None:
    reply = Reply("One case.", cards=(CARD,), audience=Audience.CHANNEL)
    async with server(reply) as room:
        await room.ana.send(room.channel, f"{room.bot} cases")
        ben = room.guild.add_member(room.env.create_user("ben"))
        shown = await ben.click(room.last(), label="Helpful")
        await ben.click(room.last(), label="Helpful")
        await ben.select(room.last(), ["d"])
        presses = [act for act in room.core.acts if isinstance(act, Pressed)]
        assert [(act.action, act.subject, tuple(act.values)) for act in presses] == [
            ("case.helpful", "42", ()),
            ("case.helpful", "42", ()),
            ("case.topic", "42", ("d",)),
        ]
        assert len({act.event_id for act in presses}) == 3
        assert shown.ephemeral


async def test_nothing_is_kept_in_memory_for_buttons() -> None:
    reply = Reply("One case.", cards=(CARD,), audience=Audience.CHANNEL)
    async with server(reply) as room:
        await room.ana.send(room.channel, f"{room.bot} cases")
        assert list(room.env.bot.persistent_views) == []
        assert room.env.bot._connection._view_store._views == {}


async def test_a_form_is_filled_and_sent() -> None:
    async with server(Reply("Please fill this in.", form=SHORT), Reply("Saved.")) as room:
        opened = await room.ana.slash(room.channel, "profile")
        assert opened.modal is not None
        sent = await room.ana.submit_modal(opened, {"name": "Ana María"})
        act = room.core.acts[-1]
        assert isinstance(act, Submitted)
        assert (act.action, act.subject, dict(act.values)) == (
            "name.save",
            "3",
            {"name": "Ana María"},
        )
        assert said_in(sent.response) == "Saved."


async def test_a_form_of_six_parts_has_two_pages() -> None:
    long = Form(FORM.title, FORM.action, FORM.subject, (*FORM.fields, Field("last", "Last")))
    async with server(Reply("Please fill this in.", form=long), Reply("Saved.")) as room:
        opened = await room.ana.slash(room.channel, "profile")
        first = await room.ana.submit_modal(
            opened,
            {"title": "Sensors", "story": "Twice.", "topic": ["d"], "tongues": ["es", "fr"]}
            | {"place": "León"},
        )
        assert len(room.core.acts) == 1
        second = await room.ana.click(first.response, label="Next page")
        await room.ana.submit_modal(second, {"last": "Done"})
        act = room.core.acts[-1]
        assert isinstance(act, Submitted)
        assert {
            name: list(value) if not isinstance(value, str) else value
            for name, value in act.values.items()
        } == {
            "title": "Sensors",
            "story": "Twice.",
            "topic": "d",
            "tongues": ["es", "fr"],
            "place": "León",
            "last": "Done",
        }


async def test_a_faulty_form_comes_back_as_it_was_filled_in() -> None:
    faulty = Reply("One thing is left.", errors={"name": "Both names, please."})
    async with server(Reply("Please.", form=SHORT), faulty, Reply("Saved.")) as room:
        opened = await room.ana.slash(room.channel, "profile")
        refused = await room.ana.submit_modal(opened, {"name": "Zoë"})
        assert "Both names, please." in said_in(refused.response)
        again = await room.ana.click(refused.response, label="Correct it")
        assert "Zoë" in str(again.modal)
        await room.ana.submit_modal(again, {"name": "Zoë Ruiz"})
        first, second = (act for act in room.core.acts if isinstance(act, Submitted))
        assert first.event_id != second.event_id
        assert second.values["name"] == "Zoë Ruiz"


async def test_a_form_leads_to_another() -> None:
    last = Form("And now", "second", fields=(Field("town", "Your town"),))
    async with server(Reply("1", form=SHORT), Reply("2", form=last), Reply("Saved.")) as room:
        opened = await room.ana.slash(room.channel, "profile")
        sent = await room.ana.submit_modal(opened, {"name": "Ana"})
        following = await room.ana.click(sent.response, label="And now")
        await room.ana.submit_modal(following, {"town": "León"})
        act = room.core.acts[-1]
        assert isinstance(act, Submitted)
        assert (act.action, dict(act.values)) == ("second", {"town": "León"})


async def test_a_forgotten_page_is_told_kindly() -> None:
    long = Form(FORM.title, FORM.action, FORM.subject, (*FORM.fields, Field("last", "Last")))
    opening = Reply("Please fill this in.", form=long)
    async with server(opening, opening) as room:
        opened = await room.ana.slash(room.channel, "profile")
        first = await room.ana.submit_modal(opened, {"title": "Sensors"})
        room.adapter._drafts._kept.clear()
        told = await room.ana.click(first.response, label="Next page")
        assert "is not here any more" in said_in(told.response)
        pressed = room.core.acts[-1]
        assert isinstance(pressed, Pressed)
        assert (pressed.action, pressed.subject) == ("ask.send", "7")
        again = await room.ana.click(told.response, label="Your question")
        assert again.modal is not None


async def test_somebodys_message_can_be_asked_about_and_saved() -> None:
    async with server() as room:
        ben = room.guild.add_member(room.env.create_user("ben"))
        said = await ben.send(room.channel, "We share sensor data.")
        await room.ana.context_menu(room.channel, "Ask Crosswalk", said)
        await room.ana.context_menu(room.channel, "Save as case", said)
        asked, saved = room.core.acts
        assert isinstance(asked, Said)
        assert isinstance(saved, Said)
        assert (asked.text, saved.text) == ("", "save")
        assert asked.quoted is not None
        assert (asked.quoted.text, asked.quoted.author) == ("We share sensor data.", "ben")
        assert asked.quoted.permalink.startswith("https://discord.com/channels/")


async def test_topics_are_suggested() -> None:
    async with server(Choices((Option("Legal matters", "legal"),))) as room:
        offered = await room.ana.autocomplete(room.channel, "ask", "topic", "leg")
        assert [(one["name"], one["value"]) for one in offered] == [("Legal matters", "legal")]


async def test_a_failing_core_is_told_without_its_words() -> None:
    async def fail() -> Reply:
        raise RuntimeError("secret detail")

    async with server(fail) as room:
        shown = await room.ana.slash(room.channel, "ask", question="who?")
        assert "Something went wrong on our side." in said_in(shown.response)


async def test_nobody_is_pinged_by_somebodys_text() -> None:
    reply = Reply("@everyone <@1> <@&2> <#3> </ask:4> <t:5:F>", audience=Audience.CHANNEL)
    async with server(reply) as room:
        await room.ana.send(room.channel, f"{room.bot} hello?")
        answer = room.last()
        assert (answer.mentions, answer.role_mentions, answer.mention_everyone) == ([], [], False)
        sends = [one for one in room.env.http_requests if one.path.endswith("/messages")]
        assert sends[-1].json["allowed_mentions"]["parse"] == []
        assert sends[-1].json["enforce_nonce"] is True


async def test_what_is_for_one_person_goes_into_no_thread() -> None:
    async with server(Reply("For you alone.")) as room:
        room.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
        await room.ana.send(room.channel, f"{room.bot} data show")
        assert list(room.channel.threads) == []
        sends = [one for one in room.env.http_requests if one.path.endswith("/messages")]
        assert all("For you alone." not in str(one.json) for one in sends)


async def test_commands_are_told_once_and_in_three_languages() -> None:
    async with server() as room:
        told = [one for one in room.env.http_requests if one.method == "PUT"]
        (ask,) = [one for one in told[0].json if one["name"] == "ask"]
        assert ask["name_localizations"]["es-419"] == "preguntar"
        assert ask["description_localizations"]["fr"]
        await room.env.restart_bot()
        again = [one for one in room.env.http_requests if one.method == "PUT"]
        assert len(again) == len(told)


async def test_a_message_that_waits_is_sent_once_per_key() -> None:
    async with server() as room:
        place = Place("discord", str(room.guild.id), str(room.channel.id), kind=PlaceKind.CHANNEL)
        first = await room.adapter.post(place, Reply("Your answer."), "k" * 24)
        again = await room.adapter.post(place, Reply("Your answer."), "k" * 24, in_doubt=True)
        other = await room.adapter.post(place, Reply("Your answer."), "l" * 24, in_doubt=True)
        assert first == again
        assert other != first
        assert len(room.channel.history()) == 2
