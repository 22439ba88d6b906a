"""From a conversation to a case: the author's words alone, and each quoted as they chose."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlmodel import Session, select

from bot.app import Core, build
from bot.contract import Button, Reply
from bot.core.errors import UserFacingError
from bot.features.citations.names import without_salutations
from bot.features.citations.quotes import best
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from bot.settings import Settings
from knowledge.cases import cases
from knowledge.cases.tables import CaseSnippet, News
from knowledge.cases.views import CaseView
from knowledge.citations import citations
from knowledge.citations.tables import Citation, Proposal
from knowledge.conversations import conversations
from knowledge.conversations.conversations import Seat
from knowledge.database.store import Store
from knowledge.introductions import introductions
from knowledge.introductions.introductions import Wish
from knowledge.lifecycle import personal_data
from knowledge.members import members
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.questions.questions import Asked
from knowledge.vocabulary import (
    AskerShown,
    CaseState,
    Confidence,
    ConversationKind,
    Level,
    Visibility,
)
from tests.conftest import NOW
from tests.support.community import STEWARD, Room, admit, expert, person, spoken
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock
from tests.support.world import look

ASA, EVE, OTHER = person("asa"), person("eve"), person("other")
QUESTION = "How did you match address registers, confidentially MARKERQUESTION?"
SAID = [
    "Good morning MARKERHELLO.",
    "We matched the address registers of nine departments. The key was a common number.",
    "It took us a year to agree.",
]
ASKED = "Our mayor MARKERASKER distrusts address registers, by the way."
FORM = {
    "title": "Nine address registers matched by a common number",
    "text": "We matched the address registers of nine departments by a common number.",
    "place": "Montevideo",
    "country": "Uruguay",
    "level": "national",
}


class Two:
    """An asker and an expert who talked, and the stewards."""

    def __init__(self, core: Core, room: Room) -> None:
        self.core, self.room, self.store = core, room, core.store
        self.asker = admit(self.store, expert("Asa Lund", organisation="City of Lund"), ASA)
        told = replace(expert("Eve Mora", organisation="INE", country="UY"), place="Montevideo")
        self.expert = admit(self.store, told, EVE)
        admit(self.store, expert("Otto"), OTHER)
        self.question = self.store.write(self._question)
        self.number = self.store.write(self._conversation)

    def _question(self, session: Session) -> int:
        return questions.keep(
            session,
            Asked(
                text=QUESTION,
                language="en",
                account_key=ASA.key,
                asker_id=self.asker,
                people_only=False,
                visibility=Visibility.PRIVATE,
                confidence=Confidence.NONE,
                score=0.0,
                at=NOW,
            ),
            model_id="fake",
            cases=(),
            experts=(),
        )

    def _conversation(self, session: Session) -> int:
        introductions.keep_draft(session, self.question, self.asker, Wish(QUESTION), NOW)
        seats = [
            Seat(member, who.name, "en", who.platform, who.workspace, who.user_id)
            for member, who in ((self.asker, ASA), (self.expert, EVE))
        ]
        opening = Opening(
            ConversationKind.INTRODUCTION, "MARKERTOPIC registers", seats, str(self.question)
        )
        begun = self.core.conversations.begin(session, opening)
        asker, author = begun.participants
        for index, text in enumerate(SAID):
            conversations.say(session, author, begun.id, f"e{index}", text, NOW)
        conversations.say(session, asker, begun.id, "a", ASKED, NOW)
        return begun.id

    def told(self, who: str) -> list[Reply]:
        rows = self.store.read(
            lambda session: session.exec(
                select(Delivery).where(Delivery.channel == who).order_by("id")
            ).all()
        )
        return [serialization.reply_from_json(row.reply) for row in rows if row.reply]

    def drafts(self) -> list[CaseView]:
        return self.store.read(lambda session: cases.listed(session, CaseState.DRAFT))

    async def choose(self, who: object, reply: Reply, way: AskerShown) -> Reply:
        (pressed,) = [
            button
            for button in buttons(reply)
            if button.action == "cite.quote" and f":{way}:" in button.subject
        ]
        return await self.room.press(who, pressed.action, pressed.subject)  # type: ignore[arg-type]

    async def queued(
        self, of_expert: AskerShown = AskerShown.NAMED, of_asker: AskerShown = AskerShown.NAMED
    ) -> int:
        """All the way to the queue; returns the draft's number."""
        shown = await self.room.submit(EVE, "cite.edit", FORM, str(self.number))
        await self.choose(EVE, shown, of_expert)
        await self.choose(ASA, self.told("asa")[-1], of_asker)
        (draft,) = self.drafts()
        return draft.id


