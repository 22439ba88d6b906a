"""Prompts between rounds through the real features: when, which, by whose word, and the answers."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from bot.contract import Edited, Person, Place, PlaceKind, Removed, Said, markup
from bot.features.exchange.programmes.cadence import Cadence
from bot.features.exchange.prompts import queue
from bot.runtime.server import Runtime
from knowledge.database.store import Store
from knowledge.exchange import programmes, prompts
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.lifecycle import membership, personal_data
from knowledge.members.personal_data import CONTACTS
from knowledge.messaging import deliveries
from knowledge.vocabulary import Community, Confidence, DeliveryKind, MemberStatus
from tests.support.between import DAY, HALL, MINUTE, QUESTION, SQUARE, STEWARD, Between
from tests.support.community import case, exported, publish, spoken
from tests.support.databases import database_in
from tests.support.fake_platform import FakePlatform
from tests.support.properties import slow
from tests.support.waiting import until

WEEK = 7 * DAY
LATER = 3 * MINUTE


@pytest.fixture
def made(store: Store) -> Iterator[Callable[..., Between]]:
    found: list[Between] = []

    def make(**more: Cadence) -> Between:
        found.append(Between(store, **more))
        return found[-1]

    yield make
    for each in found:
        each.close()


@pytest.fixture
def here(made: Callable[..., Between], judged: None) -> Between:
    return made()


def words_of(here: Between, place: Place) -> list[str]:
    return [markup.plain(reply.text) for reply in here.replies(place.channel)]


def due_at(here: Between) -> object:
    found = here.store.read(lambda session: prompts.schedule(session, here.programme.id))
    assert found is not None
    return found.next_due_at


async def test_a_prompt_of_the_library_is_posted_once_in_each_channel(here: Between) -> None:
    await here.tick()
    assert here.prompts() == []
    await here.tick(forward=LATER)
    await here.tick(forward=LATER)
    (posted,) = here.prompts(PromptState.POSTED)
    assert len(here.prompts(PromptState.WAITING)) == queue.AHEAD - 1
    prompt = queue.by_id()[posted.library_id]
    for place in (HALL, SQUARE):
        (text,) = words_of(here, place)
        assert prompt.question["en"] in text
        assert "answer in this thread" in text
        assert "Answers are kept for the stewards" in text
        assert "Chatham House" not in text
    assert due_at(here) == here.clock.now.replace(minute=2) + WEEK


async def test_the_language_and_the_rule_of_the_programme_hold_for_its_prompts(
    here: Between,
) -> None:
    here.store.write(
        lambda session: programmes.change(
            session,
            here.programme.id,
            chatham_house=True,
            rules={**here.programme.rules, "language": "fr"},
        )
    )
    await here.tick(forward=LATER)
    (posted,) = here.prompts(PromptState.POSTED)
    (text,) = words_of(here, HALL)
    assert queue.by_id()[posted.library_id].question["fr"] in text
    assert "Chatham House" in text


async def test_after_downtime_one_is_caught_up(here: Between) -> None:
    await here.tick(forward=5 * WEEK + DAY)
    await here.tick(forward=LATER)
    assert len(here.replies("hall")) == 1
    assert due_at(here) > here.clock.now  # type: ignore[operator]


async def test_dates_of_the_programme_without_a_round_are_kept_free(here: Between) -> None:
    barred = [(here.clock.now.date() + timedelta(days=n)).isoformat() for n in (0, 1)]
    timetable = {**here.programme.timetable, "blackouts": barred}
    here.store.write(
        lambda session: programmes.change(session, here.programme.id, timetable=timetable)
    )
    await here.tick(forward=LATER)
    await here.tick(forward=DAY)
    assert here.replies("hall") == []
    await here.tick(forward=DAY)
    assert len(here.replies("hall")) == 1
    saved = await here.room.say(STEWARD, "prompts cadence Bridges")
    assert saved.form is not None
    values = {each.name: each.value for each in saved.form.fields}
    values["start"] = here.clock.now.date().replace(day=30).isoformat()
    here.store.write(
        lambda session: programmes.change(
            session, here.programme.id, timetable={**timetable, "blackouts": [values["start"]]}
        )
    )
    await here.room.submit(STEWARD, "prompts.save", values, str(here.programme.id))
    assert str(due_at(here)).startswith("2026-12-01")


async def test_none_is_posted_on_the_day_of_a_round_or_while_the_programme_is_paused(
    here: Between,
) -> None:
    here.store.write(
        lambda session: programmes.change(
            session, here.programme.id, next_due_at=here.clock.now + 5 * MINUTE
        )
    )
    await here.tick(forward=LATER)
    assert here.replies("hall") == []
    here.store.write(
        lambda session: programmes.change(session, here.programme.id, next_due_at=None, paused=True)
    )
    await here.tick(forward=WEEK)
    assert here.replies("hall") == []
    here.store.write(lambda session: programmes.change(session, here.programme.id, paused=False))
    await here.tick(forward=DAY)  # what fell out is not made up for
    assert here.replies("hall") == []
    await here.tick(forward=WEEK)
    assert len(here.replies("hall")) == 1


async def test_nothing_comes_twice_within_a_year(here: Between) -> None:
    days: dict[str, list[object]] = {}
    for _ in range(60):
        await here.tick(forward=LATER)
        await here.tick(forward=WEEK - LATER)
    for each in here.prompts(PromptState.POSTED):
        assert each.posted_at is not None
        days.setdefault(each.library_id, []).append(each.posted_at)
    assert len(days) == 20
    assert {len(each) for each in days.values()} == {1, 2}
    for moments in days.values():
        for one, other in pairwise(moments):
            assert other - one >= timedelta(days=365)  # type: ignore[operator]
    # Between the 20th and the first anniversary stewards alone hear of it, once for each date.
    told = [text for text in words_of(here, Place("chat", "W", "boss")) if "was due" in text]
    assert len(told) == 60 - sum(len(each) for each in days.values())


async def test_two_processes_at_once_post_once(here: Between) -> None:
    beside = here.process()
    here.clock.forward(LATER)
    await asyncio.gather(here.tick(), here.tick(beside), here.tick(), here.tick(beside))
    assert len(here.replies("hall")) == len(here.replies("square")) == 1
    assert len(here.prompts(PromptState.POSTED)) == 1


@pytest.mark.parametrize("name", ["claim_due", "step", "posted"])
async def test_what_a_crash_cuts_off_is_posted_whole_at_the_next_tick(
    here: Between, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = getattr(prompts, name)

    def crash(*given: object, **more: object) -> object:
        real(*given, **more)
        raise RuntimeError("the power is off")

    monkeypatch.setattr(prompts, name, crash)
    await here.tick(forward=LATER)
    assert here.deliveries() == []
    assert here.prompts(PromptState.POSTED) == []
    monkeypatch.undo()
    await here.tick(here.process())
    assert len(here.replies("hall")) == len(here.replies("square")) == 1


async def test_a_prompt_comes_with_the_nearest_case(here: Between) -> None:
    publish(here.store, case("Counting people who rent a room"))
    await here.room.submit(
        STEWARD, "prompts.own", {"text": "Counting people who rent a room"}, str(here.programme.id)
    )
    await here.tick(forward=LATER)
    (reply,) = here.replies("hall")
    assert [each.title for each in reply.cards] == ["Counting people who rent a room"]
    assert "A case that comes close" in reply.text


async def test_stewards_see_and_change_what_comes_next(here: Between) -> None:
    shown = await here.room.say(STEWARD, "prompts Bridges")
    numbers = [each.id for each in here.prompts()]
    assert [card.title for card in shown.cards] == [f"Number {number}" for number in numbers]
    assert len(numbers) == 5
    await here.room.say(STEWARD, f"prompts front {numbers[3]}")
    await here.room.press(STEWARD, "prompts.drop", str(numbers[0]))
    await here.room.say(STEWARD, f"prompts skip {numbers[3]}")
    await here.room.submit(
        STEWARD, "prompts.own", {"text": "Who reads your  figures?"}, str(here.programme.id)
    )
    again = await here.room.submit(
        STEWARD, "prompts.own", {"text": "who reads your figures?"}, str(here.programme.id)
    )
    assert "waits already" in again.errors["text"]
    waiting = here.store.read(lambda session: prompts.queue(session, here.programme.id))
    assert waiting[0].text == "Who reads your figures?"
    assert [each.id for each in waiting[1:5]] == [numbers[n] for n in (1, 3, 2, 4)]
    await here.tick(forward=LATER)
    assert "Who reads your figures?" in words_of(here, HALL)[0]
    dropped = here.prompts(PromptState.DROPPED)[0].library_id
    assert dropped not in [each.library_id for each in here.prompts(PromptState.WAITING)]
    ana, _ = here.admit("ana")
    assert "Only the stewards" in (await here.room.say(ana, "prompts Bridges")).text


async def test_stewards_switch_it_on_and_off(here: Between) -> None:
    here.schedule(None)
    await here.tick(forward=WEEK)
    assert here.replies("hall") == []
    form = (await here.room.say(STEWARD, "prompts cadence Bridges")).form
    assert form is not None
    values = {each.name: each.value for each in form.fields}
    assert values["cadence"] == "off"
    wrong = await here.room.submit(
        STEWARD, form.action, {**values, "cadence": "weekly", "zone": "Moon/Base"}, form.subject
    )
    assert "Moon/Base" in wrong.errors["zone"]
    day = (here.clock.now + 2 * DAY).date().isoformat()
    chosen = {"cadence": "weekly", "start": day, "at": "08:30", "zone": "America/Mexico_City"}
    await here.room.submit(STEWARD, form.action, chosen, form.subject)
    assert str(due_at(here)) == f"{day} 14:30:00+00:00"
    await here.room.say(STEWARD, "prompts off Bridges")
    assert due_at(here) is None


async def asked(here: Between, user: str = "noor") -> tuple[Person, int, str]:
    """Somebody was asked whether their question may be posted: who, the prompt, the mark."""
    who, member = here.admit(user)
    here.ask(member)
    await here.tick()
    (request,) = here.replies(user)
    agree = next(each for each in request.buttons if each.action == "prompt.agree")
    number, _, mark = agree.subject.partition(":")
    return who, int(number), mark


async def test_a_question_is_posted_only_after_a_yes_to_its_very_words(here: Between) -> None:
    who, number, mark = await asked(here)
    (request,) = here.replies("noor")
    shown = markup.plain(request.text)
    assert QUESTION in shown
    assert "#hall (Chat), #square (Talk)" in shown
    assert (await here.room.say(STEWARD, "prompts Bridges")).text.find(QUESTION) == -1
    assert QUESTION not in spoken(await here.room.say(STEWARD, "prompts Bridges"))
    agreed = await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    assert "Thank you" in agreed.text
    assert "asker agreed" in spoken(await here.room.say(STEWARD, "prompts Bridges"))
    await here.tick(forward=LATER)
    (post,) = words_of(here, HALL)
    assert all(line in shown for line in post.splitlines())
    assert "from a member" in post  # too few of the community to name it
    assert not {"Noor", "Office of noor", "noor"} & set(post.replace(",", " ").split())


@pytest.mark.parametrize("answer", ["no", "silence", "withdrawn", "reworded", "left", "solved"])
async def test_without_a_yes_that_holds_it_is_never_posted(here: Between, answer: str) -> None:
    who, number, mark = await asked(here)
    if answer == "no":
        await here.room.press(who, "prompt.refuse", str(number))
    elif answer != "silence":
        await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    if answer == "withdrawn":
        said = await here.room.press(who, "prompt.refuse", str(number))
        assert "not posted" in said.text
    elif answer == "reworded":
        await here.room.submit(who, "prompt.word", {"text": "Quite another one"}, str(number))
    elif answer == "left":
        here.store.write(
            lambda session: membership.set_status(
                session, here.prompts()[0].asker_id or 0, MemberStatus.LEFT
            )
        )
    elif answer == "solved":
        question = here.prompts()[0].question_id
        await here.room.say(who, f"resolve {question}")
    await here.tick(forward=LATER)
    await here.tick(forward=WEEK)
    for place in (HALL, SQUARE):
        assert len(words_of(here, place)) == 2
        assert not [text for text in words_of(here, place) if QUESTION in text]
    late = await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    if answer in {"no", "withdrawn", "solved"}:
        assert "not up for posting" in late.text


async def test_other_words_are_shown_again_before_they_are_agreed_to(here: Between) -> None:
    who, number, mark = await asked(here)
    form = await here.room.press(who, "prompt.word", str(number))
    assert form.form is not None
    assert form.form.fields[0].value == QUESTION
    empty = await here.room.submit(who, "prompt.word", {"text": " "}, str(number))
    assert "text" in empty.errors
    said = {"text": "How are tenants counted?"}
    shown = await here.room.submit(who, "prompt.word", said, str(number))
    assert "How are tenants counted?" in shown.text
    stale = await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    assert "word for word" in stale.text  # the former words: shown anew, nothing agreed
    assert here.prompts()[0].state is PromptState.ASKED
    fresh = next(each for each in shown.buttons if each.action == "prompt.agree")
    await here.room.press(who, "prompt.agree", fresh.subject)
    await here.tick(forward=LATER)
    (post,) = words_of(here, HALL)
    assert "How are tenants counted?" in post
    assert QUESTION not in post


async def test_a_post_is_taken_down_when_its_asker_takes_it_back(here: Between) -> None:
    who, number, mark = await asked(here)
    await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    await here.tick(forward=LATER)
    first, second = (here.deliveries(place.channel)[0] for place in (HALL, SQUARE))
    here.store.write(  # one has arrived, the other still waits
        lambda session: deliveries.sent(session, first.id or 0, "r", here.clock.now, "m1")
    )
    said = await here.room.press(who, "prompt.refuse", str(number))
    assert "removed from the channels" in said.text
    (removal,) = here.deliveries(kind=DeliveryKind.DELETE)
    assert (removal.channel, removal.target) == ("hall", first.key)
    assert here.deliveries("square") == []
    assert second.key
    assert here.prompts()[0].text == ""
    stranger, _ = here.admit("omar")
    assert "somebody else" in (await here.room.press(stranger, "prompt.refuse", str(number))).text


async def test_once_about_a_question_and_once_a_person_in_thirty_days(here: Between) -> None:
    _, member = here.admit("noor")
    here.ask(member)
    await here.tick()
    here.ask(member, "Which register do you trust?")
    for _ in range(29):
        await here.tick(forward=DAY)
    assert len(here.replies("noor")) == 1
    await here.tick(forward=2 * DAY)
    second = here.replies("noor")
    assert len(second) == 2
    assert "Which register do you trust?" in second[1].text


@pytest.mark.parametrize(
    "why", ["paused", "snoozed", "night", "weekend", "news off", "no capacity", "answered", "old"]
)
async def test_who_is_to_be_left_alone_is_never_asked(here: Between, why: str) -> None:
    who, member = here.admit("noor")
    confidence = Confidence.STRONG if why == "answered" else Confidence.NONE
    here.ask(member, confidence=confidence)
    match why:
        case "paused":
            here.store.write(
                lambda session: membership.set_status(session, member, MemberStatus.PAUSED)
            )
        case "snoozed":
            await here.room.say(who, "snooze until 2026-12-20")
        case "night":
            here.clock.forward(timedelta(hours=11))
        case "weekend":
            here.clock.forward(5 * DAY)
        case "news off":
            await here.room.say(who, "news off")
        case "no capacity":
            await here.room.say(who, "capacity 0")
        case "old":
            here.clock.forward(61 * DAY)
    await here.tick()
    assert here.replies("noor") == []
    assert not [each for each in here.prompts() if each.source is PromptSource.QUESTION]


async def test_two_processes_ask_once_and_it_counts_as_a_contact(here: Between) -> None:
    _, member = here.admit("noor")
    here.ask(member)
    beside = here.process()
    await asyncio.gather(here.tick(), here.tick(beside), here.tick())
    (draft,) = here.deliveries("noor")
    assert draft.unsolicited
    held = here.store.read(
        lambda session: personal_data.collect(session, member, "", here.clock.now)
    )
    assert len(held[CONTACTS]) == 1


async def test_a_community_is_named_only_where_enough_people_are_of_it(here: Between) -> None:
    for number in range(4):
        here.admit(f"other{number}")
    who, number, mark = await asked(here)
    await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    await here.tick(forward=LATER)
    assert "from a national statistics office" in words_of(here, HALL)[0]


async def posted_question(here: Between) -> Person:
    who, number, mark = await asked(here)
    await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    await here.tick(forward=LATER)
    here.arrive()
    return who


async def test_answers_are_kept_once_followed_and_brought_to_whoever_asked(here: Between) -> None:
    await posted_question(here)
    ben, member = here.admit("ben", Community.CITY, "talk")
    assert await here.write(ben, SQUARE, "We count beds.", name="a1") is None
    assert await here.write(ben, SQUARE, "We count beds.", name="a1") is None
    (answer,) = here.answers()
    assert (answer.member_id, answer.text) == (member, "We count beds.")
    (brought,) = here.replies("noor")[1:]
    assert "Ben answered" in brought.text
    assert "We count beds." in brought.text
    here.arrive()
    await here.amend(ben, SQUARE, "a1", "We count keys.")
    assert here.answers()[0].text == "We count keys."
    (change,) = here.deliveries("noor", DeliveryKind.UPDATE)
    assert "We count keys." in change.reply
    read = await here.room.say(STEWARD, f"prompts answers {here.prompts()[0].id}")
    assert "We count keys." in spoken(read)
    await here.amend(ben, SQUARE, "a1")
    assert here.answers() == []
    assert len(here.deliveries("noor", DeliveryKind.DELETE)) == 1


async def test_words_elsewhere_and_of_strangers_are_not_kept(here: Between) -> None:
    await posted_question(here)
    ben, _ = here.admit("ben", Community.CITY)
    stranger = Person("chat", "W", "eve", "Eve")
    told = await here.write(stranger, HALL, "I know that", addressed=True)
    assert told is not None
    assert "approved members only" in told.text
    assert await here.write(stranger, HALL, "I know that") is None
    asking = await here.write(ben, HALL, "how do others count beds?", addressed=True)
    assert asking is not None  # a question to the bot, answered as anywhere
    help_ = await here.write(ben, HALL, "help", addressed=True)
    assert help_ is not None
    assert "ask one another here" in help_.text
    assert here.answers() == []


async def test_who_mentions_the_bot_is_thanked_and_can_take_it_back(here: Between) -> None:
    await here.tick(forward=LATER)
    here.arrive()
    ben, _ = here.admit("ben", Community.CITY)
    thanks = await here.write(ben, HALL, "We had a decree.", addressed=True)
    assert thanks is not None
    assert "kept for the stewards" in thanks.text
    (button,) = thanks.buttons
    omar, _ = here.admit("omar")
    refused = await here.room.press(omar, button.action, button.subject)
    assert "somebody else" in refused.text
    assert len(here.answers()) == 1
    await here.room.press(ben, button.action, button.subject)
    assert here.answers() == []


async def test_under_the_chatham_house_rule_answers_come_without_a_name(here: Between) -> None:
    here.store.write(
        lambda session: programmes.change(session, here.programme.id, chatham_house=True)
    )
    await posted_question(here)
    ben, _ = here.admit("ben", Community.CITY)
    await here.write(ben, HALL, "We count beds.")
    read = await here.room.say(STEWARD, f"prompts answers {here.prompts()[0].id}")
    for text in (here.replies("noor")[-1].text, spoken(read)):
        assert "We count beds." in text
        assert "Ben" not in text


async def test_an_answer_becomes_a_draft_by_its_author_alone(here: Between) -> None:
    await here.tick(forward=LATER)
    here.arrive()
    ben, _ = here.admit("ben", Community.CITY)
    await here.write(ben, HALL, "We had a decree in 2019.")
    read = await here.room.say(STEWARD, f"prompts answers {here.prompts(PromptState.POSTED)[0].id}")
    (button,) = read.cards[0].buttons
    assert "decides" in (await here.room.press(STEWARD, button.action, button.subject)).text
    await here.room.press(STEWARD, button.action, button.subject)
    (wish,) = here.replies("ben")
    (make,) = wish.buttons
    omar, _ = here.admit("omar")
    assert (await here.room.press(omar, make.action, make.subject)).form is None
    form = (await here.room.press(ben, make.action, make.subject)).form
    assert form is not None
    values = {each.name: each.value for each in form.fields}
    assert values["text"] == "We had a decree in 2019."
    saved = await here.room.submit(
        ben, form.action, {**values, "title": "A decree", "source": "our office"}, form.subject
    )
    assert not saved.errors
    assert "A decree" in spoken(await here.room.say(STEWARD, "queue"))


async def test_erasure_takes_question_and_answers_along(here: Between) -> None:
    noor = await posted_question(here)
    ben, member = here.admit("ben", Community.CITY)
    omar, _ = here.admit("omar", Community.CITY)
    await here.write(ben, HALL, "We count beds.")
    await here.write(omar, HALL, "We count keys.")
    data = exported(await here.room.say(ben, "data export"))
    assert "We count beds." in data
    assert QUESTION in exported(await here.room.say(noor, "data export"))
    assert "We count beds." in spoken(await here.room.say(ben, "data show"))
    here.store.write(lambda session: personal_data.erase(session, member, ""))
    assert [each.text for each in here.answers()] == ["We count keys."]
    asker = here.prompts()[0].asker_id
    here.store.write(lambda session: personal_data.erase(session, asker, ""))
    first = here.prompts()[0]
    assert (first.state, first.text, first.asker_id, first.question_id) == (
        PromptState.WITHDRAWN,
        "",
        None,
        None,
    )
    assert [each.channel for each in here.deliveries(kind=DeliveryKind.DELETE)] == [
        "hall",
        "square",
    ]
    assert [each.text for each in here.answers()] == ["We count keys."]  # another person's words


async def test_on_two_platforms_a_post_arrives_and_its_answers_travel(here: Between) -> None:
    platforms = [FakePlatform("chat"), FakePlatform("talk")]
    running = Runtime(here.core, platforms, host="127.0.0.1", port=0, clock=here.clock)
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    await until(lambda: all(each.handler for each in platforms))
    chat, talk = platforms
    who, number, mark = await asked(here)
    running.sender.wake()
    await until(lambda: len(chat.posted) == 1)
    await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    await here.tick(forward=LATER)
    running.sender.wake()
    await until(lambda: talk.posted and len(chat.posted) == 2)
    ben, _ = here.admit("ben", Community.CITY, "talk")
    within = replace(SQUARE, thread="m1", kind=PlaceKind.THREAD, private=False)
    said = Said(
        event_id="s1",
        person=ben,
        place=within,
        in_place=False,
        text="We count beds.",
        message="a1",
        reply_to="m1",
        addressed=False,
    )
    assert talk.handler is not None
    await asyncio.gather(talk.handler(said), talk.handler(said))
    await until(lambda: len(chat.posted) == 3)
    assert "We count beds." in chat.posted[2].reply.text
    assert chat.posted[2].place.channel == "noor"
    head = {"person": ben, "place": within, "in_place": False, "message": "a1"}
    await talk.handler(Edited(event_id="e1", **head, text="We count keys."))  # type: ignore[arg-type]
    await until(lambda: "We count keys." in chat.messages["m3"].reply.text)
    await talk.handler(Removed(event_id="r1", **head))  # type: ignore[arg-type]
    await until(lambda: "m3" not in chat.messages)
    await here.room.press(who, "prompt.refuse", str(number))
    running.sender.wake()
    await until(lambda: "m1" not in talk.messages and "m2" not in chat.messages)
    stop.set()
    await task
    assert here.answers() == []
    assert (len(chat.posted), len(talk.posted)) == (3, 1)


STEPS = ("agree", "stale", "refuse", "reword", "tick", "week", "withdraw", "front")


@slow(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=7).map(lambda s: [*s, "tick"]))
@example(steps=["agree", "tick", "agree", "week"])
@example(steps=["agree", "reword", "tick"])
@example(steps=["agree", "refuse", "tick"])
@example(steps=["agree", "withdraw", "tick"])
@example(steps=["reword", "stale", "front", "tick"])
def test_nothing_is_posted_that_its_asker_did_not_last_agree_to(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    store = database_in(tmp_path_factory.mktemp("walk"))
    here = Between(store)
    try:
        asyncio.run(_walk(here, steps))
    finally:
        here.close()
        store.close()


class Walk:
    """What an asker last said about which words, as a reader of their messages would know."""

    def __init__(self, here: Between, who: Person, number: int, mark: str) -> None:
        self.here, self.who, self.number, self.mark = here, who, number, mark
        self.texts, self.yes = [QUESTION], False

    async def take(self, step: str) -> None:
        """One step; `yes` afterwards says whether the last of `texts` was agreed to."""
        here, number = self.here, str(self.number)
        if step in {"tick", "week"}:
            await here.tick(forward=LATER if step == "tick" else WEEK)
        elif step == "front":
            await here.room.say(STEWARD, f"prompts front {number}")
        elif step == "agree":
            reply = await here.room.press(self.who, "prompt.agree", f"{number}:{self.mark}")
            self.yes = "Thank you" in reply.text
        elif step == "stale":
            await here.room.press(self.who, "prompt.agree", f"{number}:0000")
        elif step == "reword":
            await self._reword(f"Other words, number {len(self.texts)}")
        else:
            await self._no(step)

    async def _reword(self, text: str) -> None:
        reply = await self.here.room.submit(
            self.who, "prompt.word", {"text": text}, str(self.number)
        )
        found = [b.subject for b in reply.buttons if b.action == "prompt.agree"]
        if found:
            self.mark, self.yes = found[0].partition(":")[2], False
            self.texts.append(text)

    async def _no(self, step: str) -> None:
        self.yes = False
        if step == "refuse":
            await self.here.room.press(self.who, "prompt.refuse", str(self.number))
        elif (question := self.here.prompts()[0].question_id) is not None:
            await self.here.room.say(self.who, f"withdraw {question}")


async def _walk(here: Between, steps: list[str]) -> None:
    walk = Walk(here, *await asked(here))
    for step in steps:
        before, agreed = len(here.replies("hall")), walk.yes
        await walk.take(step)
        fresh = [markup.plain(each.text) for each in here.replies("hall")[before:]]
        shown = [text for text in walk.texts for each in fresh if text in each]
        if shown:
            assert agreed, step
            assert shown == [walk.texts[-1]]
            walk.yes = False  # it is posted, and never again
