"""Asking the community: agreed words in named channels, answers that come back, once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest
from sqlmodel import Session

from bot.app import Core, build
from bot.contract import Edited, Person, Place, PlaceKind, Removed, Reply, Said
from bot.messaging.inbox import Inbox
from bot.messaging.sender import Sender
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from knowledge.lifecycle import membership
from knowledge.members import audit
from knowledge.messaging import channels
from knowledge.public_questions import posts
from knowledge.questions import questions
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import Post, PostKind
from knowledge.vocabulary import (
    Community,
    MemberStatus,
    PassageKind,
    PostState,
    QuestionState,
)
from tests.support.community import (
    STEWARD,
    Room,
    admit,
    expert,
    exported,
    people_cards,
    person,
    spoken,
)
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.people import Clock
from tests.support.world import look

QUESTION = "How do offices publish address registers?"
ASKED = Post(PostKind.QUESTION, 1)
WORDS = "How do statistics offices publish address registers?"
ROOMS = (("chat", "C1"), ("talk", "T1"))
ANA, BO = person("ana"), person("bo")
STAN = Person("chat", "W", "stan", "Stan")
LEA = Person("talk", "", "lea", "Lea")


def channel(platform: str, name: str, thread: str = "") -> Place:
    """A channel of one of the two platforms."""
    kind = PlaceKind.THREAD if thread else PlaceKind.CHANNEL
    return Place(platform, "W", name, thread, kind, private=False)


def named(session: Session, room: tuple[str, str], community: Community | None) -> None:
    """A steward named a channel for questions to a community, or for none."""
    platform, name = room
    channels.present(session, platform, "W", name, f"{name}-offices")
    channels.set_questions(session, platform, "W", name, community)


@dataclass
class Town:
    """Two platforms on one core: acts come in by the intake, messages go out by the courier."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    encoder: Encoder = field(default_factory=HashEncoder)
    events: "count[int]" = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Wire a core on the database as it stands."""
        settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
        trusted = frozenset({STAN.key, STEWARD.key})
        self.core: Core = build(
            settings, self.store, self.encoder, clock=self.clock, stewards=trusted
        )
        self.inbox = Inbox(
            dispatcher=self.core.dispatcher.handle, database=self.core.database, clock=self.clock
        )
        self.room = Room(self.core)

    def connect(self) -> None:
        """Bring platforms and a courier up."""
        self.chat, self.talk = FakePlatform("chat"), FakePlatform("talk")
        adapters = {"chat": self.chat, "talk": self.talk}
        self.sender = Sender(
            database=self.core.database,
            adapters=adapters,
            clock=self.clock,
            rooms=self.core.conversations.room,
        )

    async def carry(self) -> None:
        """Send all that waits."""
        self.clock.now = max(self.clock.now, datetime.now(UTC))  # taking down is timed by it
        await self.sender.drain(30)

    async def write(
        self, who: Person, place: Place, text: str, message: str = "", **facts: object
    ) -> str:
        """Somebody writes where others read; returns what the message is called."""
        name = message or f"w{next(self.events)}"
        said = Said(
            event_id=f"{place.platform}:{name}",
            person=who,
            place=place,
            in_place=False,
            text=text,
            message=name,
            **{"addressed": False, **facts},  # type: ignore[arg-type]
        )
        await self.inbox.handle(said)
        await self.carry()
        return name

    def told(self, who: Person) -> list[Posted]:
        """What stands in somebody's own conversation now."""
        platform = self.chat if who.platform == "chat" else self.talk
        return [one for one in platform.messages.values() if one.place.channel == who.user_id]

    def post(self, platform: FakePlatform) -> tuple[str, Posted]:
        """The one post in the channels of a platform, and what it is called."""
        (found,) = [
            (name, one)
            for name, one in platform.messages.items()
            if one.place.kind is PlaceKind.CHANNEL
        ]
        return found

    def state(self, number: int = 1) -> PostState:
        """How a question to the community stands."""
        found = self.store.read(lambda session: posts.get(session, number))
        assert found is not None
        return found.state


@pytest.fixture
async def town(store: Store) -> AsyncIterator[Town]:
    """Ana works for a city; two channels are named for questions to statistics offices."""
    found = begun(Town(store))
    yield found
    found.core.close()