def buttons(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["Good morning Asa."], []),
        (["Dear Asa, we matched nine registers."], ["We matched nine registers."]),
        (["Asa: the key was a number."], ["The key was a number."]),
        (["Hola Asa:", "Usamos un número común."], ["Usamos un número común."]),
        (["Chère Madame Lund, nous avons un numéro commun."], ["Nous avons un numéro commun."]),
        (["As Asa said, it took a year.", "It took a year."], ["It took a year."]),
        (["Best regards, Eve"], []),
        (["Thank you for asking, it took us a year."], ["It took us a year."]),
        (["The registers, by the way, are nine."], ["The registers, by the way, are nine."]),
        (["Asan registers are nine."], ["Asan registers are nine."]),
    ],
)
def test_salutations_and_names_of_the_other_are_not_proposed(
    said: list[str], kept: list[str]
) -> None:
    assert without_salutations(said, ["Asa Lund"]) == kept


async def test_words_that_name_the_other_are_not_released(two: Two) -> None:
    told = {**FORM, "text": "We matched registers, as Asa Lund had asked."}
    refused = await two.room.submit(EVE, "cite.edit", told, str(two.number))
    assert "names Asa Lund" in refused.errors["text"]
    assert refused.form is not None
    assert two.told("asa") == [] or "led to a case" not in two.told("asa")[-1].text


@pytest.fixture
def two(core: Core, room: Room) -> Two:
    return Two(core, room)


async def test_the_asker_proposes_and_the_author_decides(two: Two) -> None:
    room, number = two.room, str(two.number)
    reply = await room.say(ASA, f"cite {number}")
    assert "Eve reads first" in reply.text
    assert two.drafts() == []
    (message,) = [each for each in two.told("eve") if "could help others" in each.text]
    assert [button.action for button in buttons(message)] == [
        "cite.edit",
        "cite.approve",
        "cite.refuse",
    ]
    words = spoken(message)
    assert "We matched the address registers of nine departments" in words
    assert "MARKERASKER" not in words
    assert "MARKERQUESTION" not in words
    # Neither the asker nor anybody else releases somebody's words.
    assert "Only whoever wrote" in (await room.press(ASA, "cite.approve", number)).text
    assert "Only whoever wrote" in (await room.submit(ASA, "cite.edit", FORM, number)).text
    nobody = await room.say(OTHER, f"cite {number}")
    assert nobody.text == (await room.say(OTHER, "cite 99")).text.replace("99", number)
    approved = await room.press(EVE, "cite.approve", number)
    again = await room.press(EVE, "cite.approve", number)
    assert spoken(again) == spoken(approved)
    assert len([each for each in two.told("asa") if "led to a case" in each.text]) == 1
    done = await two.choose(EVE, approved, AskerShown.NAMED)
    assert "Told in this community by Eve Mora, INE, November 2026" in done.text
    assert two.drafts() == []
    done = await two.choose(ASA, two.told("asa")[-1], AskerShown.HIDDEN)
    assert "draft 1" in done.text
    (draft,) = two.drafts()
    assert draft.source.title == "Told in this community by Eve Mora, INE, November 2026"
    assert (draft.author_id, draft.place, draft.country) == (two.expert, "Montevideo", "UY")


async def test_what_waits_for_a_decision_stands_on_their_home(two: Two) -> None:
    room, number = two.room, str(two.number)
    await room.say(ASA, f"cite {number}")
    waits = {"cite.edit", "cite.approve", "cite.refuse"}
    home = await room.open(EVE)
    assert waits <= {button.action for button in buttons(home)}
    assert "could become a case. You decide." in spoken(home)
    assert "cite.start" not in {button.action for button in buttons(await room.say(ASA, "home"))}
    # Released: now both are asked how they are quoted, each on their own page.
    await room.press(EVE, "cite.approve", number)
    for who, words in ((EVE, "how you are quoted in it"), (ASA, "Your question led to this case")):
        home = await room.say(who, "home")
        assert words in spoken(home)
        assert waits.isdisjoint({button.action for button in buttons(home)})
        (choose,) = [each for each in buttons(home) if each.action == "cite.start"]
        shown = await room.press(who, choose.action, choose.subject)
        await two.choose(who, shown, AskerShown.HIDDEN)
        assert words not in spoken(await room.say(who, "home"))
    assert "MARKER" not in spoken(await room.say(OTHER, "home"))


