"""What somebody asked before: theirs alone, in other words, and taken back."""

from knowledge.database.store import Store
from knowledge.members import accounts
from knowledge.members.accounts import AccountView
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import QuestionState
from tests.support.community import Room, admit, case, case_cards, expert, person, publish, spoken

ANN, BEN = person("ann"), person("ben")


def asked(store: Store, key: str) -> list[QuestionView]:
    return store.read(lambda s: questions.asked_by(s, asker_id=None, account_key=key))


async def test_nothing_asked_yet(room: Room) -> None:
    assert "You have asked nothing yet" in (await room.say(ANN, "questions")).text


async def test_my_questions_with_how_they_stand(store: Store, room: Room) -> None:
    publish(store, case("Departments that refused to share data"))
    await room.say(ANN, "departments that refused to share data")
    await room.say(ANN, "Where is the best pizza?")
    await room.say(BEN, "Something of my own?")
    reply = await room.say(ANN, "questions")
    assert reply.text == "You asked 2 questions."
    shown = spoken(reply)
    assert "Something of my own" not in shown
    first, second = reply.cards
    assert first.title == "2. Where is the best pizza?"
    assert "not in this library yet" in first.body
    assert "a case answers it" in second.body


async def test_nobody_reaches_the_questions_of_another(store: Store, room: Room) -> None:
    await room.say(BEN, "Something of my own?")
    for said in ("questions 1", "withdraw 1", "questions 1 edit Mine now?"):
        reply = await room.say(ANN, said)
        assert "There is no question 1 of yours" in reply.text
    for action in ("question.withdraw", "question.again"):
        for subject in ("1", "²", "x" * 50):
            assert "There is no question" in (await room.press(ANN, action, subject)).text
    assert "asked nothing yet" in (await room.press(ANN, "question.withdraw")).text
    assert [question.state for question in asked(store, BEN.key)] == [QuestionState.OPEN]
    assert asked(store, ANN.key) == []


async def test_withdrawing(store: Store, room: Room) -> None:
    await room.say(ANN, "How is data shared?")
    (card,) = (await room.say(ANN, "questions 1")).cards
    button = next(b for b in card.buttons if b.action == "question.withdraw")
    assert "Question 1 is withdrawn" in (await room.press(ANN, button.action, button.subject)).text
    (question,) = asked(store, ANN.key)
    assert question.state is QuestionState.WITHDRAWN
    (card,) = (await room.say(ANN, "questions")).cards
    assert "withdrawn" in card.body
    assert not card.buttons
    # A button of an older message does no harm.
    assert "withdrawn" in (await room.press(ANN, button.action, button.subject)).text


async def test_other_words_replace_the_question(store: Store, room: Room) -> None:
    publish(store, case("Departments that refused to share data"))
    await room.say(ANN, "Where is the best pizza?")
    reply = await room.say(ANN, "questions 1 edit departments that refused to share data")
    assert case_cards(reply)
    new, old = asked(store, ANN.key)
    assert (old.state, new.state) == (QuestionState.WITHDRAWN, QuestionState.OPEN)
    assert new.text == "departments that refused to share data"


async def test_a_refused_rewording_keeps_the_old_question(store: Store, room: Room) -> None:
    await room.say(ANN, "How is data shared?")
    reply = await room.say(ANN, "questions 1 edit ???")
    assert "There was no question in it" in reply.text
    assert [question.state for question in asked(store, ANN.key)] == [QuestionState.OPEN]


async def test_asking_again_finds_what_came_since(store: Store, room: Room) -> None:
    await room.say(ANN, "departments that refused to share data")
    (card,) = (await room.say(ANN, "questions")).cards
    button = next(b for b in card.buttons if b.action == "question.again")
    publish(store, case("Departments that refused to share data"))
    reply = await room.press(ANN, button.action, button.subject)
    assert case_cards(reply)


async def test_a_member_sees_the_questions_of_both_accounts(store: Store, room: Room) -> None:
    number = admit(store, expert("Ann", consents=()), ANN)
    other = person("ann-at-home")

    account = AccountView(other.platform, other.workspace, other.user_id, other.name)
    store.write(lambda session: accounts.keep(session, number, account))
    await room.say(ANN, "From the office?")
    await room.say(other, "From home?")
    assert (await room.say(ANN, "questions")).text == "You asked 2 questions."
