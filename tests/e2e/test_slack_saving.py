"""Save as case, from a message's menu to what its author hears, through the real SDK."""

import pytest

from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.database.store import Store
from knowledge.vocabulary import CaseState, WhoseWords
from tests.support.community import expert
from tests.support.fake_slack import Channel, FakeSlack, Json, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import enrol, said, settled

TEXT = "We asked each office for *one* file &amp; put it online. In <https://x.org|three months>."
PLAIN = "We asked each office for *one* file & put it online. In three months (https://x.org)."


@pytest.fixture
def sam(bot: Bot, slack: FakeSlack) -> Member:
    """A steward."""
    member = slack.member("U9SAM", "sam")
    enrol(bot.store, member, expert("Sam"), steward=True)
    return member


def case(store: Store, number: int) -> CaseView:
    found = store.read(lambda session: cases.get(session, number))
    assert found is not None
    return found


def held(modal: Json | None, label: str) -> str:
    """What stands in a field of a form."""
    assert modal is not None
    (element,) = (
        block["element"]
        for block in modal["blocks"]
        if block["type"] == "input" and block["label"]["text"] == label
    )
    return str(element.get("initial_value", ""))


async def test_a_message_becomes_a_case_and_its_author_hears_of_it(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, sam: Member, room: Channel
) -> None:
    enrol(running.store, ana, expert("Ana"))
    message, _ = bea.write(TEXT, room)
    await ana.shortcut("save_case", message, room).acknowledged()
    await slack.until(lambda: ana.modal)
    modal = ana.modal
    assert held(modal, "Text") == PLAIN
    link = held(modal, "Address of the source")
    assert link.startswith("https://city.slack.com/archives/C1DATA/p")
    assert held(modal, "Title") == ""
    assert "Somebody else wrote this message" in str(modal)
    assert PLAIN not in str((modal or {})["private_metadata"])
    filled = {"Title": "One file from each office"}
    assert list(await ana.submit(filled)) == ["Whose words are these"]
    filled |= {"Whose words are these": "summarised"}
    assert list(await ana.submit(filled)) == ["Text"]  # they are still the message's
    assert await ana.submit(filled | {"Text": "Each office gave a file. It worked."}) == {}
    await slack.until(lambda: ana.modal and ana.modal["title"]["text"] == "Where it was")
    assert await ana.submit({"Country": "Atlantis"}) != {}
    assert await ana.submit({"Country": "MX", "Level of government": "city"}) == {}
    await slack.until(lambda: "waits for a steward" in str(slack.ephemerals(ana)))
    draft = case(running.store, 2)
    assert (draft.state, draft.whose_words) == (CaseState.DRAFT, WhoseWords.SUMMARISED)
    assert (draft.source.url, draft.country) == (link, "MX")
    assert bea.id not in repr(draft)
    sam.write("queue")
    await slack.until(lambda: slack.by_bot(sam.direct))
    (queue,) = slack.by_bot(sam.direct)
    assert "Saved by: Ana (member" in said(queue)
    await sam.press(queue, "Approve").acknowledged()
    await sam.press(queue, "Approve").acknowledged()
    await slack.until(lambda: "is published as case 2" in str(slack.by_bot(ana.direct)), 12)
    await settled(slack)
    assert str(slack.by_bot(ana.direct)).count("is published as case 2. ") <= 1
    assert len(slack.by_bot(ana.direct)) == 1
    assert slack.refused == []


async def test_a_rejected_draft_comes_back_with_the_reason(
    running: Bot, slack: FakeSlack, ana: Member, sam: Member, room: Channel
) -> None:
    enrol(running.store, ana, expert("Ana"))
    message, _ = ana.write("x" * 3_500, room)
    await ana.shortcut("save_case", message, room).acknowledged()
    await slack.until(lambda: ana.modal)
    assert await ana.submit({"Title": "Mine"}) == {}  # their own words: already chosen
    await slack.until(lambda: ana.modal and ana.modal["title"]["text"] == "Where it was")
    sam.write("queue")
    await slack.until(lambda: slack.by_bot(sam.direct))
    await sam.press(slack.by_bot(sam.direct)[0], "Reject").acknowledged()
    await slack.until(lambda: sam.modal)
    assert await sam.submit({"Reason": "No source"}) == {}
    await slack.until(lambda: "No source" in str(slack.by_bot(ana.direct)), 12)
    assert slack.refused == []


async def test_whoever_is_no_member_learns_how_to_become_one(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, room: Channel
) -> None:
    message, _ = bea.write(TEXT, room)
    await ana.shortcut("save_case", message, room).acknowledged()
    await slack.until(lambda: "This is for members." in str(slack.ephemerals(ana)))
    assert ana.modal is None
    await bea.command("/crosswalk", "save", room).acknowledged()
    await slack.until(lambda: "join" in str(slack.ephemerals(bea)))


async def test_save_without_a_message_opens_an_empty_form(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    enrol(running.store, ana, expert("Ana"))
    await ana.command("/crosswalk", "save").acknowledged()
    await slack.until(lambda: ana.modal)
    assert held(ana.modal, "Text") == held(ana.modal, "Source") == ""
