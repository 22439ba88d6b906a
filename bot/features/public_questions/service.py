"""Ask the community: a question goes to channels of the other one, and answers come back."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Edited, Quoted, Removed, Reply, Said
from bot.core.commands import NOTHING, NUMBER, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on, said, said_or_pressed
from bot.core.listening import Told
from bot.core.tokens import number_of
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import Origin
from bot.features.public_questions import replies
from bot.features.public_questions.facts import own, rooms_of
from bot.features.public_questions.posting import Posting
from bot.features.public_questions.resolution import Resolution
from bot.features.public_questions.thread_answers import QuestionPosts, ThreadAnswers
from bot.i18n import later
from bot.jobs import PeriodicJob
from bot.storage.database import Database
from knowledge.public_questions import posts
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import Post, PostKind
from knowledge.vocabulary import PostState

SHOWN = 20
"""The last answers to a question are shown to whoever asked."""


class PublicQuestions:
    """`community 17`, `solution 41`, the buttons, and what is written below posted questions."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._posting = Posting(database=database, clock=clock)
        self._settling = Resolution(database=database, clock=clock)
        self.posts = QuestionPosts()
        self._hearing = ThreadAnswers(
            database=database, settling=self._settling, posts=self.posts, clock=clock
        )
        self.parts = (self._posting, self._hearing)
        self.jobs = (
            PeriodicJob("questions to the community", timedelta(minutes=1), self._settling.look),
        )

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Take in the word that marks a solution; None for anything else."""
        return await self._hearing.hear(context, act)

    @said(
        "community",
        Group.CASES,
        later("ask the other community, in channels that stewards named for it"),
        NOTHING,
        NUMBER,
        rf"{NUMBER}\s+(?P<text>close|withdraw)",
        who=Who.MEMBER,
        words=("comunidad", "communauté"),
        examples="community\ncommunity 17\ncommunity 17 close\ncommunity 17 withdraw",
    )
    async def community(self, context: Context, intent: Intent) -> Reply:
        """`community`, `community 17`, `community 17 close`, `community 17 withdraw`."""
        if not intent.object:
            return await self._listed(context)
        match intent.text.casefold():
            case "close":
                return await self.close(context, intent.object)
            case "withdraw":
                return await self.withdraw(context, intent.object)
        return await self.show(context, intent.object)

    @said_or_pressed(
        "community.solution",
        "solution",
        Group.CASES,
        later("say which answer from the community solved your question"),
        NUMBER,
        words=("solución",),
        examples="solution 41",
    )
    async def solution(self, context: Context, number: str) -> Reply:
        """`solution 41`: the answer of that number solved the question."""
        return await self._settling.solved_by(context, number_of(number, "answer_not_found"))

    @pressed_on("community.close", who=Who.MEMBER)
    async def close(self, context: Context, number: str) -> Reply:
        """No more answers."""
        return await self._settling.close(context, number_of(number, "question_not_found"))

    @pressed_on("community.withdraw", who=Who.MEMBER)
    async def withdraw(self, context: Context, number: str) -> Reply:
        """Take the posts down."""
        return await self._settling.withdraw(context, number_of(number, "question_not_found"))

    @pressed("community.case", who=Who.APPROVED)
    async def case(self, context: Context, act: Act) -> Reply:
        """The form of a draft case with the words of one's own answer in it."""
        number = number_of(act.subject, "answer_not_found")
        answer = await self._database.read(
            lambda session: thread_answers.get(session, PostKind.QUESTION, number)
        )
        member_id = context.member.id if context.member else None
        if answer is None or not answer.is_of(member_id, context.person.key):
            raise UserFacingError("answer_not_found", number=number)
        date = f"{answer.at:%Y-%m-%d}"
        quoted = Quoted(answer.text, context.person.user_id, "", date)
        return draft_replies.opened(context.say, Origin("own", date), quoted)

    async def _listed(self, context: Context) -> Reply:
        member = context.me
        found = await self._database.read(lambda session: posts.of_asker(session, member.id))
        known = [one for one in found if one.stands or one.state is PostState.DRAFT]
        return replies.listed(
            context.say, [(one.id, one.agreed.text, one.state) for one in reversed(known)]
        )

    @pressed_on("community.show", who=Who.MEMBER)
    async def show(self, context: Context, said: str) -> Reply:
        """How a posted question stands; the form for one that is not posted."""
        number = number_of(said, "question_not_found")

        def look(session: Session) -> Reply | None:
            own(session, context, number)
            found = posts.get(session, number)
            if found is None or not found.stands:
                return None
            how = replies.Standing(
                number,
                found.agreed.text,
                found.state,
                rooms_of(session, number),
                thread_answers.below(session, Post(PostKind.QUESTION, number))[-SHOWN:],
            )
            return replies.standing(context.say, how)

        return await self._database.read(look) or await self._posting.begin(context, number)
