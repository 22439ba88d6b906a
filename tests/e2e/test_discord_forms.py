"""Buttons and forms in Discord: pressed twice, by others, after a restart; validated, corrected."""

import asyncio

from tests.support.fake_discord import Channel, FakeDiscord, Interaction, Json, Member, Shown
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import (
    ASKED,
    READ,
    TITLE,
    SlowEncoder,
    answers,
    kept,
    labels,
    questions,
    said,
)

WHO = {
    "Your name": "Lea Ruiz",
    "Your community": "CITY",
    "Your role": "Chief Data Officer",
    "Your organisation": "Ayuntamiento de León",
}
WHERE = {
    "City or place": "León",
    "Country": "Atlantis",
    "Languages you work in": "es, en",
    "Time zone": "America/Mexico_City",
    "Hours when you can talk": "9-17",
}


async def settled(seconds: float = 0.5) -> None:
    """Give what should not happen the time to happen."""
    await asyncio.sleep(seconds)


def seen(member: Member) -> int:
    """How much the person was shown alone."""
    return len(member.shown) + len(member.forms)


async def pressed(discord: FakeDiscord, member: Member, label: str) -> Interaction:
    """Press what the person was shown last under that label; wait until Discord knows."""
    await discord.until(lambda: _with(member, label))
    act = member.press(_with(member, label)[-1], label)
    await act.acknowledged()
    return act


def _with(member: Member, label: str) -> list[Shown]:
    return [shown for shown in member.shown if label in labels(shown)]


async def test_a_button_pressed_twice_by_another_and_after_a_restart_is_harmless(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    await lea.slash("ask", hall, question=ASKED, public=True).acknowledged()
    await discord.until(lambda: answers(discord.by_bot(hall)))
    (answer,) = discord.by_bot(hall)
    before = said(answer)
    for who in (lea, lea, tom):
        await who.press(answer, READ).acknowledged()
    await discord.until(lambda: seen(lea) >= 2 and seen(tom) >= 1)
    await guild_running.stop()
    await guild_running.start()
    had = seen(tom)
    await tom.press(answer, READ).acknowledged()
    await discord.until(lambda: seen(tom) > had)
    await settled()
    assert [said(message) for message in discord.by_bot(hall)] == [before]
    assert questions(guild_running.store) == 1
    assert discord.refused == []


async def test_each_button_of_an_answer_does_something(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    (answer,) = kept(lea)
    for label in labels(answer):
        had, acts = seen(lea), len(discord.by_bot(lea.direct))
        act = lea.press(answer, label)
        assert await act.acknowledged() in {4, 5, 6, 7, 9}
        await discord.until(
            lambda had=had, acts=acts: (  # type: ignore[misc]
                seen(lea) > had or len(discord.by_bot(lea.direct)) > acts
            )
        )
    assert discord.refused == []


async def test_an_interaction_that_comes_twice_is_done_once(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    act = lea.slash("ask", hall, question=ASKED)
    discord.world.emit("INTERACTION_CREATE", act.payload)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1
    assert questions(guild_running.store) == 1


async def test_an_empty_command_opens_a_form_that_asks(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    opened = lea.slash("crosswalk", hall, text="ask")
    assert await opened.acknowledged() == 9
    assert lea.modal is not None
    assert lea.modal["title"] == "Ask"
    await lea.submit({"Your question": ASKED}).acknowledged()
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1
    assert discord.refused == []


async def test_a_mention_leads_to_a_form_by_a_button(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    lea.write("ask")
    await discord.until(lambda: discord.by_bot(lea.direct))
    (told,) = discord.by_bot(lea.direct)
    act = lea.press(told, labels(told)[0])
    assert await act.acknowledged() == 9
    await lea.submit({"Your question": ASKED}).acknowledged()
    await discord.until(lambda: kept(lea))
    assert discord.refused == []


async def test_a_form_that_was_open_before_a_restart_still_arrives(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    await lea.slash("crosswalk", hall, text="ask").acknowledged()
    await guild_running.stop()
    await guild_running.start()
    await lea.submit({"Your question": ASKED}).acknowledged()
    await discord.until(lambda: kept(lea))
    assert discord.refused == []


async def test_a_profile_is_filled_refused_corrected_and_saved(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    await lea.slash("profile", hall).acknowledged()
    if not lea.forms:
        await discord.until(lambda: lea.shown)
        await pressed(discord, lea, labels(lea.shown[-1])[0])
    await lea.submit(WHO).acknowledged()
    await discord.until(lambda: any("Saved." in said(shown) for shown in lea.shown))
    assert (await pressed(discord, lea, "Place and hours")).answered == 9
    had = len(lea.shown)
    await lea.submit(WHERE).acknowledged()
    await discord.until(lambda: len(lea.shown) > had)
    assert "Country" in said(lea.shown[-1])
    opened = len(lea.forms)
    (again, *_) = labels(lea.shown[-1])
    assert (await pressed(discord, lea, again)).answered == 9
    assert len(lea.forms) == opened + 1
    filled = {each["component"].get("value") for each in (lea.modal or {})["components"]
              if each["type"] == 18}  # fmt: skip
    assert "León" in filled  # what was typed is still there
    await lea.submit({"Country": "Mexico"}).acknowledged()
    await discord.until(lambda: "Saved." in said(lea.shown[-1]))
    lea.write("profile")
    await discord.until(lambda: "Ayuntamiento de León" in _all(discord, lea))
    assert discord.refused == []


async def test_a_form_asked_for_too_late_waits_behind_a_button(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    hall: Channel,
) -> None:
    act = lea.slash("crosswalk", hall, text="ask")
    discord.world.forward(4)
    await settled(1.5)
    assert lea.forms == []
    assert act.refused
    assert act.refused[0].code == 10062
    told: list[Json | Shown] = [*lea.shown, *discord.by_bot(lea.direct)]
    assert told  # the person is told by the way that is left
    again = lea.press(told[-1], labels(told[-1])[0])
    assert await again.acknowledged() == 9


async def test_a_late_answer_falls_back_to_a_message(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, encoder: SlowEncoder, hall: Channel
) -> None:
    """A command's token is good for a quarter of an hour; what is kept arrives all the same."""
    encoder.delay = 1.5
    act = lea.slash("ask", hall, question=ASKED)
    assert await act.acknowledged() == 5
    discord.world.forward(1000)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1
    assert TITLE in said(kept(lea)[0])


def _all(discord: FakeDiscord, member: Member) -> str:
    return "\n".join(said(message) for message in discord.by_bot(member.direct))
