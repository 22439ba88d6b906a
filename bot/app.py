"""The composition root: builds store, encoder and features by hand, starts and stops them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points

import structlog

from bot.contract import Adapter, Refused
from bot.core.dispatcher import Desk, Feature
from bot.core.platform_events import Noticing
from bot.features.asking.service import Asking
from bot.features.briefs.service import Briefing
from bot.features.cases.browse import Browsing
from bot.features.cases.curation import Curating
from bot.features.cases.drafts import Drafting
from bot.features.cases.review import Reviewing
from bot.features.channels.service import Channels
from bot.features.citations.service import Citing
from bot.features.conversations.service import Conversations
from bot.features.exchange.participation.assistants import Assisting
from bot.features.exchange.participation.home_section import NextExchange
from bot.features.exchange.participation.service import TakingPart
from bot.features.exchange.programmes.administration import RunningProgrammes
from bot.features.exchange.prompts.wiring import BetweenRounds
from bot.features.exchange.rounds.dropouts import Withdrawing
from bot.features.exchange.rounds.icebreakers import Openers
from bot.features.exchange.rounds.lifecycle import Rounds
from bot.features.exchange.rounds.planning import Staging
from bot.features.exchange.rounds.preview import Rehearsing
from bot.features.help.service import Helping
from bot.features.home.service import Homepage
from bot.features.introductions.connection import Meeting
from bot.features.introductions.service import Introductions
from bot.features.meetings.service import Arranging
from bot.features.members.administration import Stewarding
from bot.features.members.profiles import Profiles
from bot.features.personal_data.service import Privacy
from bot.features.postcards.service import Postcards
from bot.features.public_questions.service import AskingTheCommunity
from bot.features.questions.feedback import Feedback
from bot.features.questions.forums import Forums
from bot.features.questions.own_questions import Questioning
from bot.features.questions.sharing import Sharing
from bot.features.questions.stored_answers import Recalling
from bot.jobs import Tick
from bot.messaging import outbox
from bot.settings import Settings, SettingsRefused
from bot.storage.database import Units
from bot.storage.index_refresh import Renewal
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder, SentenceEncoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.search.index import Library
from knowledge.text.languages import detect

log = structlog.get_logger()

GROUP = "crosswalk.adapters"

BuildProgress = Callable[[str, float], None]


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Core:
    """Everything below the platforms, wired."""

    store: Store
    units: Units
    encoder: EncoderThread
    library: Library
    renewal: Renewal
    asking: Asking
    introductions: Introductions
    profiles: Profiles
    stewarding: Stewarding
    reviewing: Reviewing
    privacy: Privacy
    helping: Helping
    conversations: Conversations
    briefing: Briefing
    rounds: Rounds
    desk: Desk
    ticks: tuple[Tick, ...] = ()
    """What the features want to be asked regularly, wherever this core runs."""

    def close(self) -> None:
        """Finish what is in hand and give everything back."""
        self.asking.close()
        self.renewal.close()
        self.units.close()
        self.encoder.close(timeout=15)
        self.store.close()


def open_store(settings: Settings) -> Store:
    """The store, its tables up to date. Raises StoreRefused with a sentence."""
    store = Store(settings.database_url)
    store.migrate()
    return store


def load_encoder(settings: Settings, progress: BuildProgress | None = None) -> Encoder:
    """The model that the settings name, warm: nobody's first question waits for what loads lazily.

    Raises ModelUnavailable with the remedy.
    """
    encoder = SentenceEncoder(settings.embedding_model, settings.model_cache_dir, progress)
    encoder.warm()
    detect("Which language is this?")
    return encoder


def build(
    settings: Settings,
    store: Store,
    encoder: Encoder,
    *,
    clock: Callable[[], datetime] = now,
    stewards: frozenset[str] = frozenset(),
) -> Core:
    """Wire the core; `stewards` are trusted beside those in the settings."""
    units = Units(store)
    thread = EncoderThread(encoder)
    library = Library(store, thread)
    renewal = Renewal(units=units, library=library)
    ground = Ground(units, library, renewal, clock, settings.steward_accounts | stewards)
    conversations = Conversations(units=units, clock=clock)
    profiles, stewarding, privacy = _people(ground, conversations)
    reviewing = Reviewing(units=units, clock=clock)
    asking = _asking(ground, settings)
    introductions = _introductions(ground, settings, conversations)
    curating = _curating(ground)
    citing = Citing(units=units, library=library, clock=clock)
    channels = Channels(units=units)
    forums = Forums(units=units, asking=asking, channels=channels, clock=clock)
    community = AskingTheCommunity(units=units, clock=clock)
    rounds, exchange = _exchange(ground, thread, conversations)
    between = _between(ground)
    briefing, postcards = _staying(ground, conversations)
    homepage = _homepage(ground, introductions, citing)
    helping = Helping(units=units, library=library, renewal=renewal)
    features: list[Feature] = [
        asking,
        introductions,
        Browsing(units=units, renewal=renewal, reviewing=reviewing, curating=curating, clock=clock),
        *_under_an_answer(ground, asking, channels, citing),
        homepage,
        *(profiles, privacy, stewarding),
        *(reviewing, curating, channels, forums),
        Drafting(units=units, near=reviewing.near, clock=clock),
        conversations,
        Arranging(units=units, conversations=conversations, clock=clock),
        *(community, briefing, postcards),
        *(*exchange, *between.features),
        helping,
    ]
    desk = Desk(
        profiles=profiles,
        channels=channels,
        noticing=Noticing(units=units, clock=clock),
        listeners=(conversations.hear, community.hear, between.answers.heard),
        features=features,
        home=homepage.show,
        posts=forums.begun,
    )
    helping.know(desk.verbs)
    ticks = (*_ticks(features), rounds.tick, *between.ticks, outbox.keeping(units, clock))
    return Core(
        store,
        units,
        thread,
        library,
        renewal,
        asking,
        introductions,
        profiles,
        stewarding,
        reviewing,
        privacy,
        helping,
        conversations,
        briefing,
        rounds,
        desk,
        ticks,
    )


def _ticks(features: Sequence[Feature]) -> Iterator[Tick]:
    """What the features have to look at by themselves."""
    for feature in features:
        yield from getattr(feature, "ticks", ())


@dataclass(frozen=True)
class Ground:
    """What most features stand on."""

    units: Units
    library: Library
    renewal: Renewal
    clock: Callable[[], datetime]
    trusted: frozenset[str]
    """Accounts that are stewards whatever the database says."""


def _homepage(ground: Ground, introductions: Introductions, citing: Citing) -> Homepage:
    """A page on which the first things come first."""
    units, clock = ground.units, ground.clock
    next_exchange = NextExchange(units=units, clock=clock)
    waiting = [introductions.on_page, citing.on_page, next_exchange.on_page]
    return Homepage(units=units, clock=clock, waiting=waiting)


def _people(ground: Ground, conversations: Conversations) -> tuple[Profiles, Stewarding, Privacy]:
    units, clock, leaving = ground.units, ground.clock, conversations.end_for
    return (
        Profiles(units=units, stewards=ground.trusted, clock=clock, leaving=leaving),
        Stewarding(units=units, clock=clock, leaving=leaving),
        Privacy(units=units, clock=clock, leaving=leaving),
    )


def _curating(ground: Ground) -> Curating:
    return Curating(
        units=ground.units,
        library=ground.library,
        renewal=ground.renewal,
        clock=ground.clock,
        telling="case.save",
    )


def _staying(ground: Ground, conversations: Conversations) -> tuple[Briefing, Postcards]:
    """What stays with those who met."""
    briefing = Briefing(
        units=ground.units,
        library=ground.library,
        renewal=ground.renewal,
        conversations_=conversations,
    )
    postcards = Postcards(units=ground.units, conversations_=conversations, clock=ground.clock)
    return briefing, postcards


def _between(ground: Ground) -> BetweenRounds:
    return BetweenRounds(
        units=ground.units,
        library=ground.library,
        renewal=ground.renewal,
        trusted=ground.trusted,
        clock=ground.clock,
    )


def _under_an_answer(
    ground: Ground, asking: Asking, channels: Channels, citing: Citing
) -> tuple[Feature, ...]:
    units, clock = ground.units, ground.clock
    recalling = Recalling(units=units, library=ground.library)
    return (
        Questioning(units=units, asking=asking, clock=clock),
        citing,
        Feedback(units=units, asking=asking, recalling=recalling, citing=citing, clock=clock),
        Sharing(units=units, recalling=recalling, channels=channels, clock=clock),
    )


def _introductions(
    ground: Ground, settings: Settings, conversations: Conversations
) -> Introductions:
    return Introductions(
        units=ground.units,
        open_requests=settings.open_requests,
        clock=ground.clock,
        on_connected=Meeting(conversations=conversations),
    )


def _asking(ground: Ground, settings: Settings) -> Asking:
    return Asking(
        units=ground.units,
        library=ground.library,
        renewal=ground.renewal,
        cross_community_weight=settings.cross_community_weight,
        questions_per_hour=settings.questions_per_hour,
        clock=ground.clock,
    )


def _exchange(
    ground: Ground, encoder: EncoderThread, conversations: Conversations
) -> tuple[Rounds, list[Feature]]:
    """The peer exchange: its rounds, and what members and stewards do with them."""
    units, clock = ground.units, ground.clock
    rounds = Rounds(
        units=units,
        staging=Staging(units=units, encoder=encoder),
        openers=Openers(units=units, library=ground.library, renewal=ground.renewal),
        conversations=conversations,
        trusted=ground.trusted,
        clock=clock,
    )
    taking_part = TakingPart(
        units=units,
        withdrawing=Withdrawing(rounds_=rounds, conversations=conversations, clock=clock),
        assisting=Assisting(units=units, clock=clock),
        trusted=ground.trusted,
        clock=clock,
    )
    return rounds, [
        taking_part,
        RunningProgrammes(units=units, clock=clock),
        Rehearsing(units=units, rounds_=rounds),
    ]


def adapter_factory(name: str) -> Callable[..., Adapter]:
    """What makes the adapter called `name`: any installed package may offer one."""
    (entry,) = entry_points(group=GROUP, name=name)
    factory: Callable[..., Adapter] = entry.load()
    return factory


def platform_adapters(settings: Mapping[str, str]) -> list[Adapter]:
    """The adapters of all platforms whose tokens are set; the terminal is none of them.

    Raises SettingsRefused when an adapter cannot work with what is set.
    """
    made = (_made(entry, settings) for entry in installed())
    return [adapter for adapter in made if adapter is not None]


def installed() -> list[EntryPoint]:
    """The platforms that are installed, by name."""
    found = {
        entry.name: entry for entry in entry_points(group=GROUP) if entry.name != outbox.TERMINAL
    }
    return [found[name] for name in sorted(found)]


def _made(entry: EntryPoint, settings: Mapping[str, str]) -> Adapter | None:
    try:
        factory: Callable[[Mapping[str, str]], Adapter | None] = entry.load()
    except ImportError as error:
        log.warning("An adapter could not be loaded.", adapter=entry.name, why=str(error))
        return None
    try:
        return factory(settings)
    except Refused as refused:
        raise SettingsRefused(refused.reason) from refused