async def test_the_author_begins_with_their_best_sentences_in_a_form(two: Two) -> None:
    opened = await two.room.press(EVE, "cite.start", str(two.number))
    assert opened.form is not None
    assert len(opened.form.fields) == 5
    fields = {each.name: each.value for each in opened.form.fields}
    text = fields["text"]
    assert isinstance(text, str)
    assert text.index("We matched") < text.index("It took us a year")
    assert fields["title"] == "We matched the address registers of nine departments."
    assert (fields["place"], fields["country"]) == ("Montevideo", "Uruguay")
    assert len(opened.form.subject) < 20
    # Nothing is kept before it is sent.
    assert two.store.read(lambda session: session.exec(select(Proposal)).all()) == []
    refused = await two.room.submit(EVE, "cite.edit", {**FORM, "title": ""}, str(two.number))
    assert set(refused.errors) == {"title"}
    await two.queued()
    (draft,) = two.drafts()
    assert draft.text == FORM["text"]
    assert draft.circumstances.level is Level.NATIONAL
    # It is a draft now: nothing is written twice.
    assert "Draft 1 came of this" in (await two.room.say(EVE, f"cite {two.number}")).text
    assert (
        "Draft 1 came of this"
        in (await two.room.submit(EVE, "cite.edit", FORM, str(two.number))).text
    )
    assert len(two.drafts()) == 1


async def test_only_the_approved_text_leaves_the_conversation(two: Two) -> None:
    number = await two.queued(AskerShown.HIDDEN, AskerShown.HIDDEN)
    queue = spoken(await two.room.say(STEWARD, "queue"))
    await two.room.press(STEWARD, "case.approve", str(number))
    shown = spoken(await two.room.say(OTHER, f"case {number}"))
    found = spoken(await two.room.say(OTHER, "matched address registers by a common number"))
    rows = two.store.read(lambda session: repr(session.exec(select(CaseSnippet)).all()))
    for text in (queue, shown, found, rows):
        assert "MARKER" not in text
        assert "Eve Mora" not in shown
    left = two.store.read(lambda session: session.exec(select(Proposal)).one())
    assert (left.title, left.text) == ("", "")
    for reply in two.told("asa"):
        assert "MARKERHELLO" not in spoken(reply)


async def test_publishing_names_whoever_agreed_and_tells_the_asker_once(two: Two) -> None:
    number = await two.queued()
    line = "Told in this community by Eve Mora, INE, November 2026; asked by Asa Lund, City of Lund"
    assert line in spoken(await two.room.say(STEWARD, "queue"))
    await two.room.press(STEWARD, "case.approve", str(number))
    await two.room.press(STEWARD, "case.approve", str(number))
    assert line in spoken(await two.room.say(OTHER, f"case {number}"))
    told = [each for each in two.told("asa") if "is published now" in each.text]
    assert len(told) == 1
    assert "answer.solved" in {button.action for button in buttons(told[0])}
    assert len([each for each in two.told("eve") if "published" in each.text.casefold()]) >= 1
    await look(two.core)
    assert len(two.store.read(lambda session: session.exec(select(News)).all())) == 1
    assert not [each for each in two.told("asa") if "news.off" in {b.action for b in buttons(each)}]


async def test_a_refusal_ends_it_and_is_nobodys_fault(two: Two) -> None:
    number = str(two.number)
    await two.room.say(ASA, f"cite {number}")
    left = await two.room.press(EVE, "cite.refuse", number)
    assert "nothing is published" in left.text
    later = await two.room.say(ASA, f"cite {number}")
    assert later.text.startswith("No case comes of this conversation.")
    assert "Eve" not in later.text
    row = two.store.read(lambda session: session.exec(select(Proposal)).one())
    assert (row.title, row.text) == ("", "")
    assert len([each for each in two.told("eve") if "could help others" in each.text]) == 1
    # Whoever wrote the words may think better of it.
    assert (await two.room.say(EVE, f"cite {number}")).form is not None
    await two.queued()