def begun(found: Town) -> Town:
    """Everybody and both channels are there."""
    store = found.store
    found.start()
    asker = expert("Ana Ruiz", community=Community.CITY, consents=(), role="Chief Data Officer")
    admit(store, asker, ANA)
    for room in ROOMS:
        store.write(partial(named, room=room, community=Community.NATIONAL))
    found.connect()
    return found


async def posted(town: Town, shown: str = "HIDDEN", text: str = WORDS) -> Reply:
    """Ana asks, fills in the form and posts; returns what she is told."""
    await town.room.say(ANA, QUESTION)
    preview = await town.room.submit(ANA, "community.form", {"question": text, "shown": shown}, "1")
    post = next(button for button in preview.buttons if button.action == "community.post")
    reply = await town.room.press(ANA, post.action, post.subject)
    await town.carry()
    return reply


async def test_nothing_is_posted_before_its_exact_words_and_places_were_shown(town: Town) -> None:
    answer = await town.room.say(ANA, QUESTION)
    assert "Ask the community" in [button.label for button in answer.buttons]
    opened = await town.room.press(ANA, "community.form", "1")
    assert opened.form is not None
    assert [asked.value for asked in opened.form.fields] == [QUESTION, "HIDDEN"]
    preview = await town.room.submit(
        ANA, "community.form", {"question": WORDS, "shown": "HIDDEN"}, "1"
    )
    await town.carry()
    assert not town.chat.posted
    assert not town.talk.posted
    assert "#C1-offices (Chat)" in preview.text
    assert "#T1-offices (Talk)" in preview.text
    post = next(button for button in preview.buttons if button.label == "Post")
    told = await town.room.press(ANA, post.action, post.subject)
    again = await town.room.press(ANA, post.action, post.subject)
    await town.carry()
    assert told == again
    for platform in (town.chat, town.talk):
        _, stands = town.post(platform)
        assert stands.reply.text == preview.cards[0].body
        assert "Ana" not in spoken(stands.reply)
        assert QUESTION not in spoken(stands.reply)


async def test_a_channel_named_meanwhile_is_shown_before_anything_is_posted(town: Town) -> None:
    await town.room.say(ANA, QUESTION)
    values = {"question": WORDS, "shown": "HIDDEN"}
    preview = await town.room.submit(ANA, "community.form", values, "1")
    town.store.write(
        lambda session: channels.set_questions(session, "talk", "W", "T1", Community.CITY)
    )
    post = next(button for button in preview.buttons if button.label == "Post")
    again = await town.room.press(ANA, post.action, post.subject)
    assert "changed since" in again.text
    assert "T1" not in again.text
    await town.carry()
    assert not town.chat.posted
    post = next(button for button in again.buttons if button.label == "Post")
    await town.room.press(ANA, post.action, post.subject)
    await town.carry()
    assert len(town.chat.posted) == 1
    assert not town.talk.posted


async def test_answers_of_both_platforms_reach_the_asker_once(town: Town) -> None:
    await posted(town)
    in_chat, _ = town.post(town.chat)
    in_talk, _ = town.post(town.talk)
    first = await town.write(BO, channel("chat", "C1", in_chat), "Ask the *post* office <@U1>")
    await town.write(BO, channel("chat", "C1", in_chat), "the same again", first)
    below = channel("talk", "T1")
    await town.write(LEA, below, "We publish it yearly", reply_to=in_talk, addressed=True)
    texts = [one.reply.text for one in town.told(ANA)]
    assert len(texts) == 2
    assert "**Bo** answers your question 1 in C1-offices" in texts[0]
    assert "the same again" not in "".join(texts)
    assert "Lea" in texts[1]
    assert "We publish it yearly" in texts[1]
    # What is said elsewhere, and what she writes there herself, is none of it.
    await town.write(BO, channel("chat", "C1"), "Lunch?")
    await town.write(BO, channel("chat", "C2", in_chat), "Another room")
    await town.write(ANA, channel("chat", "C1", in_chat), "Thank you")
    assert len(town.told(ANA)) == 2


async def test_an_answer_outlives_a_restart_and_is_not_brought_twice(town: Town) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    said = Said(
        event_id="chat:x1",
        person=BO,
        place=channel("chat", "C1", message),
        in_place=False,
        text="Yearly",
        message="x1",
        addressed=False,
    )
    await town.inbox.handle(said)
    former, chat, talk = town.core, town.chat, town.talk
    former.database.close()
    town.start()
    await town.inbox.handle(said)
    await town.core.dispatcher.handle(replace(said, event_id="chat:again"))
    town.sender = Sender(
        database=town.core.database,
        adapters={"chat": chat, "talk": talk},
        clock=town.clock,
        rooms=town.core.conversations.room,
    )
    await town.carry()
    assert ["Yearly" in one.reply.text for one in town.told(ANA)] == [True]
    await town.room.press(ANA, "community.solution", "1")
    await town.carry()
    assert "Answered" in town.post(town.talk)[1].reply.text


