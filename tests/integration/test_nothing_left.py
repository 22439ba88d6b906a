"""After a whole life and an erasure no word of somebody is left in the file or its journal.

Every word of hers holds `quetzal`; both platforms work, or neither does.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import Person, Place, Said
from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.database.store import Store
from knowledge.members import audit
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.vocabulary import Community, DeliveryState
from tests.integration.test_conversations import Pair
from tests.integration.test_introductions import button
from tests.support.community import EXPERT, NAMED, Room, admit, expert
from tests.support.fake_platform import Posted
from tests.support.waiting import until
from tests.support.world import look

XOCHITL = Person("chat", "W", "U1", "Xochitl Quetzal")
BO = Person("talk", "V", "U2", "Bo Berg")
CY = Person("chat", "W", "U3", "Cy Lund")
HERS, THEIRS = "quetzal feathers in the census", "feathers in the census"
FORM = {
    "question": f"How do you count {HERS}?",
    "context": "Our quetzal registers disagree.",
    "languages": "en",
    "urgency": "WEEKS",
    "shown": "NAMED",
}


@pytest.fixture
async def pair(core: Core) -> AsyncIterator[Pair]:
    found = Pair(core)
    await found.start()
    yield found
    await found.stop()


def traces(store: Store) -> list[str]:
    """What is still readable of her on the disk, with some of what stands around it."""
    assert store.file is not None
    found: list[str] = []
    for file in Path(store.file.parent).glob(store.file.name + "*"):
        data = file.read_bytes()
        at = data.lower().find(b"quetzal")
        while at >= 0 and len(found) < 10:
            found.append(f"{file.suffix}: {data[max(0, at - 80) : at + 60]!r}")
            at = data.lower().find(b"quetzal", at + 1)
    return found


async def live(pair: Pair, store: Store, room: Room) -> None:
    """What she asks, answers, writes, offers and hands in, and what others write about it."""
    number = admit(
        store,
        expert(
            XOCHITL.name,
            f"registers of {HERS}",
            consents=EXPERT | NAMED,
            role="Quetzal",
            contact_line="x@quetzal.example",
            organisation="Quetzal Office",
        ),
        XOCHITL,
    )
    admit(store, expert("Bo Berg", f"counting {THEIRS}", consents=EXPERT | NAMED), BO)
    admit(store, expert("Cy Lund", community=Community.CITY, consents=NAMED), CY)
    plain = {**FORM, "question": f"Who registers {THEIRS}?", "context": "We begin."}
    for who, words in ((XOCHITL, FORM), (CY, plain)):
        answer = await room.say(who, words["question"])
        opened = await room.press(who, *pressed(answer, "Ask an expert"))
        assert opened.form is not None
        shown = await room.submit(who, opened.form.action, words, opened.form.subject)
        await room.press(who, *pressed(shown, "Send"))
    steps = store.read(lambda session: list(session.exec(select(Question.id)).all()))
    for who in (BO, XOCHITL):
        for step in steps:
            await room.say(who, f"accept {step}")
    draft = CaseDraft("q", "Quetzals counted", "By Xochitl Quetzal.", SourceView("Quetzal minutes"))

    def write(session: Session) -> None:
        made = cases.add(session, draft, publish=False, author_id=number)
        audit.record(session, "cli", "case.reject", f"case:{made.id}", "quetzals are not data")
        audit.record(session, "cli", "member.reject", f"member:{number}", "Quetzal wrote to me")

    store.write(write)


def pressed(reply: object, label: str) -> tuple[str, str]:
    found = button(reply, label)  # type: ignore[arg-type]
    return found.action, found.subject


@pytest.mark.parametrize("down", [False, True], ids=["calm", "both down"])
async def test_nothing_of_her_is_left(pair: Pair, core: Core, store: Store, down: bool) -> None:
    def trouble(posted: Posted) -> None:
        if down:
            raise ConnectionError("no way")

    for platform in pair.platforms.values():
        platform.trouble = trouble
    await live(pair, store, Room(core))
    assert traces(store)
    if down:
        await until(lambda: bool(pair.platforms["talk"].tries))
        store.write(give_one_up)
    handler = pair.platforms["chat"].handler
    assert handler is not None
    place = Place("chat", "W", XOCHITL.user_id)
    said = Said(event_id="said:last", person=XOCHITL, place=place, text="data erase everything")
    await handler(said)
    await asyncio.sleep(0)
    await until(lambda: not open_acts(store))
    await look(core, "traces of what was erased")
    assert [each for each in traces(store) if "said:last" not in each] == []


def open_acts(store: Store) -> int:
    from knowledge.messaging import inbox

    return store.read(inbox.open_acts)


def give_one_up(session: Session) -> None:
    """One message to somebody else is dead by now."""
    row = session.exec(
        select(Delivery).where(Delivery.account_key == BO.key, Delivery.reply != "").limit(1)
    ).first()
    if row is not None:
        row.state = DeliveryState.DEAD
        session.add(row)
