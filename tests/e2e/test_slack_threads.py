"""What is done in a thread is answered in that thread."""

from sqlmodel import select

from knowledge.database.store import Store
from knowledge.questions.tables import Question
from knowledge.vocabulary import QuestionState
from tests.support.fake_slack import Channel, FakeSlack, Json, Member, Shown
from tests.support.fake_slack.member import elements
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, said, settled


async def answered_in_thread(slack: FakeSlack, ana: Member, room: Channel) -> tuple[str, Json]:
    """The thread below a mention, and the bot's answer in it."""
    asked, _ = ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    (answer,) = slack.by_bot(room)
    assert answer["thread_ts"] == asked["ts"]
    return asked["ts"], answer


async def test_whatever_is_pressed_in_a_thread_is_answered_there(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    thread, answer = await answered_in_thread(slack, ana, room)
    labels = [each["text"]["text"] for each in elements(answer["blocks"]) if "text" in each]
    assert len(labels) > 3
    for label in labels:
        shown = len(slack.ephemerals(bea))
        bea.press(answer, label, room)
        await slack.until(lambda n=shown: len(slack.ephemerals(bea)) > n or bea.modal)  # type: ignore[misc]
        slack.workspace.stacks.pop(bea.id, None)
    assert slack.ephemerals(bea)
    assert {each.content.get("thread_ts") for each in slack.ephemerals(bea)} == {thread}


async def test_a_press_on_what_a_press_showed_stays_there_as_well(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    thread, answer = await answered_in_thread(slack, ana, room)
    bea.press(answer, "Read", room)
    await slack.until(lambda: slack.ephemerals(bea))
    (first,) = slack.ephemerals(bea)
    button = next(each for each in buttons(first))
    bea.press(first, button, room)
    await slack.until(lambda: len(slack.ephemerals(bea)) > 1)
    assert slack.ephemerals(bea)[-1].content["thread_ts"] == thread


async def test_a_lost_answering_address_does_not_lead_out_of_the_thread(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    thread, answer = await answered_in_thread(slack, ana, room)
    bea.press(answer, "Helpful", room, uses=0)
    await slack.until(lambda: slack.ephemerals(bea))
    assert slack.ephemerals(bea)[0].via == "chat.postEphemeral"
    assert slack.ephemerals(bea)[0].content["thread_ts"] == thread


async def test_a_slash_command_in_a_channel_is_answered_in_the_channel(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.command("/ask", ASKED, room)
    await slack.until(lambda: slack.ephemerals(ana))
    await settled(slack)
    assert "thread_ts" not in slack.ephemerals(ana)[0].content


async def test_a_mention_that_is_deleted_takes_the_answer_with_it(
    running: Bot, slack: FakeSlack, store: Store, ana: Member, room: Channel
) -> None:
    asked, _ = ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    ana.remove(asked, room)
    await slack.until(lambda: not slack.by_bot(room))
    (found,) = store.read(lambda session: session.exec(select(Question)).all())
    assert found.state is QuestionState.WITHDRAWN


async def test_a_question_that_is_withdrawn_takes_its_public_answer_with_it(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.mention(room, ASKED)
    await slack.until(lambda: slack.by_bot(room))
    ana.write("withdraw 1")
    await slack.until(lambda: not slack.by_bot(room))
    await slack.until(lambda: [each for each in slack.by_bot(ana.direct) if "remove" in said(each)])


def buttons(shown: Shown) -> list[str]:
    found = elements(shown.content["blocks"])
    return [each["text"]["text"] for each in found if each["type"] == "button"]
