"""The buttons under an answer: votes that stay private, and questions that are answered."""

from collections.abc import Sequence

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.contract import Person, Place, PlaceKind, Reply
from knowledge.database.store import Store
from knowledge.lifecycle import merge, personal_data
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.questions import questions, ratings
from knowledge.questions.ratings import RatingView
from knowledge.questions.tables import Rating
from knowledge.vocabulary import AskerShown, Confidence, QuestionState, Visibility
from tests.conftest import NOW
from tests.support.community import (
    STEWARD,
    Room,
    admit,
    case,
    expert,
    exported,
    person,
    publish,
    spoken,
)

ANA, BEN = person("ana"), person("ben")
ONE, TWO = "Departments that refused to share data", "Departments that refused to share maps"
ASK = "departments that refused to share"
CHANNEL = Place("chat", "W", "C1", kind=PlaceKind.CHANNEL, private=False)
CLOSED = Place("chat", "W", "C2", kind=PlaceKind.CHANNEL, private=True)


@pytest.fixture
def stocked(room: Room, store: Store) -> Room:
    publish(store, case(ONE), case(TWO))
    return room


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def votes(store: Store) -> list[tuple[str, int, bool]]:
    """(account, case or 0, helpful) of every vote."""

    def find(session: Session) -> list[tuple[str, int, bool]]:
        rows = session.exec(select(Rating).order_by(Rating.id)).all()  # type: ignore[arg-type]
        return [(row.account_key, row.about, row.helpful) for row in rows]

    return store.read(find)


def state(store: Store, number: int = 1) -> QuestionState:
    found = store.read(lambda session: questions.get(session, number))
    assert found is not None
    return found.state


def open_to_all(store: Store) -> None:
    store.write(lambda s: questions.share(s, 1, Visibility.PUBLIC, AskerShown.NAMED))


async def test_an_answer_has_the_buttons_that_make_sense(stocked: Room) -> None:
    own = ["Helpful", "Not helpful", "This answers my question", "Share"]
    assert labels(await stocked.say(ANA, ASK)) == own
    assert labels(await stocked.say(ANA, f"{ASK}? public")) == own[:3]
    assert labels(await stocked.say(ANA, "Where is the best pizza?")) == ["Ask in other words"]
    assert labels(await stocked.say(ANA, "Where is the best pizza? public")) == []


async def test_which_of_several_cases_helped_is_asked_and_kept(stocked: Room, store: Store) -> None:
    reply = await stocked.say(ANA, ASK)
    helpful = reply.buttons[0]
    asked = await stocked.press(ANA, helpful.action, helpful.subject)
    assert "Which of the cases helped you?" in asked.text
    assert set(labels(asked)) == {ONE, TWO}
    chosen = next(button for button in asked.buttons if button.label == TWO)
    thanks = await stocked.press(ANA, chosen.action, chosen.subject)
    assert TWO in thanks.text
    assert votes(store) == [(ANA.key, 0, True), (ANA.key, 2, True)]


async def test_votes_put_the_case_that_helped_first(stocked: Room, store: Store) -> None:
    first = [card.title for card in (await stocked.say(ANA, ASK)).cards]
    assert set(first) == {ONE, TWO}
    behind = {ONE: 1, TWO: 2}[first[1]]
    for number in range(1, 5):
        voter = person(f"voter{number}")
        await stocked.say(voter, f"{ASK} public")
        vote = ratings.Voter(voter.key)
        store.write(
            lambda session, vote=vote: ratings.cast(  # type: ignore[misc]
                session, vote, 1, helpful=True, at=NOW, case_id=behind
            )
        )
    assert store.read(ratings.by_case) == {behind: (4, 0)}
    assert [card.title for card in (await stocked.say(ANA, ASK)).cards] == first[::-1]
    store.write(lambda session: ratings.erase(session, None, ["chat:W:voter1"]))
    assert store.read(ratings.by_case) == {behind: (3, 0)}


async def test_a_vote_on_an_answer_counts_for_its_only_case(room: Room, store: Store) -> None:
    publish(store, case(ONE))
    await room.say(ANA, ASK)
    await room.press(ANA, "answer.unhelpful", "1")
    assert store.read(ratings.by_case) == {1: (0, 1)}
    publish(store, case(TWO))
    await room.say(BEN, ASK)
    await room.press(BEN, "answer.unhelpful", "2")
    assert store.read(ratings.by_case) == {1: (0, 1)}


async def test_one_case_is_not_asked_about(room: Room, store: Store) -> None:
    publish(store, case(ONE))
    await room.say(ANA, ASK)
    assert labels(await room.press(ANA, "answer.helpful", "1")) == []


