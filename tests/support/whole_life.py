"""A community in which somebody does all that leaves something of them in the database.

Whoever lives asks, votes, hands over, talks, is cited, meets in a round, answers, reports and
drafts, with Bo, Lea and Hana; each word of theirs names a bird that nobody else names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.contract import Person, Place, Reply
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from knowledge.conversations import conversations
from knowledge.database.store import Store
from knowledge.exchange import programmes, rounds
from knowledge.members import audit, members
from knowledge.messaging import channels, home_views
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.vocabulary import Community, DeliveryState, Purpose
from tests.support.between import HALL, MINUTE, SQUARE, STEWARD, Between
from tests.support.community import NAMED, admit, case, expert, publish
from tests.support.world import World

AGREED = NAMED | {Purpose.BE_PAIRED, Purpose.BE_QUOTED}
ANA = Person("chat", "W", "ana", "Ana Quetzal")
AGAIN = Person("chat", "W", "ana2", "Ana Toucan")
XEN = Person("chat", "W", "xen", "Xen")
BO = Person("talk", "V", "bo", "Bo Berg")
LEA = Person("talk", "V", "lea", "Lea Lund")
HANA = Person("chat", "W", "hana", "Hana Holm")
MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORM = {"languages": "en", "urgency": "WEEKS", "shown": "NAMED"}


class WholeLife(Between):
    """Everybody is there and nothing has happened; `live` lets it happen to somebody."""

    def __init__(self, store: Store, *, begun: bool = False) -> None:
        """`begun`: it happened before, and the store holds it."""
        if begun:
            World.__init__(self, store, [STEWARD])
            return
        super().__init__(store)
        self.bo = self._admit(BO, Community.NATIONAL, "registers of feathers in the census")
        self.lea = self._admit(LEA, Community.NATIONAL, "feathers counted")
        publish(store, case("Registers of feathers in a city"), case("Feathers of another city"))
        for room in (HALL, SQUARE):
            store.write(lambda session, room=room: _for_questions(session, room))  # type: ignore[misc]

    def _admit(self, who: Person, side: Community, offer: str) -> int:
        draft = expert(
            who.name,
            offer,
            community=side,
            consents=AGREED,
            capacity=9,
            organisation=f"Office of {who.name}",
            profile=f"{who.name} counts.",
            contact_line=f"{who.name} by telephone",
        )
        return admit(self.store, replace(draft, key=who.user_id, needs=("feathers counted",)), who)

    async def live(self, who: Person, bird: str) -> int:
        """All that a new member can do, once; returns their number."""
        self.bird = bird
        member = self._admit(who, Community.CITY, f"plumes of {who.user_id} {bird}")
        number = await self.ask_and_vote(who)
        await self.ask_everybody(who, number)
        await self.ask_stewards(who, number)
        conversation = await self.hand_over(who, number)
        await self.talk(who, conversation)
        await self.cite(who, conversation)
        await self.report_and_draft(who)
        await self.prompts_of(who)
        await self.exchange(who)
        await self.set_this_and_that(who)
        return member

    async def pass_by(self, who: Person) -> None:
        """What is kept of somebody who is no member."""
        number = await self.ask_and_vote(who)
        await self.room.submit(who, "case.flag", {"kind": "wrong", "reason": "Ostrich"}, "1")
        await self.room.say(who, "news off")
        await self.write(who, SQUARE, f"Ostriches do, {number}.")
        self.store.write(lambda session: _opened(session, who))

    async def ask_and_vote(self, who: Person) -> int:
        """A question whose answer they vote on."""
        await self.room.say(who, f"Who counts {self.bird} feathers of {who.user_id} in registers?")
        number = self._newest_question()
        await self.room.press(who, "answer.helpful", str(number))
        return number

    async def ask_everybody(self, who: Person, number: int) -> None:
        """The question in channels, which others answer; and an answer below another's."""
        words = {"question": f"Who counts {self.bird} feathers?", "shown": "HIDDEN"}
        await self._press(
            who, await self.room.submit(who, "community.form", words, str(number)), "community.post"
        )
        self.arrive()
        await self.write(BO, SQUARE, f"We do, {number}.")
        await self.room.say(BO, f"Which registers have feathers, {number}?")
        asked = self._newest_question()
        words = {"question": f"Which registers have feathers, {asked}?", "shown": "HIDDEN"}
        self._everybody(Community.CITY)
        await self._press(
            BO, await self.room.submit(BO, "community.form", words, str(asked)), "community.post"
        )
        self.arrive()
        await self.room.submit(
            who, "community.answer", {"answer": f"Mine: {self.bird}."}, str(asked)
        )
        self._everybody(Community.NATIONAL)

    async def ask_stewards(self, who: Person, number: int) -> None:
        """The question given to those who run the community."""
        opened = await self.room.press(who, "broker.form", str(number))
        assert opened.form is not None
        words = {"question": f"Who knows {self.bird} feathers?", "shown": "NAMED"}
        await self.room.submit(who, "broker.form", words, opened.form.subject)

    async def hand_over(self, who: Person, number: int) -> int:
        """To Bo, who agrees to talk, and a request of Bo that reaches them."""
        values = {
            **FORM,
            "question": f"Who counts {self.bird} feathers in registers?",
            "context": f"Our {self.bird} registers.",
        }
        shown = await self.room.submit(who, "handoff.form", values, str(number))
        await self._press(who, shown, "handoff.send")
        for expert_ in (BO, LEA):
            await self.room.say(expert_, f"accept {number}")
        await self.room.say(BO, f"Who knows plumes of {who.user_id}?")
        asked = self._newest_question()
        values = {**FORM, "question": f"Who knows plumes of {who.user_id}?", "context": ""}
        await self._press(
            BO, await self.room.submit(BO, "handoff.form", values, str(asked)), "handoff.send"
        )
        await self.room.say(who, f"decline {asked} busy")
        self.arrive()
        return self._conversation(who)

    async def talk(self, who: Person, number: int) -> None:
        """What they say, and the times that suit them."""
        await self.room.say(who, f"say {number} Each {self.bird} has feathers.")
        await self.room.say(BO, f"say {number} So have other birds.")
        await self.room.say(who, f"propose times {number}")
        await self._press(who, self._written(who, "times.suits"), "times.suits")
        values = {"learnt": f"A {self.bird} counts.", "will_try": f"Counting a {self.bird}."}
        await self.room.submit(who, "postcard.edit", values, f"{number}:0")

    async def cite(self, who: Person, number: int) -> None:
        """A case of Bo's words in which they are quoted."""
        await self.room.press(who, "cite.start", str(number))
        values = {"title": "Feathers in registers", "text": "Feathers stand in registers by now."}
        await self.room.submit(BO, "cite.edit", values, str(number))
        for each in (BO, who):
            said = await self.room.say(each, f"cite {number}")
            await self._press(each, said, "cite.quote", "NAMED:")

    async def report_and_draft(self, who: Person) -> None:
        """A report about a case, and a draft that a steward rejects."""
        values = {"kind": "outdated", "reason": f"The {self.bird} moved."}
        await self.room.submit(who, "case.flag", values, "1")
        values = {
            "title": f"The {self.bird} of {who.user_id}",
            "text": f"{who.name} counted each {self.bird} of a city within a year, {who.user_id}.",
            "source": f"Minutes of the {self.bird}",
            "whose": "own",
        }
        await self.room.submit(who, "case.save", values)

    async def prompts_of(self, who: Person) -> None:
        """A question that is posted between rounds, and an answer below one."""
        number = self._member(who)
        self.ask(number, f"How does a {self.bird} moult?")
        await self.tick()
        await self._press(who, self._written(who, "prompt.agree"), "prompt.agree")
        await self.tick(forward=3 * MINUTE)
        self.arrive()
        await self.write(BO, SQUARE, "Once a year.")
        await self.write(who, HALL, f"A {self.bird} does.")
        self.arrive()

    async def exchange(self, who: Person) -> None:
        """A round in which they meet Lea, and what they tell of it."""
        due = self.clock.now + 2 * MINUTE
        name = f"Pairs of {who.user_id}"
        timetable = Timetable(Cadence.ONCE, due.time(), "UTC", due.date())
        self.store.write(
            lambda session: programmes.create(
                session,
                name,
                timetable=write_timetable(timetable),
                rules=Rules().written(),
                channels={"places": []},
                days=2,
                next_due_at=due,
            )
        )
        for each in (who, LEA):
            await self.room.say(each, f"pair join {name}")
        await self.room.say(who, f"pair avoid #{self.bo}")
        await self.room.say(who, f"pair superior #{self.bo}")
        await self.room.say(who, "pair assistant @Hana", mentions=[HANA])
        self.clock.forward(3 * MINUTE)
        for _ in range(3):
            for job in self.core.jobs:
                if job.name == "peer exchange":
                    await job.job()
        (group,) = self.store.read(lambda s: rounds.open_for(s, self._member(who)))
        told = {"problem": f"A {self.bird}", "tried": self.bird, "worked": self.bird, "quote": "no"}
        await self.room.submit(who, "pair.story", told, str(group.id))
        self.arrive()

    async def set_this_and_that(self, who: Person) -> None:
        """A code, the home page, no news, and what a steward did to them."""
        await self.room.say(who, "claim")
        await self.room.say(who, "news off")
        await self.room.say(STEWARD, f"programme apart #{self._member(who)} | #{self.bo}")
        name = f"member:{self._member(who)}"

        def write(session: Session) -> None:
            _opened(session, who)
            audit.record(session, "member:1", "member.approve", name, f"Said the {self.bird}.")
            audit.record(session, name, "member.reject", "member:2", "Not yet.")

        self.store.write(write)

    def arrive(self) -> None:
        """Every message that waits arrives, and what it says is forgotten."""
        super().arrive()
        self.store.write(
            lambda session: session.execute(
                update(Delivery).where(col(Delivery.state) == DeliveryState.SENT).values(reply="")
            )
        )

    def _everybody(self, side: Community) -> None:
        for room in (HALL, SQUARE):
            self.store.write(lambda session, room=room: _for_questions(session, room, side))  # type: ignore[misc]

    async def _press(self, who: Person, reply: Reply, action: str, part: str = "") -> Reply:
        buttons = [*reply.buttons, *(each for card in reply.cards for each in card.buttons)]
        found = next(each for each in buttons if each.action == action and part in each.subject)
        return await self.room.press(who, found.action, found.subject)

    def _written(self, who: Person, action: str) -> Reply:
        """The last message to somebody that has such a button."""
        return [
            reply
            for reply in self.replies(who.user_id)
            if any(button.action == action for button in reply.buttons)
        ][-1]

    def _member(self, who: Person) -> int:
        found = self.store.read(
            lambda session: members.by_account(session, who.platform, who.workspace, who.user_id)
        )
        assert found is not None
        return found.id

    def _newest_question(self) -> int:
        found = self.store.read(lambda session: session.exec(select(Question.id)).all())
        return max(number or 0 for number in found)

    def _conversation(self, who: Person) -> int:
        (found, *_) = self.store.read(lambda s: conversations.of_member(s, self._member(who)))
        return found.id


def _opened(session: Session, who: Person) -> None:
    home_views.opened(session, who.key, "{}", "digest", MOMENT)


def _for_questions(session: Session, room: Place, side: Community = Community.NATIONAL) -> None:
    channels.present(session, room.platform, room.workspace, room.channel, room.channel)
    channels.set_questions(session, room.platform, room.workspace, room.channel, side)