async def test_an_answer_is_changed_and_taken_back_by_its_author(town: Town) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    here = channel("chat", "C1", message)
    name = await town.write(BO, here, "Yearly")
    head = {"person": BO, "place": here, "in_place": False, "message": name}
    theirs = {**head, "person": LEA}
    await town.inbox.handle(Edited(event_id="e0", text="Never", **theirs))  # type: ignore[arg-type]
    await town.inbox.handle(Edited(event_id="e1", text="Monthly", **head))  # type: ignore[arg-type]
    await town.carry()
    (told,) = town.told(ANA)
    assert "Monthly" in told.reply.text
    await town.inbox.handle(Removed(event_id="e2", **head))  # type: ignore[arg-type]
    await town.carry()
    assert not town.told(ANA)
    # Removed before it was sent, it never is.
    said = Said(event_id="s2", text="Oops", addressed=False, **{**head, "message": "w9"})  # type: ignore[arg-type]
    await town.inbox.handle(said)
    await town.inbox.handle(Removed(event_id="e3", **{**head, "message": "w9"}))  # type: ignore[arg-type]
    await town.carry()
    assert not town.told(ANA)


async def test_the_asker_marks_the_solution_and_all_posts_say_so(town: Town) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    here = channel("chat", "C1", message)
    admit(town.store, expert("Bo Berg"), BO)
    await town.write(BO, here, "Yearly, as a file")
    (told,) = town.told(ANA)
    mark = next(button for button in told.reply.buttons if button.label == "Mark solution")
    done = await town.room.press(ANA, mark.action, mark.subject)
    assert await town.room.press(ANA, mark.action, mark.subject) == done
    late = await town.room.press(STAN, mark.action, mark.subject)
    await town.carry()
    assert "marked as answered" in done.text
    assert "marked" in late.text
    for platform in (town.chat, town.talk):
        _, stands = town.post(platform)
        assert stands.reply.text.startswith("**Answered.**")
    question = town.store.read(lambda session: questions.get(session, 1))
    assert question is not None
    assert question.state is QuestionState.SOLVED
    # Its author may make a case of it.
    (thanks,) = town.told(BO)
    (save,) = thanks.reply.buttons
    form = (await town.room.press(BO, save.action, save.subject)).form
    assert form is not None
    assert "Yearly, as a file" in [asked.value for asked in form.fields]
    # Further answers still come, until there are to be no more.
    await town.write(LEA, channel("talk", "T1"), "Or as a map", reply_to=town.post(town.talk)[0])
    assert len(town.told(ANA)) == 2
    ended = await town.room.press(ANA, "community.close", "1")
    assert await town.room.press(ANA, "community.close", "1") == ended
    await town.write(BO, here, "One more")
    assert len(town.told(ANA)) == 2
    assert town.post(town.chat)[1].reply.text.startswith("**Closed.**")
    assert not town.post(town.chat)[1].reply.buttons


async def solved(town: Town) -> str:
    """Bo answers what Ana posted, and she marks it as the solution; the message's name."""
    await posted(town)
    message, _ = town.post(town.chat)
    admit(town.store, expert("Bo Berg"), BO)
    answer = await town.write(BO, channel("chat", "C1", message), "Yearly, as a file")
    (told,) = town.told(ANA)
    mark = next(button for button in told.reply.buttons if button.label == "Mark solution")
    await town.room.press(ANA, mark.action, mark.subject)
    await town.carry()
    return answer


@pytest.mark.model
async def test_who_answered_is_found_by_a_later_question_in_another_language(
    store: Store, embedded: Encoder
) -> None:
    town = begun(Town(store, encoder=embedded))
    ines = person("ines", "es")
    admit(store, expert("Ines", community=Community.CITY, consents=(), languages=("es",)), ines)
    later = "¿Quién ha puesto a disposición del público un directorio de direcciones?"
    await solved(town)
    town.core.library.refresh()
    (bo,) = people_cards(await town.room.say(ines, later))
    assert "Bo Berg" in bo.title
    assert f"respondió la pregunta _{WORDS}_" in bo.body
    town.core.close()


