"""Messages that a feature writes in the unit of what causes them; the courier sends them."""

from collections.abc import Sequence

from bot import wire
from bot.contract import Person, Place, PlaceKind, Reply
from knowledge import deliveries
from knowledge.people.accounts import AccountView
from knowledge.vocabulary import DeliveryKind

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
    target: str = "",
    about: str = "",
    kind: DeliveryKind = DeliveryKind.POST,
) -> deliveries.Draft:
    """A message to write into the outbox; `person`: whose act or data it concerns.

    `target`: the key of the message that it answers, changes or removes; `about`: what it belongs
    to.
    """
    return deliveries.Draft(
        key=key,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        place=wire.place_to_json(place),
        reply=wire.reply_to_json(reply),
        account_key=person.key if person else "",
        kind=kind,
        target=target,
        about=about,
    )


def group(key: str, persons: Sequence[Person], topic: str, about: str) -> deliveries.Draft:
    """A room to be opened for people of one workspace; who opened it is told where it is."""
    return deliveries.Draft(
        key=key,
        platform=persons[0].platform,
        workspace=persons[0].workspace,
        channel=about,
        place=wire.group_to_json(wire.Group(tuple(persons), topic)),
        reply="",
        kind=DeliveryKind.OPEN,
        about=about,
    )
