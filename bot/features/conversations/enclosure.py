"""The mark on a first message by which the sender has its brief made just before it is sent."""

from collections.abc import Sequence

from knowledge.conversations.conversations import ConversationView
from knowledge.vocabulary import ConversationKind

_MARK = "brief"


def has_brief(found: ConversationView) -> bool:
    """Whether there is something to write down: people who meet over a question or in a round."""
    about_a_question = found.subject.isdecimal()
    return found.kind is ConversationKind.PAIRING or about_a_question


def mark(found: ConversationView, languages: Sequence[str]) -> str:
    """For `Reply.enclosing`: the brief of a conversation, announced in these languages."""
    return f"{_MARK}:{found.id}:{','.join(languages)}" if has_brief(found) else ""


def marked(enclosing: str) -> tuple[int, list[str]]:
    """(number of the conversation, languages) of such a mark; (0, []) for another."""
    kind, _, rest = enclosing.partition(":")
    number, _, languages = rest.partition(":")
    if kind != _MARK or not number.isdecimal():
        return 0, []
    return int(number), languages.split(",")