@pytest.mark.parametrize("how", ["erased", "withdrawn"])
async def test_whoever_withdraws_is_quoted_nowhere_any_more(two: Two, how: str) -> None:
    number = await two.queued()
    await two.room.press(STEWARD, "case.approve", str(number))
    view = two.store.read(lambda session: cases.get(session, number))
    assert view is not None
    changed = replace(cases.draft_of(view), text="We matched them by a number.")
    two.store.write(lambda session: cases.edit(session, number, changed))
    if how == "erased":
        two.store.write(lambda session: personal_data.erase(session, two.expert, ""))
    else:
        await two.room.say(EVE, "consent be_quoted no")
    line = "Told in this community, November 2026; asked by Asa Lund, City of Lund"
    shown = spoken(await two.room.say(OTHER, f"case {number}"))
    assert line in shown
    history = spoken(await two.room.say(OTHER, f"case {number} history"))
    assert "Eve Mora" not in shown + history
    two.store.write(lambda session: personal_data.erase(session, two.asker, ""))
    shown = spoken(await two.room.say(OTHER, f"case {number}"))
    assert "Told in this community, November 2026" in shown
    assert "Lund" not in shown


async def test_an_asker_who_is_erased_or_silent_holds_nothing_up(
    store: Store, judged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
    clock = Clock()
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=clock, stewards=frozenset({STEWARD.key}))
    two = Two(core, Room(core))
    shown = await two.room.submit(EVE, "cite.edit", FORM, str(two.number))
    await two.choose(EVE, shown, AskerShown.ROLE)
    for _ in range(2):
        await look(core)
        assert two.drafts() == []
        clock.forward(timedelta(days=8))
    await look(core)
    (draft,) = two.drafts()
    assert (
        draft.source.title == "Told in this community by a member of this community, November 2026"
    )
    core.close()


async def test_two_processes_make_one_draft_of_it(two: Two) -> None:
    store = Store(str(two.store.url))
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=lambda: NOW)
    rooms = (two.room, Room(core))
    number = str(two.number)
    await asyncio.gather(*(room.say(ASA, f"cite {number}") for room in rooms))
    await asyncio.gather(*(room.press(EVE, "cite.approve", number) for room in rooms))
    for who, key in ((EVE, "eve"), (ASA, "asa")):
        shown = await two.room.say(who, f"cite {number}")
        chosen = next(each for each in buttons(shown) if ":NAMED:" in each.subject)
        await asyncio.gather(*(room.press(who, chosen.action, chosen.subject) for room in rooms))
        texts = [each.text for each in two.told(key)]
        assert len(texts) == len(set(texts))
    core.close()
    assert len(two.drafts()) == 1


async def test_resolve_and_cite_at_once(two: Two) -> None:
    reply = await two.room.say(ASA, f"resolve {two.question} cite")
    assert "marked as answered" in reply.text
    assert "Eve reads first" in reply.text
    assert len([each for each in two.told("eve") if "could help others" in each.text]) == 1


async def test_where_nothing_was_kept_the_form_comes_empty(two: Two) -> None:
    two.store.write(lambda session: conversations.close(session, two.number, NOW))
    two.store.write(lambda session: conversations.forget(session, NOW + timedelta(days=1)))
    await two.room.say(ASA, f"cite {two.number}")
    (message,) = [each for each in two.told("eve") if "could help others" in each.text]
    assert "not kept here" in message.text
    assert "cite.approve" not in {button.action for button in buttons(message)}
    opened = await two.room.press(EVE, "cite.edit", str(two.number))
    assert opened.form is not None
    assert {each.name: each.value for each in opened.form.fields}["text"] == ""


async def test_the_button_stands_where_a_conversation_does(two: Two) -> None:
    for reply in (
        await two.room.say(ASA, "conversation"),
        await two.room.say(EVE, f"conversation {two.number}"),
        await two.room.say(ASA, "cite"),
        await two.room.say(ASA, f"close {two.number}"),
    ):
        assert "cite.start" in {button.action for button in buttons(reply)}


async def test_a_role_that_is_a_name_is_widened(two: Two) -> None:
    two.store.write(
        lambda session: members.update(
            session, two.expert, replace(expert("Eve Mora"), role="President of INE")
        )
    )
    shown = await two.room.submit(EVE, "cite.edit", FORM, str(two.number))
    assert "President of INE" not in spoken(shown)
    assert "By role and region" in spoken(shown)
    # A mark that stands for other words than these changes nothing.
    again = await two.room.press(EVE, "cite.quote", f"{two.number}:ROLE:000000000000")
    assert "has changed meanwhile" in again.text
    rows = two.store.read(lambda session: session.exec(select(Citation)).all())
    assert [row.shown for row in rows] == [None, None]