async def test_what_was_answered_for_the_asker_alone_is_told_to_nobody_else(town: Town) -> None:
    await posted(town)
    admit(town.store, expert("Bo Berg"), BO)
    await town.room.submit(BO, "community.answer", {"answer": "Yearly"}, "1")
    (answer,) = town.store.read(lambda session: thread_answers.below(session, ASKED))
    await town.room.say(ANA, f"solution {answer.number}")
    assert town.state() is PostState.SOLVED
    town.core.library.refresh()
    pieces = town.core.library.snapshot.evidence_of.values()
    assert not [piece for piece in pieces if piece.kind is PassageKind.ANSWERED]


@pytest.mark.parametrize("how", ["community 1 withdraw", "data erase everything", "removed"])
async def test_nobody_is_found_by_a_question_that_is_gone(town: Town, how: str) -> None:
    answer = await solved(town)
    town.core.library.refresh()
    pieces = town.core.library.snapshot.evidence_of.values()
    assert [piece.text for piece in pieces if piece.kind is PassageKind.ANSWERED] == [WORDS]
    if how == "removed":
        here = channel("chat", "C1", town.post(town.chat)[0])
        gone = Removed(event_id="e2", person=BO, place=here, in_place=False, message=answer)
        await town.inbox.handle(gone)
    else:
        await town.room.say(ANA, how)
    town.core.library.refresh()
    pieces = town.core.library.snapshot.evidence_of.values()
    assert not [piece for piece in pieces if piece.kind is PassageKind.ANSWERED]


async def test_a_steward_marks_it_with_a_word_below_the_post(town: Town) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    here = channel("chat", "C1", message)
    answer = await town.write(BO, here, "Yearly")
    await town.write(BO, here, "solution")
    assert town.state() is PostState.OPEN
    await town.write(STAN, here, "Solution", reply_to=answer)
    assert town.state() is PostState.SOLVED
    assert "A steward has marked" in town.told(ANA)[-1].reply.text
    (found,) = town.store.read(lambda session: thread_answers.below(session, ASKED))
    assert found.solution
    acts = town.store.read(lambda session: audit.about(session, "question:1"))
    assert [act.act for act in acts] == ["question.solved"]


async def test_a_question_answered_elsewhere_is_shown_as_answered(town: Town) -> None:
    await posted(town)
    await town.room.say(ANA, "resolve 1")
    await look(town.core, "questions to the community")
    await town.carry()
    assert town.post(town.talk)[1].reply.text.startswith("**Answered.**")


async def test_the_button_brings_an_answer_to_the_asker_alone(town: Town) -> None:
    await posted(town)
    form = await town.room.press(LEA, "community.answer", "1")
    assert form.form is not None
    empty = await town.room.submit(LEA, "community.answer", {"answer": " "}, "1")
    assert empty.errors
    thanks = await town.room.submit(LEA, "community.answer", {"answer": "Yearly"}, "1")
    await town.carry()
    assert "Thank you" in thanks.text
    (told,) = town.told(ANA)
    assert "Lea" in told.reply.text
    await town.room.say(ANA, "community 1 close")
    late = await town.room.submit(LEA, "community.answer", {"answer": "Yearly"}, "1")
    assert "closed" in late.text


@pytest.mark.parametrize("how", ["withdraw 1", "community 1 withdraw", "leave"])
async def test_what_is_taken_back_stands_nowhere(town: Town, how: str) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    said = await town.room.say(ANA, how)
    if how == "leave":
        await leave(town)
    elif how.startswith("community"):
        assert await town.room.say(ANA, how) == said
    await town.carry()
    assert not town.talk.messages
    assert not [one for one in town.chat.messages.values() if one.place.kind is PlaceKind.CHANNEL]
    await town.write(BO, channel("chat", "C1", message), "Yearly")
    assert not [one for one in town.told(ANA) if "Yearly" in one.reply.text]


async def leave(town: Town) -> None:
    """Whatever the second step of leaving is: the member is gone."""
    town.store.write(lambda session: membership.set_status(session, 1, MemberStatus.LEFT))


async def test_nothing_reaches_whoever_paused_or_erased_their_data(town: Town) -> None:
    await posted(town)
    message, _ = town.post(town.chat)
    said = Said(
        event_id="chat:x1",
        person=BO,
        place=channel("chat", "C1", message),
        in_place=False,
        text="Yearly",
        message="x1",
        addressed=False,
    )
    await town.inbox.handle(said)
    await town.room.say(ANA, "data erase everything")
    await town.carry()
    assert not town.told(ANA)
    assert not town.talk.messages
    assert town.store.read(lambda session: posts.get(session, 1)) is None


