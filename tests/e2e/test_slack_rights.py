"""What people can have the bot post: only where they take part, and nameless only if approved."""

import pytest

from tests.support.community import expert
from tests.support.fake_slack import Channel, FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, enrol, settled

NOT_YOURS = "You cannot write in that channel yourself"


async def test_nobody_has_the_bot_post_in_a_channel_that_they_are_not_in(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member
) -> None:
    hall = slack.channel("C5HALL", bea)
    ana.command("/ask", f"{ASKED} public", hall)
    await slack.until(lambda: slack.refused or slack.ephemerals(ana))
    await settled(slack)
    told = " ".join(shown.text for shown in slack.ephemerals(ana))
    told += " ".join(message["text"] for message in slack.by_bot(ana.direct))
    assert NOT_YOURS in told
    assert slack.by_bot(hall) == []
    bea.command("/ask", f"{ASKED} public", hall)
    await slack.until(lambda: slack.by_bot(hall))


@pytest.mark.parametrize("approved", [True, False])
async def test_what_is_posted_for_somebody_names_them_unless_they_are_approved(
    running: Bot, slack: FakeSlack, ana: Member, room: Channel, approved: bool
) -> None:
    if approved:
        enrol(running.store, ana, expert("Ana Ruiz"))
    ana.command("/ask", f"{ASKED} public", room)
    await slack.until(lambda: slack.by_bot(room))
    (posted,) = slack.by_bot(room)
    assert ("Asked by: ana." in posted["text"]) is not approved


async def test_sharing_without_a_name_is_for_approved_members(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    enrol(running.store, bea, expert("Bea Lind"))
    for who, nameless in ((ana, False), (bea, True)):
        who.command("/ask", ASKED, room)
        await slack.until(lambda who=who: slack.ephemerals(who))  # type: ignore[misc]
        who.press(slack.ephemerals(who)[0], "Share", room)
        await slack.until(lambda who=who: len(slack.ephemerals(who)) > 1)  # type: ignore[misc]
        assert ("Without saying who" in slack.ephemerals(who)[-1].text) is nameless


async def test_links_in_what_people_write_are_never_unfurled(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    ana.command("/ask", f"{ASKED} https://example.org public", room)
    await slack.until(lambda: slack.by_bot(room))
    bea.press(slack.by_bot(room)[0], "Helpful", room, uses=0)
    await slack.until(lambda: slack.ephemerals(bea))
    ana.command("/ask", ASKED, room)
    await slack.until(lambda: slack.ephemerals(ana))
    sending = ("chat.postMessage", "chat.postEphemeral", "response_url")
    sent = [call for call in slack.calls if call.method in sending]
    assert {call.method for call in sent} == set(sending)
    for call in sent:
        for name in ("unfurl_links", "unfurl_media"):
            assert call.arguments[name] in (False, "false", "0"), call
