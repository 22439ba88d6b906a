"""What a channel reads of a round: that it begins, and how it went; numbers, never who did not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.contract import Card, Reply
from bot.documents.chart import bar_chart
from bot.features.exchange.programmes.replies import chatham_house
from bot.features.exchange.programmes.settings import places_of, rules_of
from bot.i18n import Markup, Words, words
from bot.i18n.labels import topic
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from knowledge.database.keys import key_of
from knowledge.exchange.programmes import ProgrammeView
from knowledge.messaging import channels, deliveries

FEWEST_GROUPS = 3
"""Of fewer groups no number is told: whoever knows who met knows who did not."""
MOST_TOPICS = 5


def announcement(
    say: Words,
    programme: ProgrammeView,
    number: int,
    counts: Mapping[str, int],
    named: Sequence[Sequence[str]],
) -> Reply:
    """What the channel reads: numbers, and the names of those who agreed to be named."""
    if not counts["groups"]:
        return Reply(
            say(
                "Round {number} of {programme}: there were too few people to bring together this "
                "time. Write **pair join** to take part in the next one.",
                number=number,
                programme=programme.name,
            )
        )
    parts = [
        say("Round {number} of {programme} begins.", number=number, programme=programme.name),
        say.plural(
            "One group was brought together.",
            "{number} groups were brought together.",
            counts["groups"],
        ),
        say.plural(
            "In one of them cities and statistics offices meet.",
            "In {number} of them cities and statistics offices meet.",
            counts["across"],
        ),
    ]
    lines = [say("- {names}", names=say.listed(group)) for group in named]
    text = Markup(" ").join(parts)
    if lines:
        text = Markup("\n").join((text, say("Those who agreed to be named:"), *lines))
    if programme.chatham_house:
        text = Markup("\n\n").join((text, chatham_house(say)))
    return Reply(Markup("\n\n").join((text, say("Write **pair join** to take part next time."))))


def write(
    session: Session,
    at: datetime,
    programme: ProgrammeView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    subjects: Collection[int] = (),
) -> None:
    """Put the same message into each of the programme's channels that may be written to, once.

    `subjects`: the members whom it names.
    """
    say = words(rules_of(programme).language)
    drafts = [
        outbox.message(key_of(*cause, *place.room), place, reply(say), subjects=subjects)
        for place in places_of(programme)
        if place.platform != TERMINAL and channels.speaks(session, *place.room)
    ]
    deliveries.write(session, drafts, at)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a round went: numbers of groups; `topics` by the number of groups, most first."""

    groups: int
    met: int
    across: int
    topics: Sequence[tuple[str, int]] = ()

    @property
    def telling(self) -> bool:
        """Whether the numbers may be told: of few groups, or of none that met, they are people."""
        return self.groups >= FEWEST_GROUPS and self.met > 0


def closing(say: Words, programme: ProgrammeView, number: int, found: Outcome) -> Reply:
    """What the channel reads at the end: numbers and a chart, and for few groups words alone."""
    over = say("Round {number} of {programme} is over.", number=number, programme=programme.name)
    thanks = say(
        "Thank you to everybody who took part. Write **pair join** to take part next time."
    )
    if not found.telling:
        return Reply(Markup(" ").join((over, thanks)))
    parts = [
        over,
        say("{met} of {groups} groups met.", met=found.met, groups=found.groups),
        say.plural(
            "In one of them cities and statistics offices sat together.",
            "In {number} of them cities and statistics offices sat together.",
            found.across,
        ),
    ]
    told = [(topic(say, name), count) for name, count in found.topics if count >= FEWEST_GROUPS]
    told = told[:MOST_TOPICS]
    if told:
        names = say.listed(name for name, _ in told)
        parts.append(say("What the groups were most about: {topics}.", topics=names))
    bars = [
        (say.label("Groups"), found.groups),
        (say.label("Groups that met"), found.met),
        (say.label("Met across the communities"), found.across),
        *((say.label("About: {topic}", topic=name), count) for name, count in told),
    ]
    title = say.label("{programme}, round {number}", programme=programme.name, number=number)
    image = bar_chart(title, bars, say.label("A chart of groups in this round."))
    return Reply(
        Markup("\n\n").join((Markup(" ").join(parts), thanks)), cards=(Card(title, image=image),)
    )
