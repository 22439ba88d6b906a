"""Messages that a feature writes in the unit of what causes them; the courier sends them."""

from bot import wire
from bot.contract import Person, Place, PlaceKind, Reply
from knowledge import deliveries
from knowledge.people.accounts import AccountView

TERMINAL = "console"
"""Nothing can be sent to somebody in a terminal: it may be closed."""


def direct(person: Person | AccountView) -> Place:
    """The conversation between a person and the bot; the platform opens it."""
    return Place(person.platform, person.workspace, person.user_id, kind=PlaceKind.DIRECT)


def message(
    key: str,
    place: Place,
    reply: Reply,
    person: Person | AccountView | None = None,
    *,
    unsolicited: bool = False,
) -> deliveries.Draft:
    """A message to write into the outbox; `person`: whose act or data it concerns.

    `unsolicited`: they did nothing to get it, so it is dropped when they want to be left alone.
    """
    return deliveries.Draft(
        key=key,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        place=wire.place_to_json(place),
        reply=wire.reply_to_json(reply),
        account_key=person.key if person else "",
        unsolicited=unsolicited,
    )
