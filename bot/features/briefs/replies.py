"""What is said beside the brief of a conversation."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Attachment, Button, Card, Reply
from bot.contract.markup import escape
from bot.i18n import Markup, Words
from knowledge.conversations.conversations import ConversationView
from knowledge.vocabulary import ConversationKind

_MARK = "brief"


def has_one(found: ConversationView) -> bool:
    """Whether there is something to write down: people who meet over a question or in a round."""
    about_a_question = found.subject.isdecimal()
    return found.kind is ConversationKind.PAIRING or about_a_question


def mark(found: ConversationView, languages: Sequence[str]) -> str:
    """For `Reply.enclosing`: the brief of a conversation, announced in these languages."""
    return f"{_MARK}:{found.id}:{','.join(languages)}" if has_one(found) else ""


def marked(enclosing: str) -> tuple[int, list[str]]:
    """(number of the conversation, languages) of such a mark; (0, []) for another."""
    kind, _, rest = enclosing.partition(":")
    number, _, languages = rest.partition(":")
    if kind != _MARK or not number.isdecimal():
        return 0, []
    return int(number), languages.split(",")


def enclosed(reply: Reply, says: Sequence[Words], files: Sequence[Attachment]) -> Reply:
    """The first message of a conversation with its brief, announced in each language."""
    told = [
        say(
            "With this message comes a brief of one page, in the languages of all of you. You can "
            "keep it, pass it on, or have it approved with the mail file. Write **brief** to me "
            "to get it again."
        )
        for say in says
    ]
    text = Markup("\n\n").join((Markup(reply.text), *told))
    return replace(reply, text=text, files=(*reply.files, *files))


def given(say: Words, found: ConversationView, files: Sequence[Attachment]) -> Reply:
    """The brief once more."""
    text = say(
        "Here is the brief of your conversation about {topic}: a page to keep or to pass on, and "
        "a mail file for an assistant to file or a superior to approve.",
        topic=found.topic,
    )
    return Reply(text, files=tuple(files), lasting=True)


def in_words(say: Words, found: ConversationView, text: str) -> Reply:
    """The same where no page can be drawn."""
    first = say(
        "The page of the brief about {topic} cannot be drawn now. This is what stands on it:",
        topic=found.topic,
    )
    return Reply(Markup("\n\n").join((first, escape(text))))


def which(say: Words, found: Sequence[ConversationView]) -> Reply:
    """Several conversations have one, or none has."""
    if not found:
        return Reply(say("You are in no open conversation that has a brief."))
    cards = tuple(
        Card(
            say.label("{number}. {topic}", number=each.id, topic=each.topic),
            buttons=(button(say, each.id),),
        )
        for each in found
    )
    return Reply(say("Which conversation do you mean?"), cards=cards)


def button(say: Words, conversation: int) -> Button:
    """On what belongs to a conversation."""
    return Button(say.label("Brief"), "brief.show", str(conversation))
