"""What is said beside the brief of a conversation."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Attachment, Card, Reply
from bot.contract.markup import escape
from bot.i18n import Markup, Words
from bot.i18n.links import link
from knowledge.conversations.conversations import ConversationView


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
            buttons=(link(say, "brief.show", each.id),),
        )
        for each in found
    )
    return Reply(say("Which conversation do you mean?"), cards=cards)