async def test_paused_means_taken_down_and_a_new_post_is_free(town: Town) -> None:
    await posted(town)
    town.store.write(lambda session: membership.set_status(session, 1, MemberStatus.PAUSED))
    await town.carry()
    assert town.state() is PostState.WITHDRAWN
    assert not town.talk.messages
    town.store.write(lambda session: membership.set_status(session, 1, MemberStatus.ACTIVE))
    preview = await town.room.submit(
        ANA, "community.form", {"question": WORDS, "shown": "HIDDEN"}, "1"
    )
    post = next(button for button in preview.buttons if button.label == "Post")
    await town.room.press(ANA, post.action, post.subject)
    await town.carry()
    assert WORDS in town.post(town.talk)[1].reply.text


async def test_answers_belong_to_the_data_of_who_wrote_them(town: Town) -> None:
    await posted(town)
    admit(town.store, expert("Bo Berg"), BO)
    message, _ = town.post(town.chat)
    await town.write(BO, channel("chat", "C1", message), "Yearly, as a file")
    assert "Yearly, as a file" in exported(await town.room.say(BO, "data export"))
    assert "Yearly, as a file" in spoken(await town.room.say(BO, "data show"))
    assert WORDS in spoken(await town.room.say(ANA, "data show"))
    await town.room.say(BO, "data erase everything")
    assert not town.store.read(lambda session: thread_answers.below(session, ASKED))


async def test_there_is_a_quota_and_one_post_for_a_question(town: Town) -> None:
    await posted(town)
    twice = await town.room.say(ANA, "community 1")
    assert "Posted to the community" in twice.text
    for number in (2, 3):
        await town.room.say(ANA, f"{QUESTION} number {number}")
        preview = await town.room.submit(
            ANA, "community.form", {"question": WORDS, "shown": "ROLE"}, str(number)
        )
        post = next(button for button in preview.buttons if button.label == "Post")
        await town.room.press(ANA, post.action, post.subject)
    await town.room.say(ANA, f"{QUESTION} number 4")
    refused = await town.room.say(ANA, "community 4")
    assert "3 questions open" in refused.text
    stranger = await town.room.say(BO, "community 1")
    assert "members" in stranger.text


async def test_without_a_channel_there_is_no_button_and_a_kind_word(town: Town) -> None:
    for room in ROOMS:
        town.store.write(partial(named, room=room, community=None))
    answer = await town.room.say(ANA, QUESTION)
    assert "Ask the community" not in [button.label for button in answer.buttons]
    told = await town.room.say(ANA, "community 1")
    assert "No channel has been named yet" in told.text


async def test_stewards_name_channels_and_see_them(town: Town) -> None:
    here = Room(town.core, channel("chat", "C7"))
    named = await here.say(STAN, "channel questions city")
    assert "questions to cities and regions are posted" in named.text
    room = town.store.read(lambda session: channels.find(session, "chat", "W", "C7"))
    assert room is not None
    assert room.questions == (Community.CITY,)
    stop = await town.room.press(STAN, "channel.questions", str(room.id))
    assert "no new questions" in stop.text
    nobody = await here.say(BO, "channel questions city")
    assert "stewards" in nobody.text


async def test_in_the_terminal_answers_are_looked_at(town: Town) -> None:
    ana = Person("console", "local", "ana", "Ana")
    admit(town.store, expert("Ana Local", community=Community.CITY, consents=()), ana)
    await town.room.say(ana, QUESTION)
    values = {"question": WORDS, "shown": "HIDDEN"}
    preview = await town.room.submit(ana, "community.form", values, "1")
    post = next(button for button in preview.buttons if button.label == "Post")
    told = await town.room.press(ana, post.action, post.subject)
    assert "**community 1** shows the answers" in told.text
    await town.carry()
    await town.write(BO, channel("chat", "C1", town.post(town.chat)[0]), "Yearly")
    shown = await town.room.say(ana, "community 1")
    assert "Yearly" in spoken(shown)
    done = await town.room.say(ana, "solution 1")
    assert "marked as answered" in done.text
    assert "Yearly" in spoken(await town.room.say(ana, "community 1"))
    assert "answered" in spoken(await town.room.say(ana, "questions 1"))
