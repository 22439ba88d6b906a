"""Members who go in one of five ways while messages about them wait."""

from sqlmodel import select

from bot.contract import Person
from bot.messaging import serialization
from knowledge.database.store import Store
from knowledge.lifecycle import membership
from knowledge.members import members
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import DeliveryKind, DeliveryState, MemberStatus
from tests.support.community import Room

WAYS = ("erases", "leaves", "pauses", "snoozes", "withdraws")


async def go(room: Room, store: Store, who: Person, way: str, purpose: str = "be_paired") -> None:
    """Go in one of five ways, by the words that members say."""
    match way:
        case "erases":
            await room.say(who, "data erase everything")
        case "leaves":
            (button,) = [
                one
                for one in (await room.say(who, "leave")).buttons
                if one.action.endswith("leave")
            ]
            await room.press(who, button.action, button.subject)
        case "pauses":
            number = store.read(
                lambda session: members.by_account(
                    session, who.platform, who.workspace, who.user_id
                )
            )
            assert number is not None
            store.write(
                lambda session: membership.set_status(session, number.id, MemberStatus.PAUSED)
            )
        case "snoozes":
            await room.say(who, "snooze until 2027-03-01")
        case "withdraws":
            await room.say(who, f"consent {purpose} no")


def waiting(store: Store) -> list[Delivery]:
    """What is not sent."""
    return store.read(
        lambda session: list(
            session.exec(
                select(Delivery)
                .where(Delivery.state != DeliveryState.SENT, Delivery.kind != DeliveryKind.DELETE)
                .order_by("id")
            )
        )
    )


def naming(store: Store, *words: str, but: str = "") -> list[str]:
    """What is not sent and holds one of these words, whoever but one is to read it."""
    return [
        each.reply + each.place
        for each in waiting(store)
        if each.account_key != but or not but
        if any(word in each.reply + each.place for word in words)
    ]


def read_by(store: Store, who: Person) -> list[str]:
    return [
        serialization.reply_from_json(each.reply).text
        for each in waiting(store)
        if each.account_key == who.key and each.reply
    ]
