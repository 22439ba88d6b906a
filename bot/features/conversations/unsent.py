"""Words beside a conversation that the bot carries: it asks whether they belong into it."""

from collections.abc import Awaitable, Callable, Sequence

from sqlmodel import Session

from bot.contract import Button, ButtonStyle, Edited, PlaceKind, Removed, Reply, Said
from bot.core.commands import Grammar, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.listening import Heard, Told
from bot.core.tokens import number_in, seal
from bot.features.conversations.service import Conversations
from bot.i18n import Words
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.vocabulary import ConversationState

MOST = 3
"""Conversations that are offered, those begun last."""

Ask = Callable[[Context, Intent], Awaitable[Reply]]


class Unsent:
    """Asks whom words are for that answer no message, where they may be for somebody.

    The words are kept with the seat of whoever wrote them until they say it, write something
    else, or the conversation ends. A button carries a seal of them: it never sends other words.
    """

    def __init__(self, *, database: Database, conversations_: Conversations, ask: Ask) -> None:
        self._database = database
        self._conversations = conversations_
        self._ask = ask
        self._grammar = Grammar(())

    def know(self, grammar: Grammar) -> None:
        """Take note of what is a command and no words to somebody."""
        self._grammar = grammar

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Words in a direct message that are no answer, no command, and no clear question."""
        if not isinstance(act, Said) or act.place.kind is not PlaceKind.DIRECT or act.in_place:
            return None
        text = act.text.strip()
        if act.reply_to or act.quoted or not text or self._grammar.is_for_the_bot(text):
            return None
        if (member := context.member) is None or self._grammar.parse(text).suggestion:
            return None

        def keep(session: Session) -> list[ConversationView]:
            found = [
                one
                for one in conversations.of_member(session, member.id)
                if one.bridged
                and one.state is ConversationState.OPEN
                and one.others_than(member.id)
            ][:MOST]
            for one in found:
                conversations.keep_unsent(session, one.id, member.id, text)
            return found

        found = await self._database.write(keep)
        return Heard(_which(context.say, found, member.id, text)) if found else None

    @pressed("conversation.bring", who=Who.MEMBER)
    async def bring(self, context: Context, act: Act) -> Reply:
        """The words go to the others of one conversation."""
        number, text = await self._words(context, act)
        said = Intent("say", object=str(number), text=text)
        return await self._done(context, text, await self._conversations.say(context, said))

    @pressed("conversation.ask", who=Who.MEMBER)
    async def ask(self, context: Context, act: Act) -> Reply:
        """The words are asked as a question."""
        _, text = await self._words(context, act)
        return await self._done(context, text, await self._ask(context, Intent("ask", text=text)))

    async def _done(self, context: Context, text: str, reply: Reply) -> Reply:
        """Forget the words afterwards: before, they would be lost if the program ended here."""
        member = context.me
        await self._database.write(
            lambda session: conversations.forget_unsent(session, member.id, text)
        )
        return reply

    async def _words(self, context: Context, act: Act) -> tuple[int, str]:
        """The conversation of a button and the words under it. Raises `unsent_gone`."""
        number, _, sealed = act.subject.partition(":")
        member = context.me

        def take(session: Session) -> str:
            text = conversations.unsent(session, number_in(number), member.id)
            return text if text and seal(text) == sealed else ""

        text = await self._database.read(take)
        if not text:
            raise UserFacingError("unsent_gone")
        return number_in(number), text


def _which(say: Words, found: Sequence[ConversationView], member_id: int, text: str) -> Reply:
    buttons = [
        Button(
            say.label(
                "Bring it to {names}",
                names=say.listed(seat.name for seat in one.others_than(member_id)),
            ),
            "conversation.bring",
            f"{one.id}:{seal(text)}",
            ButtonStyle.PRIMARY,
        )
        for one in found
    ]
    buttons.append(
        Button(say.label("Ask it as a question"), "conversation.ask", f"{found[0].id}:{seal(text)}")
    )
    return Reply(
        say(
            "Whom are these words for? I have brought them to nobody yet. Next time, answer a "
            "message of the conversation, and I bring your words at once."
        ),
        buttons=tuple(buttons),
    )
