"""A community in which a secret word stands in every private text, and everybody is curious."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from sqlalchemy import text as sql
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import Person, Place, PlaceKind, Quoted, Reply
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from bot.runtime.server import Runtime
from knowledge.cases.tables import CaseSnippet
from knowledge.conversations.conversations import Seat
from knowledge.members.tables import Member
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.vocabulary import Community, ConversationKind, DeliveryState, MemberStatus, Purpose
from tests.support.community import NAMED, admit, case, expert, publish
from tests.support.overhearing import Crowd
from tests.support.people import Clock
from tests.support.requests import get
from tests.support.secrets_between_people import Acquaintance
from tests.support.waiting import until


def word(what: str) -> str:
    """The word that is planted in `what`; letters alone, so that no markup changes it."""
    return "zq" + re.sub(r"\W", "", what) + "qz"


def person(name: str, platform: str = "slack", shown: str = "", locale: str = "en") -> Person:
    """Somebody on one of the two platforms; `shown`: their name there."""
    return Person(platform, "W" if platform == "slack" else "V", name, shown or name, locale)


ANA, CAT, VAL, UNA = person("ana", locale="es"), person("cat"), person("val"), person("una")
BO, DAN, SHY, UMA = (person(name, "discord") for name in ("bo", "dan", "shy", "uma"))
MIA, PIA, XEN = person("mia"), person("pia"), person("xen", "discord")
STA, LEF = person("sta"), person("lef")
TOWN = Place("slack", "W", "town", kind=PlaceKind.CHANNEL, private=False)
CLOSED = Place("slack", "W", "closed", kind=PlaceKind.CHANNEL, private=True)
QUIET = Place("slack", "W", "quiet", kind=PlaceKind.CHANNEL, private=False)
NUMBERS = 20
"""More than there are questions with a secret, cases or conversations."""
TITLE = "Departments that refused to share sensor data"
ABOUT = "which departments refused to share sensor data"
LOOKS = (
    *("home", "questions", "profile", "offer", "need", "conversation", "consent", "channel"),
    *("data show", "data export", "cases", "queue", "members all", "members pending", "audit"),
    *("requests", "pair status", "programme", "gaps", "stats"),
    *("status", "help", "expert sharing sensor data between departments"),
)
PEOPLE = (ANA, BO, CAT, DAN, SHY, STA, UMA, UNA, VAL, XEN, LEF, MIA)
CURIOUS = (DAN, UNA, XEN, STA)


class World:
    """The community, its secrets planted by those who have them, and everybody's curiosity."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self.core, self.store, self.clock = core, core.store, clock
        self.crowd = Crowd()
        self.planted: set[str] = set()
        self.hid = person("hid", shown=self.word("name without consent"))
        self.sue = person("sue", shown=self.word("name of who shared it without a name"))
        self.vic = person("vic", "discord", shown=self.word("name of who voted"))
        platforms = list(self.crowd.platforms.values())
        self.running = Runtime(core, platforms, host="127.0.0.1", port=0, clock=clock)

    def word(self, what: str) -> str:
        """The word that stands in `what` and nowhere else."""
        self.planted.add(what)
        return word(what)

    async def walk(self) -> str:
        """Live through it all; returns what /metrics and /readyz say at the end."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.running.run(stop))
        try:
            await until(lambda: all(each.handler for each in self.crowd.platforms.values()))
            await self.live()
            port = self.running.server.port
            return "\n".join([(await get(port, path))[1] for path in ("/metrics", "/readyz")])
        finally:
            stop.set()
            await task

    async def live(self) -> None:
        """What happens, in its order."""
        self.settle()
        await self.ask()
        await self.talk()
        await self.draft()
        await self.decide()
        await self.erase()
        await self.look(STA)  # a list of members shows the newest
        between = Acquaintance(self)
        await between.introduce()
        await between.cite()
        await between.meet()
        await between.look()
        for who in (*PEOPLE, self.hid, self.sue, self.vic):
            await self.look(who)
        for who in CURIOUS:
            await self.pry(who)
        await self.try_every_button(PIA)
        await self.running.homes.tick()
        await self.all_sent()

    def settle(self) -> None:
        """Who is there, with what they told."""
        for number in range(5):
            admit(self.store, expert(f"One of many {number}", community=Community.CITY))
        for who in (ANA, CAT, VAL, DAN, PIA):
            admit(self.store, expert(who.name, community=Community.CITY, consents=()), who)
        admit(self.store, expert(self.sue.name, community=Community.CITY, consents=()), self.sue)
        contact = self.word("contact line of a named expert")
        admit(self.store, expert("bo", "sharing sensor data", contact_line=contact), BO)
        hidden = expert(
            self.hid.name,
            f"sensor data between departments {self.word('offer of an expert')}",
            consents=NAMED - {Purpose.BE_NAMED},
            role=self.word("rare role without consent"),
            organisation=self.word("organisation without consent"),
            profile=f"Departments share sensor data {self.word('profile without consent')}",
            contact_line=self.word("contact line without consent"),
        )
        number = admit(self.store, hidden, self.hid)
        publish(self.store, case(TITLE), author_id=number)
        shy = expert("shy", f"sensor data {self.word('offer of who is no expert')}", consents=())
        admit(self.store, shy, SHY)
        waiting = self.word("profile of who waits for approval")
        waits = expert("una", profile=f"Sensor data {waiting}")
        admit(self.store, waits, UNA, MemberStatus.UNVERIFIED)
        invited = expert(self.word("name of who was invited"), "sensor data")
        admit(self.store, invited, None, MemberStatus.INVITED)
        left = expert("lef", "sensor data", profile=self.word("profile of who left"))
        admit(self.store, left, LEF, MemberStatus.LEFT)
        erased = expert("mia", "sensor data", profile=self.word("profile of who erased it"))
        admit(self.store, erased, MIA)
        admit(self.store, expert("uma"), UMA, MemberStatus.UNVERIFIED)

    async def ask(self) -> None:
        """Questions of every kind, votes, and one answer that is shared."""
        crowd = self.crowd
        await crowd.slash(self.hid, f'need "sensor data {self.word("need")}"')
        await crowd.slash(STA, "channel quiet", QUIET)
        await crowd.slash(ANA, f"{ABOUT} {self.word('question by slash command')}", TOWN)
        await crowd.write(ANA, f"{ABOUT} {self.word('question in a direct message')}")
        await crowd.submit(ANA, "ask.form", question=f"{ABOUT} {self.word('question of the form')}")
        private = self.word("question said in a channel to be answered in private")
        await crowd.write(ANA, f"{ABOUT} {private}? private", place=TOWN)
        await crowd.slash(ANA, f"expert {ABOUT} {self.word('search for an expert')}")
        await crowd.slash(ANA, f"{ABOUT} in June")
        other = self.word("question in other words")
        await crowd.slash(ANA, f"questions {self.newest_question()} edit {ABOUT} {other}")
        await crowd.slash(ANA, f"{ABOUT} {self.word('question that was withdrawn')}")
        await crowd.slash(ANA, f"withdraw {self.newest_question()}")
        await crowd.write(ANA, f"{ABOUT} {self.word('question in a quiet channel')}", place=QUIET)
        await crowd.write(ANA, f"{ABOUT} {self.word('question in a closed channel')}", place=CLOSED)
        await crowd.write(XEN, f"{ABOUT} {self.word('question of somebody who is no member')}")
        await crowd.write(MIA, f"{ABOUT} {self.word('question of somebody who erased it')}")
        self.refuse_questions_with(self.word("question that the database refuses"))
        await crowd.slash(ANA, f"{ABOUT} {self.word('question that the database refuses')}")
        await crowd.write(CAT, f"{ABOUT} {self.word('public question')}", place=TOWN)
        await crowd.press(self.vic, "answer.unhelpful", str(self.newest_question()))
        await crowd.press(self.vic, "answer.helpful", str(self.newest_question()))
        shared = self.word("private question that was shared")
        await crowd.slash(self.sue, f"{ABOUT} {shared}", TOWN)
        await self.share_without_a_name(self.sue, self.newest_question())

    async def talk(self) -> None:
        """A bridged conversation with all that can happen in one, and one in a room."""
        crowd = self.crowd
        self.bring_together(self.word("topic of a conversation"), ANA, BO)
        self.bring_together("street names", ANA, CAT)
        await until(lambda: crowd.message_with(ANA, "Hello ana"))
        await until(lambda: crowd.message_with(BO, "Hello bo"))
        to_ana = crowd.message_with(ANA, "Hello ana")
        to_bo = crowd.message_with(BO, "Hello bo")
        await self.all_sent()  # nobody answers before the bot knows what it sent
        files = (f"{self.word('file in a conversation')}.pdf",)
        await crowd.write(ANA, self.word("line of the first"), reply_to=to_ana, files=files)
        await crowd.write(BO, self.word("line of the second"), reply_to=to_bo)
        await crowd.write(DAN, self.word("line of somebody outside"), reply_to=to_bo)
        reworded = await crowd.write(ANA, "Tuesday", reply_to=to_ana)
        taken = await crowd.write(BO, self.word("line taken back"), reply_to=to_bo)
        await self.all_sent()
        await crowd.change(ANA, reworded, self.word("line put in other words"))
        await crowd.change(BO, taken, "")
        await self.all_sent()  # what waits for a platform that is down holds back what follows
        with crowd.down("discord"):
            lost = self.word("line while a platform was down")
            await crowd.write(ANA, lost, reply_to=to_ana)
            await until(lambda: any(lost in repr(each) for each in self.tries("discord")))
        self.clock.forward(timedelta(minutes=10))
        await self.all_sent()
        room = Place("slack", "W", "G1", kind=PlaceKind.GROUP)
        line = self.word("line in a room")
        await crowd.write(CAT, line, place=room, addressed=False)

    async def draft(self) -> None:
        """A draft that waits, one that is rejected, and one that says the same as the first."""
        text = f"The city shared its sensor data within a year. {self.word('text of a draft')}"
        title, source = self.word("title of a draft"), self.word("source of a draft")
        said = {"whose": "own", "source": source}
        await self.crowd.submit(VAL, "case.save", title=title, text=text, **said)
        await self.crowd.submit(
            VAL, "case.save", title="Rejected", text=self.word("draft that was rejected"), **said
        )
        quoted = Quoted(f"We share data. {self.word('message saved as case')}", "olga")
        await self.crowd.write(VAL, "save", quoted=quoted)
        alike = text.replace(self.word("text of a draft"), "")
        await self.crowd.submit(
            DAN, "case.save", title="Sensors", text=alike, whose="own", source="A report"
        )

    async def decide(self) -> None:
        """What the steward decides, with reasons."""
        crowd = self.crowd
        rejected = self.case_with(self.word("draft that was rejected"))
        reason = self.word("reason for rejecting a draft")
        await crowd.submit(STA, "case.reject", str(rejected), reason=reason)
        (old,) = publish(self.store, case("An old case about sensor data"))
        reason = self.word("reason for retiring a case")
        await crowd.submit(STA, "case.retire", str(old), reason=reason)
        number = self.member_called("uma")
        reason = self.word("reason for turning somebody down")
        await crowd.submit(STA, "member.reject", str(number), reason=reason)

    async def erase(self) -> None:
        """Somebody looks at their data and has it erased."""
        await self.crowd.slash(MIA, "data export")
        await self.crowd.slash(MIA, "data erase everything")

    async def look(self, who: Person) -> None:
        """Everything that somebody can see of what concerns them."""
        await self.crowd.open_home(who)
        for said in LOOKS:
            await self.crowd.slash(who, said)
        for number in range(1, 4):
            await self.crowd.slash(who, f"conversation {number}")

    async def pry(self, who: Person) -> None:
        """Ask alike for every secret, and try every number that there could be."""
        for name in ("number", "topic"):
            for prefix in ("", "zq", "sensor", "1"):
                await self.crowd.type(who, name, prefix)
        for what in sorted(self.planted):
            await self.crowd.slash(who, f"sensor data {what}?")
        for said in (
            ABOUT,
            "expert sharing sensor data",
            "expert departments",
            "cases topic:legal",
        ):
            await self.crowd.write(who, said)
        for number in range(1, NUMBERS + 1):
            for said in (f"case {number}", f"questions {number}", f"accept {number}"):
                await self.crowd.slash(who, said)
        for number in range(1, 6):
            for said in (f"say {number} Hello", f"close {number}", f"cite {number}"):
                await self.crowd.slash(who, said)

    async def try_every_button(self, who: Person) -> None:
        """Each button and form of the bot with each number, pressed by somebody who may not."""
        last = {"data.erase", "profile.leave"}  # they would end the attempt
        for action in sorted(self.core.dispatcher.actions, key=lambda each: (each in last, each)):
            for number in ("", "1", "2", "3", "4", "8", "12", "2:1", "offer"):
                await self.crowd.press(who, action, number)

    def bring_together(self, topic: str, *persons: Person) -> None:
        seats = [
            Seat(
                self.member_called(who.name),
                who.name,
                "en",
                who.platform,
                who.workspace,
                who.user_id,
                serialization.reply_to_json(Reply(f"Hello {who.name}")),
            )
            for who in persons
        ]
        opening = Opening(ConversationKind.INTRODUCTION, topic, seats)
        self.store.write(lambda session: self.core.conversations.begin(session, opening))
        self.running.sender.wake()

    async def share_without_a_name(self, who: Person, number: int) -> None:
        await self.crowd.press(who, "answer.share", str(number))
        shown = "".join(each.text for each in self.crowd.heard if each.reader == who.user_id)
        (subject,) = re.findall(rf"'({number}:HIDDEN:\w+)'", shown)
        await self.crowd.press(who, "answer.share", subject)

    def refuse_questions_with(self, words: str) -> None:
        def refuse(session: Session) -> None:
            session.connection().execute(
                sql(
                    "CREATE TRIGGER refusing BEFORE INSERT ON question "
                    f"WHEN NEW.text LIKE '%{words}%' BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            )

        self.store.write(refuse)

    async def all_sent(self) -> None:
        """Until nothing waits any more."""

        def waiting() -> int:
            return len(
                self.store.read(
                    lambda session: session.exec(
                        select(Delivery.id).where(Delivery.state == DeliveryState.WAITING)
                    ).all()
                )
            )

        self.running.sender.wake()
        await until(lambda: not waiting())

    def tries(self, platform: str) -> list[object]:
        return list(self.crowd.platforms[platform].tries)

    def newest_question(self) -> int:
        found = self.store.read(lambda s: s.exec(select(Question.id)).all())
        return max(number or 0 for number in found)

    def case_with(self, words: str) -> int:
        rows = self.store.read(lambda s: s.exec(select(CaseSnippet.id, CaseSnippet.text)).all())
        return next(number or 0 for number, text in rows if words in text)

    def member_called(self, name: str) -> int:
        rows = self.store.read(lambda s: s.exec(select(Member.id, Member.name)).all())
        return next(number or 0 for number, found in rows if found == name)
