"""A message that must not be lost, as it is written into the outbox."""

from bot import wire
from bot.contract import Person, Place, PlaceKind, Reply
from knowledge import deliveries


def direct(person: Person) -> Place:
    """The conversation between a person and the bot; the platform opens it."""
    return Place(person.platform, person.workspace, person.user_id, kind=PlaceKind.DIRECT)


def message(key: str, place: Place, reply: Reply, person: Person | None = None) -> deliveries.Draft:
    """A message to write into the outbox; `person`: whose act or data it concerns.

    Whoever writes it in the unit of the change that causes it says it once, by its key.
    """
    return deliveries.Draft(
        key=key,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        place=wire.place_to_json(place),
        reply=wire.reply_to_json(reply),
        account_key=person.key if person else "",
    )
