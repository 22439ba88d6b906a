"""One answer to a question under duplicates, lost answers, limits, crashes and restarts."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from bot.messaging.sender import FEW_TRIES
from tests.support.fake_slack import Channel, FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, SlowEncoder, answers, kept, questions, settled


async def test_a_mention_that_comes_as_two_events_is_one_question(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.mention(room, ASKED, both=True)
    await slack.until(lambda: slack.by_bot(room))
    await settled(slack)
    assert len(slack.by_bot(room)) == 1
    assert questions(running.store) == 1


@pytest.mark.parametrize("way", ["command", "direct", "mention"])
async def test_what_is_delivered_twice_is_answered_once(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel, way: str
) -> None:
    slack.faults.twice = 1
    if way == "command":
        ana.command("/ask", ASKED)
    elif way == "direct":
        ana.write(ASKED)
    else:
        ana.mention(room, ASKED)
    place = room if way == "mention" else ana.direct
    await slack.until(lambda: answers(slack.by_bot(place)))
    await settled(slack)
    assert len(answers(slack.by_bot(place))) == 1
    assert questions(running.store) == 1


async def test_an_event_that_was_dropped_comes_again(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.dropped = 1
    _, event = ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    assert event.tries == 1


async def test_an_event_redelivered_after_a_restart_is_not_answered_again(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    _, event = ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    await running.stop()
    await running.start()
    slack.post.send("events_api", event.payload)
    await settled(slack, 1)
    assert len(kept(slack, ana)) == 1
    assert questions(running.store) == 1


async def test_a_question_in_hand_at_the_end_is_answered_after_the_restart(
    running: Bot, slack: FakeSlack, ana: Member, encoder: SlowEncoder
) -> None:
    encoder.delay = 1.0
    _, event = ana.write(ASKED)
    await event.acknowledged()
    await asyncio.sleep(0.3)
    await running.kill()
    assert kept(slack, ana) == []
    encoder.delay = 0.0
    await running.start()
    await slack.until(lambda: kept(slack, ana))
    await settled(slack)
    assert len(kept(slack, ana)) == 1
    assert questions(running.store) == 1


async def test_an_event_that_was_acknowledged_is_not_lost_by_a_crash(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    """Slack never sends again what was acknowledged: by then it must be written down."""
    slack.faults.slow_down("users.info", 2.0)
    _, event = ana.write(ASKED)
    with suppress(TimeoutError):
        await event.acknowledged(1)
    await running.kill()
    await running.start()
    await slack.until(lambda: kept(slack, ana))


async def test_an_orderly_stop_finishes_what_is_in_hand(
    running: Bot, slack: FakeSlack, ana: Member, encoder: SlowEncoder
) -> None:
    encoder.delay = 0.5
    _, event = ana.write(ASKED)
    await event.acknowledged()
    await asyncio.sleep(0.2)
    await running.stop()
    assert len(kept(slack, ana)) == 1


async def test_a_lost_answer_never_posts_twice(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    slack.faults.lose_answer("chat.postMessage")
    ana.write(ASKED)
    await slack.until(lambda: slack.count("conversations.history"))
    slack.faults.lose_answer("chat.postMessage")
    ana.mention(room, ASKED)
    await slack.until(lambda: slack.count("conversations.replies"))
    await settled(slack, 1)
    assert len(kept(slack, ana)) == 1
    assert len(slack.by_bot(room)) == 1
    assert slack.count("chat.postMessage") == 2


async def test_a_lost_answer_is_found_after_a_restart(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.lose_answer("chat.postMessage")
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    await asyncio.sleep(0.2)
    await running.kill()
    await running.start()
    await slack.until(lambda: slack.count("conversations.history"))
    await settled(slack)
    assert len(kept(slack, ana)) == 1


async def test_a_crash_while_posting_never_posts_twice(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.slow_down("chat.postMessage", 0.3)
    ana.write(ASKED)
    await slack.until(lambda: slack.count("reactions.remove"))
    await asyncio.sleep(0.1)
    await running.kill()
    await asyncio.sleep(0.5)
    await running.start()
    await settled(slack, 2)
    assert len(kept(slack, ana)) <= 1


async def test_a_post_that_broke_off_before_the_work_is_made_good(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.fail("chat.postMessage", times=2)
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    await settled(slack)
    assert len(kept(slack, ana)) == 1


async def test_a_limited_rate_is_waited_for(running: Bot, slack: FakeSlack, ana: Member) -> None:
    slack.faults.rate_limit("chat.postMessage", times=2, seconds=1)
    began = time.monotonic()
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    assert time.monotonic() - began >= 2
    assert len(kept(slack, ana)) == 1


async def test_a_used_up_address_falls_back(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel
) -> None:
    ana.command("/crosswalk", "help", room, uses=0)
    await slack.until(
        lambda: (
            [s for s in slack.ephemerals(ana) if s.via == "chat.postEphemeral"]
            or slack.by_bot(ana.direct)
        )
    )


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda slack, ana: ana.direct.__setattr__("archived", True), "is_archived"),
        (
            lambda slack, ana: slack.workspace.users[ana.id].__setitem__("deleted", True),
            "user_disabled",
        ),
    ],
)
async def test_what_cannot_be_delivered_is_given_up_visibly(
    running: Bot,
    slack: FakeSlack,
    ana: Member,
    encoder: SlowEncoder,
    spoil: Callable[[FakeSlack, Member], None],
    word: str,
) -> None:
    encoder.delay = 0.5
    _, event = ana.write(ASKED)
    await event.acknowledged()
    spoil(slack, ana)
    await slack.until(lambda: any(refused.error == word for _, refused in slack.refused))
    await slack.until(lambda: running.running.sender.tally["dead"] == 1)


async def test_another_conversation_is_not_held_up_by_a_limited_one(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member
) -> None:
    slack.faults.rate_limit("chat.postMessage", times=1, seconds=5)
    ana.write(ASKED)
    await slack.until(lambda: running.running.sender.tally["postponed"] == 1)
    bea.write(ASKED)
    await slack.until(lambda: kept(slack, bea), 3)


async def test_one_person_is_limited_to_twenty_questions_an_hour(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    for n in range(21):
        ana.write(f"{ASKED} {n}")
    await slack.until(lambda: len(slack.by_bot(ana.direct)) == 21, 30)
    assert len(kept(slack, ana)) == 20


async def test_a_refusal_that_nobody_knows_is_tried_a_few_times_and_named(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.faults.refuse("chat.postMessage", "made_up_in_2027", 99)
    with capture_logs() as log:
        ana.write(ASKED)
        await slack.until(lambda: any(each["event"].endswith("given up.") for each in log))
    tries = [method for method, _ in slack.refused if method == "chat.postMessage"]
    assert len(tries) == FEW_TRIES
    failed = [each for each in log if each["event"] == "A delivery failed."]
    assert all("made_up_in_2027" in each["kind"] for each in failed)
    assert len(failed) == FEW_TRIES - 1


async def test_files_that_slack_refuses_for_a_new_reason_do_not_hold_the_message(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))
    slack.faults.refuse("files.getUploadURLExternal", "malware_detected")
    ana.write("data export")
    await slack.until(lambda: "could not be" in slack.by_bot(ana.direct)[-1]["text"])
    assert not slack.files(ana.direct)
