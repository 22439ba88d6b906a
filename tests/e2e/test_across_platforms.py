"""One conversation between Slack and Discord: carried both ways, whatever happens meanwhile."""

from base64 import b64decode
from io import BytesIO

from pypdf import PdfReader
from sqlmodel import Session

from bot.app import now
from bot.contract import Person, Reply
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, Seat
from knowledge.introductions import introductions
from knowledge.introductions.introductions import Wish
from knowledge.questions import questions
from knowledge.vocabulary import Confidence, ConversationKind, ConversationState, Visibility
from tests.support import fake_discord, fake_slack
from tests.support.both_platforms import BothPlatforms
from tests.support.community import admit, expert
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.reading import said
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.workspace import TEAM

BRIEF = {"exchange-brief.pdf", "exchange-brief.eml"}


def asked(session: Session, asker: int) -> int:
    """A question that its asker had handed to a person; returns its number."""
    question = questions.Asked(
        text="How do you match registers?",
        language="en",
        asker_id=asker,
        account_key="",
        people_only=False,
        visibility=Visibility.PRIVATE,
        confidence=Confidence.NONE,
        score=0.0,
        at=now(),
    )
    number = questions.keep(session, question, model_id="hash", cases=(), experts=())
    introductions.keep_draft(session, number, asker, Wish(question.text), now())
    return number


def opened(bot: BothPlatforms, ana: str, lea: str) -> ConversationView:
    """A conversation of somebody in Slack with somebody in Discord, about a question."""
    seats = []
    for person in (Person("slack", TEAM, ana, "Ana"), Person("discord", "", lea, "Lea")):
        number = admit(bot.store, expert(person.user_id), person)
        greeting = serialization.reply_to_json(Reply(f"Good morning, {person.name}."))
        place = (person.platform, person.workspace, person.user_id)
        seats.append(Seat(number, person.name, "en", *place, greeting))
    number = bot.store.write(lambda s: asked(s, seats[0].member_id))
    opening = Opening(ConversationKind.INTRODUCTION, "registers", seats, str(number))
    begun = bot.store.write(lambda s: bot.core.conversations.begin(s, opening))
    bot.running.sender.wake()
    return begun


async def test_words_cross_in_both_directions_through_edits_restarts_and_outages(
    both: BothPlatforms,
    slack: FakeSlack,
    discord: FakeDiscord,
    ana: fake_slack.Member,
    lea: fake_discord.Member,
) -> None:
    begun = opened(both, ana.id, lea.id)

    def in_slack() -> list[str]:
        words = [each for each in slack.by_bot(ana.direct)[1:] if not each.get("files")]
        return [_without_signs(each["text"]) for each in words]

    def in_discord() -> list[str]:
        return [_without_signs(said(each)) for each in discord.by_bot(lea.direct)[1:]]

    await slack.until(lambda: slack.by_bot(ana.direct) and discord.by_bot(lea.direct))
    root, other = slack.by_bot(ana.direct)[0], discord.by_bot(lea.direct)[0]
    # The brief comes with the first message, as a file of each platform.
    await slack.until(lambda: slack.files(ana.direct))
    in_discord_too = {one["filename"]: one["url"] for one in other["attachments"]}
    assert set(slack.files(ana.direct)) == set(in_discord_too) == BRIEF
    data = b64decode(in_discord_too["exchange-brief.pdf"].partition(",")[2])
    for pdf in (slack.files(ana.direct)["exchange-brief.pdf"], data):
        (page,) = PdfReader(BytesIO(pdf)).pages
        assert "How do you match registers?" in page.extract_text()
    # Both ways, in order.
    first, _ = ana.write("One", thread=root["ts"])
    ana.write("Two", thread=root["ts"])
    ana.write("Three", thread=root["ts"])
    await slack.until(lambda: len(in_discord()) == 3)
    assert in_discord() == [f"Ana: {word}" for word in ("One", "Two", "Three")]
    message = lea.say(lea.direct, "Four", other)
    await slack.until(lambda: in_slack() == ["Lea: Four"])
    # An edit and a removal, each way.
    ana.edit(first, "1")
    lea.edit(message, "4")
    await slack.until(lambda: in_discord()[0] == "Ana: 1")
    await slack.until(lambda: in_slack() == ["Lea: 4"])
    ana.remove(first)
    await slack.until(lambda: len(in_discord()) == 2)
    # A crash in the middle; Discord loses an answer, and is away for a while.
    discord.faults.lose_answer("message.create")
    ana.write("Five", thread=root["ts"])
    await slack.until(lambda: len(in_discord()) == 3)
    await both.kill()
    await discord.go_away()
    lea.say(lea.direct, "Six, while nobody listened", other)
    await discord.come_back()
    await both.start()
    await slack.until(lambda: len(in_slack()) == 2)
    await discord.go_away()
    ana.write("Seven", thread=root["ts"])
    await slack.until(lambda: both.running.sender.tally["failed"] > 0)
    await discord.come_back()
    await slack.until(lambda: len(in_discord()) == 4, 30)
    lea.remove(message)
    await slack.until(lambda: len(in_slack()) == 1)
    words = ["Two", "Three", "Five", "Seven"]
    assert in_discord() == [f"Ana: {word}" for word in words]
    assert in_slack() == ["Lea: Six, while nobody listened"]
    lea.say(lea.direct, "close", other)
    await slack.until(lambda: "closed" in slack.by_bot(ana.direct)[-1]["text"])
    now = both.store.read(lambda session: conversations.get(session, begun.id))
    assert now is not None
    assert now.state is ConversationState.CLOSED


def _without_signs(text: str) -> str:
    """What is read: each platform has signs of its own for bold."""
    return text.replace("*", "").replace("\u200b", "")
