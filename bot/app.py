"""The composition root: builds store, encoder and features by hand, starts and stops them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points

import structlog

from bot.contract import Adapter, Refused
from bot.contract.package import GROUP, installed, loaded
from bot.core.dispatcher import Dispatcher
from bot.core.platform_events import PlatformEvents
from bot.features.asking.service import Asking
from bot.features.briefs.service import Briefs
from bot.features.cases.browse import CaseBrowser
from bot.features.cases.curation import Curation
from bot.features.cases.drafts import CaseDrafts
from bot.features.cases.review import ReviewQueue
from bot.features.channels.service import Channels
from bot.features.channels.undelivered import Undelivered
from bot.features.citations import publication
from bot.features.citations.service import Citations
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
from bot.features.members.profiles import Profiles
from bot.features.personal_data.service import PersonalData
from bot.features.postcards.service import Postcards
from bot.features.public_questions.service import PublicQuestions
from bot.features.questions.feedback import Feedback
from bot.features.questions.forums import Forums
from bot.features.questions.own_questions import OwnQuestions
from bot.features.questions.sharing import Sharing
from bot.features.questions.stored_answers import StoredAnswers
from bot.jobs import Periodic, PeriodicJob
from bot.messaging import outbox
from bot.settings import Settings, SettingsRefused
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder, SentenceEncoder
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
    resources = _resources(settings, store, encoder, clock, stewards)
    database, library = resources.database, resources.library
    conversations = Conversations(database=database, clock=clock)
    profiles, stewarding, privacy = _people(resources, conversations)
    reviewing = ReviewQueue(database=database, clock=clock, on_published=publication.published)
    asking = _asking(resources, settings)
    introductions = _introductions(resources, settings, conversations)
    curating = _curating(resources)
    citing = Citations(database=database, library=library, clock=clock)
    channels = Channels(database=database)
    forums = Forums(database=database, asking=asking, channels=channels, clock=clock)
    community = PublicQuestions(database=database, clock=clock)
    rounds, exchange = _exchange(resources, conversations)
    between = _between(resources)
    briefing, postcards = _staying(resources, conversations)
    homepage = _homepage(resources, introductions, citing)
    unsent = Unsent(database=database, conversations_=conversations, ask=asking.ask)
    helping = Help(database=database, library=library, index_refresh=resources.index_refresh)
    # In this order help shows what they do.
    features: list[object] = [
        asking,
        *_under_an_answer(resources, asking, channels, citing),
        _browser(resources, reviewing, curating),
        CaseDrafts(database=database, near=reviewing.near, clock=clock),
        *(homepage, profiles, privacy, introductions, reviewing, curating, conversations, unsent),
        Meetings(database=database, conversations=conversations, clock=clock),
        *(briefing, citing, postcards, *exchange, *between.features),
        *(community, channels, forums, stewarding, helping),
    ]
    dispatcher = Dispatcher(
        recognise=profiles.recognise,
        may_post=channels.speaks,
        noticing=PlatformEvents(database=database, clock=clock),
        listeners=(conversations.hear, community.hear, between.answers.heard, unsent.hear),
        features=features,
        home=homepage.show,
        posts=forums.begun,
    )
    helping.know(dispatcher.grammar)
    unsent.know(dispatcher.grammar)
    jobs = (*_jobs(features), rounds.tick, *between.jobs, outbox.keeping(database, clock))
    return Core(
        store,
        database,
        resources.encoder,
        library,
        resources.index_refresh,
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
        Undelivered(resources.trusted),
        dispatcher,
        jobs,
    )


def _resources(
    settings: Settings,
    store: Store,
    encoder: Encoder,
    clock: Callable[[], datetime],
    stewards: frozenset[str],
) -> "Resources":
    database, thread = Database(store), EncoderThread(encoder)
    library = Library(store, thread, reference.of(encoder, settings.model_cache_dir))
    refresh = IndexRefresh(database=database, library=library)
    trusted = settings.steward_accounts | stewards
    return Resources(database, thread, library, refresh, clock, trusted)


def _browser(resources: "Resources", reviewing: ReviewQueue, curating: Curation) -> CaseBrowser:
    return CaseBrowser(
        database=resources.database,
        index_refresh=resources.index_refresh,
        reviewing=reviewing,
        curating=curating,
        clock=resources.clock,
    )


def _jobs(features: Sequence[object]) -> Iterator[PeriodicJob]:
    """What the features have to look at by themselves."""
    for feature in features:
        if isinstance(feature, Periodic):
            yield from feature.jobs


@dataclass(frozen=True)
class Resources:
    """What most features stand on."""

    database: Database
    encoder: EncoderThread
    library: Library
    index_refresh: IndexRefresh
    clock: Callable[[], datetime]
    trusted: frozenset[str]
    """Accounts that are stewards whatever the database says."""


def _homepage(resources: Resources, introductions: Introductions, citing: Citations) -> Home:
    """A page on which the first things come first."""
    database, clock = resources.database, resources.clock
    next_exchange = NextExchange(database=database, clock=clock)
    waiting = [introductions.on_page, citing.on_page, next_exchange.on_page]
    return Home(database=database, clock=clock, waiting=waiting)


def _people(
    resources: Resources, conversations: Conversations
) -> tuple[Profiles, MemberAdministration, PersonalData]:
    database, clock, leaving = resources.database, resources.clock, conversations.end_for
    return (
        Profiles(database=database, stewards=resources.trusted, clock=clock, leaving=leaving),
        MemberAdministration(database=database, clock=clock, leaving=leaving),
        PersonalData(database=database, clock=clock, leaving=leaving),
    )


def _curating(resources: Resources) -> Curation:
    return Curation(
        database=resources.database,
        library=resources.library,
        index_refresh=resources.index_refresh,
        clock=resources.clock,
        telling="case.save",
    )


def _staying(resources: Resources, conversations: Conversations) -> tuple[Briefs, Postcards]:
    """What stays with those who met."""
    briefing = Briefs(
        database=resources.database,
        library=resources.library,
        index_refresh=resources.index_refresh,
        conversations_=conversations,
    )
    postcards = Postcards(
        database=resources.database, conversations_=conversations, clock=resources.clock
    )
    return briefing, postcards


def _between(resources: Resources) -> Prompts:
    return Prompts(
        database=resources.database,
        library=resources.library,
        index_refresh=resources.index_refresh,
        trusted=resources.trusted,
        clock=resources.clock,
    )


def _under_an_answer(
    resources: Resources, asking: Asking, channels: Channels, citing: Citations
) -> tuple[object, ...]:
    database, clock = resources.database, resources.clock
    recalling = StoredAnswers(database=database, library=resources.library)
    return (
        OwnQuestions(database=database, asking=asking, clock=clock),
        Feedback(database=database, asking=asking, recalling=recalling, citing=citing, clock=clock),
        Sharing(database=database, recalling=recalling, channels=channels, clock=clock),
    )


def _introductions(
    resources: Resources, settings: Settings, conversations: Conversations
) -> Introductions:
    return Introductions(
        database=resources.database,
        open_requests=settings.open_requests,
        clock=resources.clock,
        on_connected=Connect(conversations=conversations),
    )


def _asking(resources: Resources, settings: Settings) -> Asking:
    return Asking(
        database=resources.database,
        library=resources.library,
        index_refresh=resources.index_refresh,
        cross_community_weight=settings.cross_community_weight,
        questions_per_hour=settings.questions_per_hour,
        clock=resources.clock,
    )


def _exchange(resources: Resources, conversations: Conversations) -> tuple[Rounds, list[object]]:
    """The peer exchange: its rounds, and what members and stewards do with them."""
    database, clock = resources.database, resources.clock
    rounds = Rounds(
        database=database,
        staging=RoundPlanning(database=database, encoder=resources.encoder),
        openers=Icebreakers(
            database=database, library=resources.library, index_refresh=resources.index_refresh
        ),
        conversations=conversations,
        trusted=resources.trusted,
        clock=clock,
    )
    taking_part = Participating(
        database=database,
        withdrawing=Dropouts(rounds_=rounds, conversations=conversations, clock=clock),
        assisting=Assistants(database=database, clock=clock),
        trusted=resources.trusted,
        clock=clock,
    )
    return rounds, [
        taking_part,
        ProgrammeAdministration(database=database, clock=clock),
        RoundPreview(database=database, rounds_=rounds),
    ]


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
