"""A file reaches somebody in Slack once, under lost answers, limits, crashes and missing scopes."""

import asyncio
import json

import pytest

from bot.app import now
from bot.contract import Attachment, Card, Image, Person, Place, PlaceKind, Reply
from bot.messaging.outbox import direct, message
from knowledge.messaging import deliveries
from tests.support.fake_slack import Channel, FakeSlack, Json, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import settled
from tests.support.fake_slack.workspace import TEAM

UNATTACHED = "could not be attached"
REPORT = Attachment("brief.pdf", "application/pdf", b"%PDF-1.7 pages")
TIMES = Attachment("times.ics", "text/calendar", b"BEGIN:VCALENDAR")
PICTURE = Image(b"\x89PNG\r\n", "Nine of twelve pairs met.")
ANA = Person("slack", TEAM, "U1ANA", "ana")


def shared(room: Channel) -> list[Json]:
    """The messages that share files."""
    return [each for each in room.messages if each.get("files")]


async def send(bot: Bot, reply: Reply, place: Place | None = None) -> None:
    """Put a reply into the outbox."""
    draft = message("d1", place or direct(ANA), reply, ANA)
    bot.store.write(lambda session: deliveries.write(session, [draft], now()))
    bot.running.sender.wake()


async def test_an_export_asked_for_in_a_channel_comes_as_a_file_in_private(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.write("departments that refused to share data?")
    await slack.until(lambda: slack.by_bot(ana.direct))
    ana.command("/crosswalk", "data export", room)
    await slack.until(lambda: slack.files(ana.direct))
    await slack.until(lambda: slack.ephemerals(ana))
    ((name, data),) = slack.files(ana.direct).items()
    assert name.startswith("crosswalk-data-")
    assert "departments that refused" in json.loads(data)["questions"][0]["text"]
    shown = slack.ephemerals(ana)[-1]  # a busy machine says first that it is looking
    assert "direct messages" in shown.text
    assert slack.files(room) == {}
    assert slack.by_bot(room) == []


async def test_an_export_by_a_button_comes_as_a_file_too(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.write("departments that refused to share data?")
    await slack.until(lambda: slack.by_bot(ana.direct))
    ana.command("/crosswalk", "data show", room)
    await slack.until(lambda: slack.ephemerals(ana))
    ana.press(slack.ephemerals(ana)[-1], "Export as a file")
    await slack.until(lambda: slack.files(ana.direct))
    await slack.until(lambda: len(slack.ephemerals(ana)) == 2)
    await settled(slack)
    assert len(shared(ana.direct)) == 1
    assert "direct messages" in slack.ephemerals(ana)[-1].text


@pytest.mark.parametrize(
    "lost",
    ["chat.postMessage", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"],
)
async def test_a_lost_answer_neither_loses_nor_doubles_a_file(
    running: Bot, slack: FakeSlack, ana: Member, lost: str
) -> None:
    slack.faults.lose_answer(lost)
    await send(running, Reply("Your brief.", files=(REPORT, TIMES)))
    await slack.until(lambda: running.running.sender.tally["sent"])
    await settled(slack)
    (head,) = [each for each in slack.by_bot(ana.direct) if each["text"] == "Your brief."]
    (files,) = shared(ana.direct)
    assert files["thread_ts"] == head["ts"]
    assert slack.files(ana.direct) == {"brief.pdf": REPORT.data, "times.ics": TIMES.data}


async def test_a_crash_between_message_and_files_is_made_good(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.slow_down("files.completeUploadExternal", 0.4)
    await send(running, Reply("Your brief.", files=(REPORT,)))
    await slack.until(lambda: slack.count("upload"))
    await running.kill()
    await asyncio.sleep(0.6)
    await running.start()
    await slack.until(lambda: running.running.sender.tally["sent"])
    await settled(slack)
    assert len([each for each in slack.by_bot(ana.direct) if each["text"] == "Your brief."]) == 1
    assert len(shared(ana.direct)) == 1


async def test_a_limit_after_the_message_does_not_send_it_again(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.rate_limit("files.getUploadURLExternal", times=1, seconds=1)
    await send(running, Reply("Your brief.", files=(REPORT,)))
    await slack.until(lambda: slack.files(ana.direct))
    await settled(slack)
    assert slack.count("chat.postMessage") == 1
    assert len(shared(ana.direct)) == 1


async def test_without_the_scope_the_message_says_so(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.scopes.discard("files:write")
    await send(running, Reply("Your brief.", files=(REPORT,)))
    await slack.until(lambda: running.running.sender.tally["sent"])
    (only,) = slack.by_bot(ana.direct)
    assert only["text"].startswith("Your brief.")
    assert UNATTACHED in only["text"]
    assert UNATTACHED in str(only["blocks"])
    assert running.connected


async def test_a_picture_of_a_card_is_shared_with_its_words(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    card = Card("Round 3", image=PICTURE)
    await send(running, Reply("The round is over.", cards=(card,)))
    await slack.until(lambda: slack.files(ana.direct))
    (upload,) = slack.workspace.uploads.values()
    assert (upload.name, upload.data, upload.alt) == ("picture-1.png", PICTURE.png, PICTURE.alt)


async def test_files_in_a_thread_stay_in_the_thread(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    parent, _ = ana.write("Hello", room)
    place = Place("slack", TEAM, room.id, parent["ts"], PlaceKind.THREAD, private=False)
    slack.faults.lose_answer("files.completeUploadExternal")
    await send(running, Reply("Your brief.", files=(REPORT,)), place)
    await slack.until(lambda: running.running.sender.tally["sent"])
    (files,) = shared(room)
    assert files["thread_ts"] == parent["ts"]