async def test_pressing_again_changes_the_vote_and_twice_is_harmless(
    stocked: Room, store: Store
) -> None:
    await stocked.say(ANA, ASK)
    for action, helpful in (("helpful", True), ("helpful", True), ("unhelpful", False)):
        await stocked.press(ANA, f"answer.{action}", "1")
        assert votes(store) == [(ANA.key, 0, helpful)]


async def test_what_does_not_help_leads_on(stocked: Room, store: Store) -> None:
    admit(store, expert("Ana Ruiz"), ANA)
    admit(store, expert("Eve", "departments that refused to share"))
    await stocked.say(ANA, ASK)
    reply = await stocked.press(ANA, "answer.unhelpful", "1")
    assert labels(reply) == ["Ask in other words", "People to ask"]
    form = (await stocked.press(ANA, "question.reword", "1")).form
    assert form is not None
    assert form.fields[0].value == ASK
    again = await stocked.submit(ANA, form.action, {"question": " "}, form.subject)
    assert again.errors
    await stocked.submit(ANA, form.action, {"question": "Who shares maps?"}, form.subject)
    assert state(store) is QuestionState.WITHDRAWN
    assert state(store, 2) is QuestionState.OPEN
    await stocked.say(ANA, ASK)
    people = await stocked.press(ANA, "answer.people", "3")
    assert "Eve" in spoken(people)


async def test_others_cannot_vote_on_a_private_answer_nor_learn_of_it(
    stocked: Room, store: Store
) -> None:
    await stocked.say(ANA, ASK)
    for action in ("helpful", "unhelpful", "case", "people"):
        for number in ("1", "99", "", "²", "x" * 50):
            subject = f"{number}:1" if action == "case" else number
            reply = await stocked.press(BEN, f"answer.{action}", subject)
            assert reply.text == (
                "Only those who can read an answer can say whether it helped them."
            )
    for number in ("1", "99"):
        assert "There is no question" in (await stocked.press(BEN, "answer.solved", number)).text
    assert votes(store) == []
    assert state(store) is QuestionState.OPEN


async def test_anybody_can_vote_on_a_public_answer_and_only_the_asker_closes_it(
    stocked: Room, store: Store
) -> None:
    await stocked.say(ANA, f"{ASK}? public")
    await stocked.press(BEN, "answer.unhelpful", "1")
    await stocked.press(ANA, "answer.helpful", "1")
    assert votes(store) == [(BEN.key, 0, False), (ANA.key, 0, True)]
    refused = await stocked.press(BEN, "answer.solved", "1")
    assert "Only whoever asked" in refused.text
    assert state(store) is QuestionState.OPEN


async def test_in_a_closed_room_those_who_are_in_it_can_vote(room: Room, store: Store) -> None:
    publish(store, case(ONE))
    await room.say(ANA, ASK)
    store.write(lambda s: questions.share(s, 1, Visibility.PRIVATE, AskerShown.NAMED))
    assert "Only those who" in (await room.press(BEN, "answer.helpful", "1")).text
    room.place = CLOSED
    await room.say(ANA, ASK)
    store.write(lambda s: questions.share(s, 2, Visibility.PRIVATE, AskerShown.NAMED))
    await room.press(BEN, "answer.helpful", "2")
    room.place = CHANNEL
    assert "Only those who" in (await room.press(BEN, "answer.helpful", "2")).text
    assert votes(store) == [(BEN.key, 0, True)]


async def test_a_vote_is_shown_to_nobody_else(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, f"{ASK}? public")
    before = [spoken(await stocked.press(ANA, "answer.helpful", "1"))]
    for who in range(5):
        await stocked.press(person(f"p{who}"), "answer.unhelpful", "1")
    assert [spoken(await stocked.press(ANA, "answer.helpful", "1"))] == before
    shown = spoken(await stocked.say(ANA, "questions 1")) + spoken(await stocked.open(ANA))
    assert "vote" not in shown.casefold()
    assert not any(f"P{who}" in shown for who in range(5))