async def test_what_is_held_shows_it(two: Two) -> None:
    await two.room.submit(EVE, "cite.edit", FORM, str(two.number))
    assert FORM["title"] in spoken(await two.room.say(EVE, "data show"))
    two.store.write(lambda session: personal_data.erase(session, two.expert, ""))
    assert two.store.read(lambda session: session.exec(select(Proposal)).all()) == []


async def test_a_merged_member_keeps_their_citations(two: Two) -> None:
    await two.queued()
    two.store.write(lambda session: citations.move(session, two.expert, two.asker))
    held = two.store.read(lambda session: citations.of_member(session, two.asker))
    assert len(held) == 2


def test_the_best_sentences_come_in_their_order() -> None:

    parts = ["one two", "x" * 30, "three", "four five six"]
    assert best(parts, np.array([0.2, 0.9, 0.0, 0.5], np.float32), most=24) == [
        "one two",
        "four five six",
    ]
    assert best(["y" * 50], np.array([1.0], np.float32), most=10) == ["y" * 10]


async def test_a_steward_s_change_of_released_words_waits_for_their_author(two: Two) -> None:
    room, number = two.room, await two.queued()

    def case() -> CaseView:
        found = two.store.read(lambda session: cases.get(session, number))
        assert found is not None
        return found

    async def steward_writes(text: str) -> Reply:
        (edit,) = [
            each for each in buttons(await room.say(STEWARD, "queue")) if each.action == "case.edit"
        ]
        opened = await room.press(STEWARD, edit.action, edit.subject)
        assert opened.form is not None
        values = {field.name: field.value for field in opened.form.fields}
        changed = {**values, "title": FORM["title"], "text": text, "topics": ["legal"]}
        return await room.submit(STEWARD, "case.edit", changed, opened.form.subject)

    saved = await steward_writes("STEWARDWORDS were never said.")
    assert "released by their author" in saved.text
    # All else is changed, the words are not, and the draft cannot be published over their head.
    assert (case().text, case().topics) == (FORM["text"], ("legal",))
    assert "wait for their author" in (await room.press(STEWARD, "case.approve", str(number))).text
    (message,) = [each for each in two.told("eve") if "STEWARDWORDS" in spoken(each)]
    keep, agree = (
        next(each for each in buttons(message) if each.action == action)
        for action in ("cite.keep", "cite.agree")
    )
    assert "STEWARDWORDS" in spoken(await room.open(EVE))
    for stranger in (ASA, OTHER):
        assert (
            "Only whoever wrote" in (await room.press(stranger, "cite.agree", agree.subject)).text
        )
    assert "stays as you released it" in (await room.press(EVE, "cite.keep", keep.subject)).text
    assert "not open any more" in (await room.press(EVE, "cite.agree", agree.subject)).text
    # Another change: the old button does not agree to it, its own does.
    await steward_writes("Nine registers, by one number.")
    assert "not open any more" in (await room.press(EVE, "cite.agree", agree.subject)).text
    newer = buttons(two.told("eve")[-1])[0]
    assert "reads like this now" in (await room.press(EVE, newer.action, newer.subject)).text
    assert case().text == "Nine registers, by one number."
    assert "is published" in (await room.press(STEWARD, "case.approve", str(number))).text
    # Published: the same holds, and a file that comes in does not change the words, either.
    await two.core.reviewing.edit_case(
        "chat:steward", number, replace(cases.draft_of(case()), text="STEWARDWORDS again.")
    )
    brought = replace(cases.draft_of(case()), text="STEWARDWORDS from a file.")
    await two.core.reviewing.import_cases("chat:steward", [brought], publish=True)
    assert case().text == "Nine registers, by one number."
    # Who is gone cannot agree, and nothing of the change is kept.
    two.store.write(lambda session: personal_data.erase(session, two.expert, ""))
    with pytest.raises(UserFacingError, match="no_author_to_ask"):
        await two.core.reviewing.edit_case(
            "chat:steward", number, replace(cases.draft_of(case()), text="STEWARDWORDS alone.")
        )
    kept = two.store.read(lambda session: session.exec(select(Proposal)).all())
    assert all("STEWARDWORDS" not in each.text for each in kept)
