"""The composition root: builds store, encoder and features by hand, starts and stops them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points
from typing import TypedDict

import structlog
from sqlmodel import Session

from bot.contract import Adapter, Place, Refused
from bot.contract.package import GROUP, installed, loaded
from bot.core.dispatcher import Dispatcher
from bot.core.platform_events import PlatformEvents
from bot.features.asking.service import Asking
from bot.features.briefs.service import Briefs
from bot.features.brokering.service import Brokering
from bot.features.cases.browse import CaseBrowser
from bot.features.cases.curation import Curation
from bot.features.cases.drafts import CaseDrafts
from bot.features.cases.review import ReviewQueue
from bot.features.channels.service import Channels
from bot.features.channels.undelivered import Undelivered
from bot.features.citations import changed_words, publication
from bot.features.citations.service import Citations
from bot.features.conversations import lost_rooms
from bot.features.conversations.service import Conversations
from bot.features.conversations.unsent import Unsent
from bot.features.exchange.participation.assistants import Assistants
from bot.features.exchange.participation.home_section import NextExchange
from bot.features.exchange.participation.service import Participating
from bot.features.exchange.programmes.administration import ProgrammeAdministration
from bot.features.exchange.prompts.wiring import Prompts
from bot.features.exchange.rounds.dropouts import Dropouts
from bot.features.exchange.rounds.icebreakers import Icebreakers
from bot.features.exchange.rounds.lifecycle import Rounds
from bot.features.exchange.rounds.planning import RoundPlanning
from bot.features.exchange.rounds.preview import RoundPreview
from bot.features.help.service import Help
from bot.features.home.service import Home
from bot.features.introductions.connection import Connect
from bot.features.introductions.service import Introductions
from bot.features.meetings.service import Meetings
from bot.features.members.administration import MemberAdministration
from bot.features.members.entrance import Entrance
from bot.features.members.profiles import Profiles
from bot.features.personal_data.service import PersonalData
from bot.features.postcards.service import Postcards
from bot.features.public_questions.service import PublicQuestions
from bot.features.questions.feedback import Feedback
from bot.features.questions.forums import Forums
from bot.features.questions.own_questions import OwnQuestions
from bot.features.questions.sharing import Sharing
from bot.features.questions.stored_answers import StoredAnswers
from bot.features.threads.collector import Collector
from bot.features.unread.service import Unread
from bot.jobs import Periodic, PeriodicJob
from bot.messaging import outbox
from bot.settings import Settings, SettingsRefused
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.database.store import Store
from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.search import reference
from knowledge.search.index import Library
from knowledge.text.languages import detect

log = structlog.get_logger()

BuildProgress = Callable[[str, float], None]


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Core:
    """Everything below the platforms, wired."""

    store: Store
    database: Database
    encoder: EncoderThread
    library: Library
    index_refresh: IndexRefresh
    asking: Asking
    introductions: Introductions
    profiles: Profiles
    stewarding: MemberAdministration
    reviewing: ReviewQueue
    privacy: PersonalData
    helping: Help
    conversations: Conversations
    briefing: Briefs
    rounds: Rounds
    undelivered: Undelivered
    dispatcher: Dispatcher
    jobs: tuple[PeriodicJob, ...] = ()
    """What the features want to be asked regularly, wherever this core runs."""

    def room(self, session: Session, about: str, place: Place | None, at: datetime) -> None:
        """A room that was asked for is there, or (None) there can be none."""
        if not self.undelivered.unread.room(session, about, place, at):
            self.conversations.room(session, about, place, at)

    def close(self) -> None:
        """Finish what is in hand and give everything back."""
        self.asking.close()
        self.index_refresh.close()
        self.database.close()
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
    with ThreadPoolExecutor(1, "languages") as beside:
        detecting = beside.submit(detect, "Which language is this?")  # unpacks for half a second
        loaded = runtime.load(
            settings.embedding_model, settings.model_cache_dir, progress, settings.encoder_runtime
        )
    detecting.result()
    if loaded.note:
        log.warning("The model runs on torch.", why=loaded.note)
    return loaded.encoder


class Kept(TypedDict):
    """What every feature stands on."""

    database: Database
    clock: Callable[[], datetime]


class Search(TypedDict):
    """What a feature needs that looks into the library."""

    database: Database
    library: Library
    index_refresh: IndexRefresh


@dataclass(frozen=True)
class Resources:
    """What features are made from: `**kept`, `**search`, and what few of them need."""

    kept: Kept
    search: Search
    encoder: EncoderThread
    trusted: frozenset[str]
    """Accounts that are stewards whatever the database says."""


def _resources(
    settings: Settings,
    store: Store,
    encoder: Encoder,
    clock: Callable[[], datetime],
    stewards: frozenset[str],
) -> Resources:
    database, thread = Database(store), EncoderThread(encoder, runtime.workers_for(encoder))
    library = Library(store, thread, reference.of(encoder, settings.model_cache_dir))
    refresh = IndexRefresh(database=database, library=library)
    return Resources(
        Kept(database=database, clock=clock),
        Search(database=database, library=library, index_refresh=refresh),
        thread,
        settings.steward_accounts | stewards,
    )


def build(
    settings: Settings,
    store: Store,
    encoder: Encoder,
    *,
    clock: Callable[[], datetime] = now,
    stewards: frozenset[str] = frozenset(),
) -> Core:
    """Wire the core; `stewards` are trusted beside those in the settings."""
    resources = _resources(settings, store, encoder, clock, stewards)
    kept, search, trusted = resources.kept, resources.search, resources.trusted
    conversations, profiles, stewarding, privacy = _people(resources)
    reviewing = _reviewing(resources)
    asking = _asking(resources, settings)
    introductions = _introductions(resources, settings, conversations)
    citing = Citations(**kept, library=search["library"])
    channels, own = Channels(database=kept["database"]), OwnQuestions(**kept, asking=asking)
    forums = Forums(**kept, asking=asking, channels=channels)
    community, rounds = PublicQuestions(**kept), _rounds(resources, conversations)
    between = Prompts(**search, clock=clock, trusted=trusted)
    threads = Collector(**kept, posts=(community.posts, between.posts))
    briefing = Briefs(**search, conversations_=conversations)
    homepage = _homepage(resources, introductions, citing)
    unsent = Unsent(database=kept["database"], conversations_=conversations, ask=asking.ask)
    entering, helping, unread = Entrance(**kept, ask=asking.ask), Help(**search), Unread(**kept)
    features: list[object] = [  # in the order of help
        asking,
        *_under_an_answer(resources, asking, own, channels, citing),
        *_library(resources, reviewing),
        *(homepage, profiles, entering, privacy, introductions, _brokering(resources, settings)),
        *(conversations, unsent, Meetings(**kept, conversations=conversations)),
        *(briefing, citing, Postcards(**kept, conversations_=conversations)),
        *_exchange(resources, rounds, conversations),
        *(*between.features, community, channels, forums, stewarding, unread, helping),
    ]
    dispatcher = Dispatcher(
        recognise=profiles.recognise,
        may_post=channels.speaks,
        noticing=PlatformEvents(**kept, room_gone=lost_rooms.gone),
        listeners=(conversations.hear, community.hear, threads.hear, own.hear, unsent.hear),
        features=features,
        home=homepage.show,
        posts=forums.begun,
        beside=unread.beside,
    )
    helping.know(dispatcher.grammar)
    unsent.know(dispatcher.grammar)
    return Core(
        store=store,
        **search,
        encoder=resources.encoder,
        asking=asking,
        introductions=introductions,
        profiles=profiles,
        stewarding=stewarding,
        reviewing=reviewing,
        privacy=privacy,
        helping=helping,
        conversations=conversations,
        briefing=briefing,
        rounds=rounds,
        undelivered=Undelivered(trusted, lost_rooms.given_up, unread),
        dispatcher=dispatcher,
        jobs=(*_jobs(features), rounds.tick, *between.jobs, outbox.keeping(**kept)),
    )


def _jobs(features: Sequence[object]) -> Iterator[PeriodicJob]:
    """What the features have to look at by themselves."""
    for feature in features:
        if isinstance(feature, Periodic):
            yield from feature.jobs


def _people(
    resources: Resources,
) -> tuple[Conversations, Profiles, MemberAdministration, PersonalData]:
    """Who talks with whom, members, those who run the community, and what is held about them."""
    kept = resources.kept
    conversations = Conversations(**kept)
    leaving = conversations.end_for
    return (
        conversations,
        Profiles(**kept, stewards=resources.trusted, leaving=leaving),
        MemberAdministration(**kept, leaving=leaving),
        PersonalData(**kept, leaving=leaving),
    )


def _introductions(
    resources: Resources, settings: Settings, conversations: Conversations
) -> Introductions:
    meeting = Connect(conversations=conversations)
    return Introductions(
        **resources.kept, open_requests=settings.open_requests, on_connected=meeting
    )


def _brokering(resources: Resources, settings: Settings) -> Brokering:
    return Brokering(
        **resources.search,
        clock=resources.kept["clock"],
        trusted=resources.trusted,
        open_requests=settings.open_requests,
    )


def _asking(resources: Resources, settings: Settings) -> Asking:
    return Asking(
        **resources.search,
        clock=resources.kept["clock"],
        cross_community_weight=settings.cross_community_weight,
        questions_per_hour=settings.questions_per_hour,
        trusted=resources.trusted,
    )


def _reviewing(resources: Resources) -> ReviewQueue:
    """The review queue; what became of a conversation is published and changed by its authors."""
    return ReviewQueue(
        **resources.kept,
        on_published=publication.published,
        as_released=changed_words.as_released,
    )


def _under_an_answer(
    resources: Resources,
    asking: Asking,
    own: OwnQuestions,
    channels: Channels,
    citing: Citations,
) -> tuple[object, ...]:
    """What can be done with an answer."""
    kept, library = resources.kept, resources.search["library"]
    recalling = StoredAnswers(database=kept["database"], library=library)
    return (
        own,
        Feedback(**kept, asking=asking, recalling=recalling, citing=citing),
        Sharing(**kept, recalling=recalling, channels=channels),
    )


def _library(resources: Resources, reviewing: ReviewQueue) -> tuple[object, ...]:
    """The cases: read, saved, looked at and kept true."""
    kept, search = resources.kept, resources.search
    curating = Curation(**search, clock=kept["clock"], telling="case.save")
    browsing = CaseBrowser(
        **kept, index_refresh=search["index_refresh"], reviewing=reviewing, curating=curating
    )
    return browsing, CaseDrafts(**kept, near=reviewing.near), reviewing, curating


def _homepage(resources: Resources, introductions: Introductions, citing: Citations) -> Home:
    """A page on which the first things come first."""
    next_exchange = NextExchange(**resources.kept)
    waiting = [introductions.on_page, citing.on_page, next_exchange.on_page]
    return Home(**resources.kept, waiting=waiting)


def _rounds(resources: Resources, conversations: Conversations) -> Rounds:
    """The rounds of the peer exchange."""
    return Rounds(
        **resources.kept,
        staging=RoundPlanning(database=resources.kept["database"], encoder=resources.encoder),
        openers=Icebreakers(**resources.search),
        conversations=conversations,
        trusted=resources.trusted,
    )


def _exchange(
    resources: Resources, rounds: Rounds, conversations: Conversations
) -> tuple[object, ...]:
    """What members and stewards do with the rounds."""
    kept = resources.kept
    return (
        Participating(
            **kept,
            withdrawing=Dropouts(rounds_=rounds, conversations=conversations, clock=kept["clock"]),
            assisting=Assistants(**kept),
            trusted=resources.trusted,
        ),
        ProgrammeAdministration(**kept),
        RoundPreview(database=kept["database"], rounds_=rounds),
    )


def adapter_factory(name: str) -> Callable[..., Adapter]:
    """What makes the adapter called `name`: any installed package may offer one."""
    (entry,) = entry_points(group=GROUP, name=name)
    factory: Callable[..., Adapter] = entry.load()
    return factory


def platform_adapters(values: Mapping[str, str]) -> list[Adapter]:
    """The adapters of all platforms that are set up by `values`; the terminal is none of them.

    Raises SettingsRefused when an adapter cannot work with what is set.
    """
    made = (_made(entry, values) for entry in installed())
    return [adapter for adapter in made if adapter is not None]


def _made(entry: EntryPoint, values: Mapping[str, str]) -> Adapter | None:
    try:
        return loaded(entry)(values)
    except ImportError as error:
        log.warning("An adapter could not be loaded.", adapter=entry.name, why=str(error))
        return None
    except Refused as refused:
        raise SettingsRefused(refused.reason) from refused
