"""The buttons under an answer, and the home page, through the real bolt and SDK."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from knowledge.database.store import Store
from knowledge.messaging.tables import Home
from knowledge.questions.tables import Question, Rating
from knowledge.vocabulary import QuestionState, Visibility
from tests.support.community import expert
from tests.support.fake_slack import Channel, FakeSlack, Json, Member, Shown
from tests.support.fake_slack.member import elements
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, TITLE, answers, enrol, kept, said, settled

WHO = {
    "Your name": "Ana Ruiz",
    "Your community": "CITY",
    "Your role": "Chief Data Officer",
    "Your organisation": "Ayuntamiento de León",
}
HELPFUL, UNHELPFUL, SOLVED, SHARE = (
    "Helpful",
    "Not helpful",
    "This answers my question",
    "Share",
)


def labels(message: Json | Shown) -> list[str]:
    blocks = message.content["blocks"] if isinstance(message, Shown) else message["blocks"]
    return [each["text"]["text"] for each in elements(blocks) if each["type"] == "button"]


def votes(store: Store) -> list[tuple[str, bool]]:
    def find(session: Session) -> list[tuple[str, bool]]:
        rows = session.exec(select(Rating).order_by(Rating.id)).all()  # type: ignore[arg-type]
        return [(row.account_key.rpartition(":")[2], row.helpful) for row in rows]

    return store.read(find)


def question(store: Store) -> tuple[QuestionState, Visibility]:
    def find(session: Session) -> tuple[QuestionState, Visibility]:
        row = session.exec(select(Question)).one()
        return row.state, row.visibility

    return store.read(find)


def whispers(slack: FakeSlack, person: Member) -> list[str]:
    """What only that person was shown."""
    return [shown.text for shown in slack.ephemerals(person)]


def only(offer: Shown, part: str) -> Shown:
    """The same offer with just the button whose subject holds `part`."""
    blocks = offer.content["blocks"]
    (button,) = [each for each in elements(blocks) if part in each.get("value", "")]
    return replace(offer, content={"blocks": [{"type": "actions", "elements": [button]}]})


def pages(store: Store) -> int:
    return store.read(lambda session: len(session.exec(select(Home)).all()))


async def heard(slack: FakeSlack, person: Member, words: str) -> Shown:
    """The latest thing that only that person was shown, once it says `words`."""
    await slack.until(lambda: any(words in text for text in whispers(slack, person)))
    return next(each for each in reversed(slack.ephemerals(person)) if words in each.text)


@pytest.fixture
async def asked(running: Bot, slack: FakeSlack, ana: Member, room: Channel) -> Shown:
    """Ana asked in the channel, so that only she sees the answer."""
    await ana.command("/ask", ASKED, room).acknowledged()
    await slack.until(lambda: answers(slack.ephemerals(ana)) and kept(slack, ana))
    shown = answers(slack.ephemerals(ana))[-1]
    assert isinstance(shown, Shown)
    return shown


async def test_votes_are_thanked_for_in_private_and_kept_over_a_restart(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    ana.mention(room, ASKED)
    await slack.until(lambda: answers(slack.by_bot(room)))
    (answer,) = slack.by_bot(room)
    before = dict(answer)
    assert labels(answer)[-3:] == [HELPFUL, UNHELPFUL, SOLVED]
    slack.faults.twice = 1
    await ana.press(answer, HELPFUL, room).acknowledged()
    await heard(slack, ana, "Your vote is kept")
    await bea.press(answer, UNHELPFUL, room).acknowledged()
    await heard(slack, bea, "Thank you for saying so")
    assert votes(running.store) == [(ana.id, True), (bea.id, False)]
    await bea.press(answer, SOLVED, room).acknowledged()
    await heard(slack, bea, "Only whoever asked")
    assert question(running.store)[0] is QuestionState.OPEN
    await running.stop()
    await running.start()
    await ana.press(answer, UNHELPFUL, room).acknowledged()
    await heard(slack, ana, "put your question in other words")
    await ana.press(answer, SOLVED, room).acknowledged()
    await heard(slack, ana, "marked as answered")
    assert sorted(votes(running.store)) == [(ana.id, False), (bea.id, False)]
    assert question(running.store)[0] is QuestionState.SOLVED
    await settled(slack)
    assert slack.by_bot(room) == [before]  # what others see says nothing of it
    assert slack.refused == []


async def test_a_private_answer_is_shared_once_as_its_asker_chose(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel, asked: Shown
) -> None:
    assert labels(asked)[-4:] == [HELPFUL, UNHELPFUL, SOLVED, SHARE]
    enrol(running.store, ana, expert("Ana Ruiz"))
    await ana.press(asked, SHARE).acknowledged()
    offer = await heard(slack, ana, "choose the line")
    assert slack.by_bot(room) == []
    await settled(slack)
    assert slack.by_bot(room) == []  # a look at the choices shares nothing
    assert "Who asked is not said." in said(offer)
    slack.faults.twice = 1
    await ana.press(only(offer, ":HIDDEN:"), "Share like this").acknowledged()
    await heard(slack, ana, "on their way")
    await slack.until(lambda: slack.by_bot(room))
    await ana.press(asked, SHARE).acknowledged()
    await heard(slack, ana, "already")
    await settled(slack)
    (post,) = slack.by_bot(room)
    assert isinstance(post, dict)
    assert TITLE in said(post)
    assert "Who asked is not said." in said(post)
    assert ana.id not in str(post)
    assert "ana" not in said(post).casefold().split()
    assert labels(post)[-2:] == [HELPFUL, UNHELPFUL]
    assert question(running.store)[1] is Visibility.PUBLIC
    await bea.press(post, HELPFUL, room).acknowledged()
    await heard(slack, bea, "Your vote is kept")
    assert votes(running.store) == [(bea.id, True)]
    assert slack.refused == []


async def test_from_the_copy_in_the_conversation_after_a_restart(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel, asked: Shown
) -> None:
    (copy,) = kept(slack, ana)
    assert isinstance(copy, dict)
    await running.stop()
    await running.start()
    await ana.press(copy, SHARE).acknowledged()
    offer = await heard(slack, ana, "choose the line")
    await ana.press(offer, "Share like this").acknowledged()
    await slack.until(lambda: slack.by_bot(room))
    assert "Asked by: ana." in said(slack.by_bot(room)[0])
    assert slack.refused == []


async def test_another_person_shares_nothing_of_hers(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel, asked: Shown
) -> None:
    for label in (SHARE, SOLVED):
        await bea.press(asked, label).acknowledged()
    await slack.until(lambda: str(whispers(slack, bea)).count("There is no question 1") == 2)
    await bea.press(asked, HELPFUL).acknowledged()
    await heard(slack, bea, "Only those who can read an answer")
    await settled(slack)
    assert slack.by_bot(room) == []
    assert votes(running.store) == []
    assert question(running.store) == (QuestionState.OPEN, Visibility.PRIVATE)


async def test_a_conversation_of_two_is_shared_nowhere(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    (answer,) = kept(slack, ana)
    assert isinstance(answer, dict)
    await ana.press(answer, SHARE).acknowledged()
    await heard(slack, ana, "no channel to share it in")
    assert slack.refused == []


async def test_other_words_are_asked_from_a_window(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    await ana.command("/ask", "zebra quilt volcano", room).acknowledged()
    answer = await heard(slack, ana, "not in this library yet")
    assert labels(answer) == ["Ask in other words"]
    await ana.press(answer, "Ask in other words").acknowledged()
    await slack.until(lambda: ana.modal)
    assert await ana.submit({"Your question": ASKED}) == {}
    await slack.until(lambda: answers(slack.ephemerals(ana)))
    assert slack.refused == []


async def test_home_changes_with_what_is_said_elsewhere(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    for person in (ana, bea):
        await person.open_home().acknowledged()
        await slack.until(lambda person=person: person.home)  # type: ignore[misc]
    assert ana.home is not None
    await ana.press(ana.home, "Become a member").acknowledged()
    await slack.until(lambda: ana.modal)
    assert await ana.submit(WHO) == {}
    await slack.until(lambda: "Ana Ruiz" in str(ana.home))
    ana.write('offer "licensing of open data"')
    await slack.until(lambda: "licensing of open data" in str(ana.home))
    await ana.command("/ask", ASKED, room).acknowledged()
    await slack.until(lambda: ASKED in str(ana.home))
    assert ana.home is not None
    await ana.press(ana.home, SOLVED).acknowledged()
    await slack.until(lambda: "You have no open question." in str(ana.home))
    assert ana.home is not None
    await ana.press(ana.home, "Profile and settings").acknowledged()
    await slack.until(lambda: "Snooze for a week" in str(ana.modal))
    assert ana.modal is not None
    await ana.press(ana.modal, "Snooze for a week").acknowledged()
    await slack.until(lambda: "You are snoozing" in str(ana.home))
    assert "Ana Ruiz" not in str(bea.home)
    ana.write("data erase everything")
    await slack.until(lambda: "Welcome to Crosswalk" in str(ana.home))
    assert slack.refused == []


async def test_a_home_that_stood_before_the_restart_is_renewed(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await ana.open_home().acknowledged()
    await slack.until(lambda: ana.home)
    await slack.until(lambda: pages(running.store) == 1)
    await running.stop()
    await running.start()
    published = slack.count("views.publish")
    ana.write("help")
    await slack.until(lambda: slack.by_bot(ana.direct))
    await settled(slack)
    assert slack.count("views.publish") == published  # nothing on it has changed
    ana.write("zebra quilt volcano?")
    await slack.until(lambda: "zebra quilt" in str(ana.home))
    assert slack.refused == []