async def test_the_question_is_solved_by_button_or_word(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    for _ in range(2):
        assert "marked as answered" in (await stocked.press(ANA, "answer.solved", "1")).text
    assert state(store) is QuestionState.SOLVED
    (card,) = (await stocked.say(ANA, "questions")).cards
    assert "answered" in card.body
    assert not card.buttons
    await stocked.say(ANA, ASK)
    assert "marked as answered" in (await stocked.say(ANA, "resolve 2")).text
    assert "You asked 2 questions" in (await stocked.say(ANA, "resolve")).text


async def test_a_withdrawn_question_is_left_alone(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    await stocked.say(ANA, "withdraw 1")
    for action in ("helpful", "unhelpful", "solved", "share"):
        assert "was withdrawn" in (await stocked.press(ANA, f"answer.{action}", "1")).text
    assert "was withdrawn" in (await stocked.say(ANA, "resolve 1")).text
    assert votes(store) == []
    assert state(store) is QuestionState.WITHDRAWN


async def test_a_retired_case_is_no_longer_offered(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, ASK)
    await stocked.submit(STEWARD, "case.retire", {"reason": "old"}, "1")
    assert labels(await stocked.press(ANA, "answer.helpful", "1")) == []
    assert "There is no case 1" in (await stocked.press(ANA, "answer.case", "1:1")).text


def of_person(store: Store, member: int | None, keys: Sequence[str]) -> list[RatingView]:
    return store.read(lambda session: ratings.of_person(session, member, keys))


async def test_one_person_on_two_accounts_has_one_vote(stocked: Room, store: Store) -> None:
    other = Person("mail", "M", "ana", "Ana")
    await stocked.say(BEN, f"{ASK}? public")
    await stocked.press(ANA, "answer.helpful", "1")  # before she joined
    number = admit(store, expert("Ana Ruiz"), ANA)
    link = AccountView("mail", "M", "ana", "Ana")
    store.write(lambda session: accounts.keep(session, number, link))
    await stocked.press(other, "answer.unhelpful", "1")
    assert votes(store) == [(other.key, 0, False)]
    await stocked.press(ANA, "answer.helpful", "1")
    assert votes(store) == [(ANA.key, 0, True)]


async def test_an_account_that_joins_a_member_brings_its_vote(stocked: Room, store: Store) -> None:
    other = Person("mail", "M", "ana", "Ana")
    number = admit(store, expert("Ana Ruiz"), ANA)
    await stocked.say(BEN, f"{ASK}? public")
    await stocked.press(other, "answer.unhelpful", "1")
    await stocked.press(other, "answer.case", "1:2")
    await stocked.press(ANA, "answer.helpful", "1")
    link = AccountView("mail", "M", "ana", "Ana")
    store.write(lambda session: accounts.keep(session, number, link))
    assert votes(store) == [(other.key, 2, True), (ANA.key, 0, True)]
    assert len(of_person(store, number, [])) == 2


async def test_two_members_who_are_one_keep_the_newer_vote(stocked: Room, store: Store) -> None:
    await stocked.say(person("eve"), f"{ASK}? public")
    first, second = admit(store, expert("Ana Ruiz"), ANA), admit(store, expert("A. Ruiz"), BEN)
    await stocked.press(ANA, "answer.helpful", "1")
    await stocked.press(BEN, "answer.unhelpful", "1")
    await stocked.press(BEN, "answer.case", "1:2")

    def join(session: Session) -> None:
        one, other = members.get(session, first), members.get(session, second)
        assert one is not None
        assert other is not None
        merge.merge(session, one, other)

    store.write(join)
    assert votes(store) == [(BEN.key, 0, False), (BEN.key, 2, True)]
    assert len(of_person(store, first, [])) == 2


async def test_votes_are_shown_exported_and_erased_with_ones_data(
    stocked: Room, store: Store
) -> None:
    admit(store, expert("Ana Ruiz"), ANA)
    await stocked.say(BEN, f"{ASK}? public")
    await stocked.press(ANA, "answer.case", "1:2")
    await stocked.press(BEN, "answer.helpful", "1")
    shown = spoken(await stocked.say(ANA, "data show"))
    assert "question 1, case 2: helpful" in shown
    assert "Ben" not in shown
    assert '"ratings"' in exported(await stocked.say(ANA, "data export"))
    await stocked.say(ANA, "data erase everything")
    assert votes(store) == [(BEN.key, 0, True)]
    await stocked.say(BEN, "data erase everything")
    assert votes(store) == []


async def test_somebody_who_only_voted_can_see_and_erase_it(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, f"{ASK}? public")
    await stocked.press(BEN, "answer.helpful", "1")
    assert "question 1: helpful" in spoken(await stocked.say(BEN, "data show"))
    store.write(lambda session: personal_data.erase(session, None, BEN.key))
    assert votes(store) == []


async def test_a_vote_goes_with_its_question(stocked: Room, store: Store) -> None:
    await stocked.say(ANA, f"{ASK}? public")
    await stocked.press(BEN, "answer.helpful", "1")
    await stocked.say(ANA, "data erase everything")
    assert votes(store) == []


def test_the_database_itself_takes_one_vote_per_person(store: Store) -> None:
    """Two processes that vote at once cannot both write."""
    voter = ratings.Voter("chat:W:ana")

    def twice(session: Session) -> None:
        asked = questions.Asked("Who?", "en", None, "", False, Visibility.PUBLIC,
                                Confidence.NONE, 0.0, NOW)  # fmt: skip
        number = questions.keep(session, asked, model_id="m", cases=[], experts=[])
        ratings.cast(session, voter, number, helpful=True, at=NOW)
        session.add(Rating(question_id=number, account_key="chat:W:ana", helpful=False, at=NOW))
        session.flush()

    with pytest.raises(IntegrityError):
        store.write(twice)
