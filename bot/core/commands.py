"""Text to intent: one grammar for every platform. Pure.

`<verb> [object] [text] [key:value ...]`; without a known verb it is a question. A verb counts
only when what follows has its shape, so that "data from sensors?" stays a question although
`data` is a verb. Each command is declared beside the feature that carries it out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum, StrEnum

from bot.contract import Argument
from bot.i18n import later

QUESTION_LIMIT = 4_000
"""Characters of a question that are read; a longer text is a document, not a question."""


class Who(StrEnum):
    """Who may do something. `Context.admit` holds each person against it."""

    EVERYONE = "everyone"
    MEMBER = "member"  # whatever their standing, unless they left
    JOINED = "joined"  # and accepted the invitation, if there was one
    APPROVED = "approved"  # and was approved by a steward, and takes part at present
    STEWARD = "steward"


class Group(Enum):
    """What one wants to do: the headings of help, in their order."""

    CASES = later("Questions and cases")
    PEOPLE = later("People who help one another")
    PROFILE = later("Your profile and your time")
    MEMBERSHIP = later("Membership, consent and data")
    STEWARDS = later("For stewards")
    BOT = later("About me")


@dataclass(frozen=True, slots=True)
class Command:
    """A word that starts a command, and all that others have to know of it.

    `purpose`: what it does in a few words, for help and menus; `shapes`: what may follow the word,
    without any nothing; `words`: others for it, such as a plural or those of other languages;
    `examples`: a line each, without any the word alone. A platform lists by itself those with a
    `label` in small letters, and their `arguments`; these words are translated when they are shown.
    """

    name: str
    group: Group
    purpose: str
    shapes: tuple[str, ...] = ()
    who: Who = Who.EVERYONE
    words: tuple[str, ...] = ()
    examples: str = ""
    label: str = ""
    arguments: Sequence[Argument] = ()
    nearly: str = ""
    """Short lines of another shape that hardly are a question: they get what the word can do."""

    def fits(self, rest: str) -> re.Match[str] | None:
        """What `rest` says when it has one of the shapes, None when it has not."""
        shapes = self.shapes or (NOTHING,)
        found = (re.fullmatch(shape, rest, re.IGNORECASE) for shape in shapes)
        return next(filter(None, found), None)

    def is_nearly(self, said: str) -> bool:
        """Whether a whole line is an order for this command that has none of its shapes."""
        return bool(self.nearly and re.fullmatch(self.nearly, said, re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants: `object` is a number or a sub-command, `text` is in their words."""

    verb: str
    object: str = ""
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    public: bool | None = None
    suggestion: str = ""
    """A verb that the person may have meant; the text is still asked as a question."""
    nearly: bool = False
    """An order that was not understood: help says what `object` can do, and nothing is asked."""


# Shapes that several commands have.
NOTHING = r""
NUMBER = r"#?(?P<object>\d{1,9})"
PHRASE = r"(?P<text>[^?¿]{1,80})"

KEYS: Mapping[str, str] = {
    "topic": "topic",
    "tema": "topic",
    "thème": "topic",
    "community": "community",
    "level": "level",
    "country": "country",
    "language": "language",
    "lang": "language",
    "since": "since",
}

_OPTION = re.compile(rf"(?<!\S)({'|'.join(KEYS)}):([^\s:/][^\s]*)", re.IGNORECASE)
_VISIBILITY = re.compile(r"(?:^|\s)(public|private|público|privado|privé)\s*$", re.IGNORECASE)
_PUBLIC = frozenset({"public", "público"})
_SHORT = 6
"""Words that an order has at most; what is longer is a question."""


class Grammar:
    """The commands that do something here, in the order of help, and how they are said."""

    def __init__(self, commands: Iterable[Command]) -> None:
        """Raises ValueError for a word that two commands have."""
        given = list(commands)
        self.commands = {
            each.name: each for group in Group for each in given if each.group is group
        }
        self.by_word: dict[str, Command] = {}
        for each in given:
            for word in (each.name, *each.words):
                if self.by_word.setdefault(word, each) is not each:
                    raise ValueError(f"said by two commands: {word}")

    def parse(self, text: str) -> Intent:
        """What `text` asks for. Never fails: what is no command is a question."""
        said = " ".join(text.split())[: QUESTION_LIMIT + 1]
        if said.isdecimal():  # a number for a button that is no longer there
            return Intent("help")
        head, _, rest = said.partition(" ")
        if not rest and len(head) > 1:  # "help?" asks for the command
            head = head.rstrip("?")
        command = self.by_word.get(head.casefold().lstrip("/").rstrip(",.!") or head)
        if command is not None and command.name != "ask":
            rest, options = _options(rest)
            shaped = command.fits(rest.strip())
            if shaped is not None:
                found = {name: value or "" for name, value in shaped.groupdict().items()}
                thing, words = found.get("object", ""), found.get("text", "").strip()
                return Intent(command.name, thing, words, options)
        if orders := self.meant(said):
            return Intent("help", orders[0].name, said, nearly=True)
        question = rest if command is not None and command.name == "ask" else said
        return _question(question, "" if command is not None else self._near_miss(said))

    def is_for_the_bot(self, text: str) -> bool:
        """Whether words in a thread that mention the bot are a command or `ask`, not an answer."""
        head = text.split(maxsplit=1)[0].casefold() if text.strip() else ""
        command = self.by_word.get(head)
        intent = self.parse(text)
        asks = command is not None and command.name == "ask"
        return asks or (intent.verb != "ask" and not intent.nearly)

    def meant(self, said: str) -> list[Command]:
        """The commands of which a short line is nearly an order."""
        if len(said.split()) > _SHORT or "?" in said:
            return []
        line = said.lstrip("/").rstrip(" .!")
        return [each for each in self.commands.values() if each.is_nearly(line)]

    def _near_miss(self, said: str) -> str:
        first, _, rest = said.casefold().partition(" ")
        if not 4 <= len(first) <= 12 or len(rest.split()) > 2 or said.endswith("?"):
            return ""
        close = get_close_matches(first, list(self.by_word), n=1, cutoff=0.8)
        if not close:
            return ""
        command = self.by_word[close[0]]
        return command.name if command.fits(rest) else ""


def _question(said: str, suggestion: str) -> Intent:
    public = None
    ending = _VISIBILITY.search(said)
    # "Should this be public" must stay whole: the word alone at the end is an order only
    # behind a finished sentence or when the person wrote it as an option.
    if ending and (said[: ending.start()].rstrip().endswith(("?", ".", "!", '"')) or ":" in said):
        public = ending.group(1).casefold() in _PUBLIC
        said = said[: ending.start()]
    said, options = _options(said)
    return Intent("ask", text=said.strip(), options=options, public=public, suggestion=suggestion)


def _options(text: str) -> tuple[str, dict[str, str]]:
    options = {KEYS[key.casefold()]: value for key, value in _OPTION.findall(text)}
    return " ".join(_OPTION.sub("", text).split()), options
