"""The composition root: builds store, encoder and features by hand, starts and stops them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points

import structlog

from bot.asking import Asking
from bot.browsing import Browsing
from bot.channels import Channels
from bot.citing import Citing
from bot.contract import Adapter, Refused
from bot.conversations import Conversations
from bot.curating import Curating
from bot.desk import Desk, Feature
from bot.drafting import Drafting
from bot.feedback import Feedback
from bot.helping import Helping
from bot.homepage import Homepage
from bot.introductions import Introductions
from bot.introductions.meeting import Meeting
from bot.noticing import Noticing
from bot.outbox import TERMINAL
from bot.privacy import Privacy
from bot.profiles import Profiles
from bot.questioning import Questioning
from bot.recalling import Recalling
from bot.renewal import Renewal
from bot.reviewing import Reviewing
from bot.settings import Settings, SettingsRefused
from bot.sharing import Sharing
from bot.stewarding import Stewarding
from bot.ticks import Tick
from bot.units import Units
from knowledge.encoder import Encoder, SentenceEncoder
from knowledge.encoder_thread import EncoderThread
from knowledge.languages import detect
from knowledge.library import Library
from knowledge.store import Store

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
    trusted = settings.steward_accounts | stewards
    conversations = Conversations(units=units, clock=clock)
    profiles = Profiles(units=units, stewards=trusted, clock=clock, leaving=conversations.end_for)
    stewarding = Stewarding(units=units, clock=clock, leaving=conversations.end_for)
    reviewing = Reviewing(units=units, clock=clock)
    privacy = Privacy(units=units, clock=clock, leaving=conversations.end_for)
    asking = _asking(settings, units, library, renewal, clock)
    introductions = _introductions(settings, units, conversations, clock)
    recalling = Recalling(units=units, library=library)
    curating = Curating(
        units=units, library=library, renewal=renewal, clock=clock, telling="case.save"
    )
    homepage = Homepage(units=units, clock=clock, waiting=[introductions.on_page])
    channels = Channels(units=units)
    citing = Citing(units=units, library=library, clock=clock)
    helping = Helping(units=units, library=library, renewal=renewal)
    features: list[Feature] = [
        asking,
        introductions,
        Browsing(units=units, renewal=renewal, reviewing=reviewing, curating=curating, clock=clock),
        Questioning(units=units, asking=asking, clock=clock),
        Feedback(units=units, asking=asking, recalling=recalling, citing=citing, clock=clock),
        Sharing(units=units, recalling=recalling, channels=channels, clock=clock),
        homepage,
        profiles,
        privacy,
        stewarding,
        reviewing,
        curating,
        channels,
        Drafting(units=units, near=reviewing.near, clock=clock),
        conversations,
        citing,
        helping,
    ]
    desk = Desk(
        profiles=profiles,
        channels=channels,
        noticing=Noticing(units=units, clock=clock),
        conversations=conversations,
        features=features,
        home=homepage.show,
    )
    helping.know(desk.verbs)
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
        desk,
        (*curating.ticks, *citing.ticks),
    )


def _introductions(
    settings: Settings, units: Units, conversations: Conversations, clock: Callable[[], datetime]
) -> Introductions:
    meeting = Meeting(conversations=conversations)
    return Introductions(
        units=units, open_requests=settings.open_requests, clock=clock, on_connected=meeting
    )


def _asking(
    settings: Settings,
    units: Units,
    library: Library,
    renewal: Renewal,
    clock: Callable[[], datetime],
) -> Asking:
    return Asking(
        units=units,
        library=library,
        renewal=renewal,
        cross_community_weight=settings.cross_community_weight,
        questions_per_hour=settings.questions_per_hour,
        clock=clock,
    )


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
    found = {entry.name: entry for entry in entry_points(group=GROUP) if entry.name != TERMINAL}
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
