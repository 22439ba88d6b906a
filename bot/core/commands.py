"""Text to intent: one grammar for every platform. Pure.

`<verb> [object] [text] [key:value ...]`; without a known verb it is a question. A verb counts
only when what follows has its shape, so that "data from sensors?" stays a question although
`data` is a verb.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from knowledge.vocabulary import Topic

QUESTION_LIMIT = 4_000
"""Characters of a question that are read; a longer text is a document, not a question."""


class Who(StrEnum):
    """Who may use a verb."""

    EVERYONE = "everyone"
    MEMBER = "member"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that starts a command, and the shapes that what follows it may have."""

    name: str
    shapes: tuple[str, ...]
    who: Who = Who.EVERYONE
    forms: tuple[str, ...] = ()
    """Other words for it, such as a plural or the word of another language."""

    def fits(self, rest: str) -> re.Match[str] | None:
        """What `rest` says when it has one of the shapes, None when it has not."""
        found = (re.fullmatch(shape, rest, re.IGNORECASE) for shape in self.shapes)
        return next(filter(None, found), None)


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


_NOTHING = r""
_NUMBER = r"#?(?P<object>\d{1,9})"
_QUOTED = r"[\"“«'](?P<text>.+)[\"”»']"
_REMOVE = r"(?P<object>remove)\s+(?P<text>\d{1,3})"
_HOUR = r"\d{1,2}(?::00)?"
_REST = r"(?P<text>.*)"
_SPOKEN = "english|spanish|french|inglés|español|francés|anglais|espagnol|français"
_GREETINGS = ("hello", "hi", "hola", "bonjour", "salut")
_NOTHING_TO_LEAVE = ("cancel", "cancelar", "annuler")
_CLOSING = ("close", "cerrar", "fermer")

CLOSING = frozenset(_CLOSING)
"""What ends a conversation when it is all that somebody writes in it."""
PROPOSING = ("propose times", "proponer horas", "proposer heures", "proposer des heures")
"""What asks for times when it is all that somebody writes in a conversation."""
BRIEF = ("brief", "ficha", "fiche")
POSTCARD = ("postcard", "postal", "carte")


VERBS: tuple[Verb, ...] = (
    Verb("ask", (_REST,), forms=("preguntar", "demander")),
    Verb(
        "case",
        (_NOTHING, _NUMBER, rf"{_NUMBER}\s+(?P<text>retire|history|review\s+\d{{1,4}})"),
    ),
    Verb("cases", (_NOTHING, rf"(?P<text>{'|'.join(Topic)})"), forms=("casos", "cas")),
    Verb("expert", (_NOTHING, r"(?P<text>[^?¿]{1,80})"), forms=("experto", "experta", "experte")),
    Verb("profile", (_NOTHING,), forms=("perfil", "profil")),
    Verb("offer", (_NOTHING, _QUOTED, _REMOVE)),
    Verb("need", (_NOTHING, _QUOTED, _REMOVE)),
    Verb("capacity", (_NOTHING, r"(?P<object>\d{1,6})(?:\s*/\s*\w+)?")),
    Verb(
        "snooze",
        (
            _NOTHING,
            r"(?P<object>off)",
            r"(?P<text>\d{4}-\d{1,2}-\d{1,2})",
            r"(?:until|hasta|jusqu['’]au)\s+(?P<text>[^?¿]{1,40})",
        ),
    ),
    Verb(
        "languages",
        (
            _NOTHING,
            r"(?P<text>[A-Za-z]{2}(?:[\s,;]+[A-Za-z]{2})*)",
        ),
    ),
    Verb(
        "hours",
        (
            _NOTHING,
            rf"(?P<text>{_HOUR}\s*[-–]\s*{_HOUR}(?:\s+[\w/+-]+)?)",
        ),
    ),
    Verb(
        "language",
        (_NOTHING, rf"(?P<object>[a-z]{{2}}|auto|{_SPOKEN})"),
        forms=("idioma", "langue"),
    ),
    Verb(
        "consent",
        (_NOTHING, r"(?P<object>all|[a-z]+_[a-z]+)(?::|\s+)(?P<text>yes|no|sí|si|oui|non)"),
    ),
    Verb(
        "data",
        (_NOTHING, r"(?P<object>show|export)", r"(?P<object>erase)(?:\s+(?P<text>\w{1,20}))?"),
    ),
    Verb("claim", (_NOTHING, r"(?P<text>[A-Za-z0-9-]{4,40})")),
    Verb("join", (_NOTHING,)),
    Verb("leave", (_NOTHING,)),
    Verb(
        "questions",
        (_NOTHING, _NUMBER, rf"{_NUMBER}\s+edit\s+(?P<text>.+)"),
        forms=("preguntas",),
    ),
    Verb("withdraw", (_NOTHING, _NUMBER)),
    Verb("handoff", (_NUMBER,)),
    Verb(
        "community",
        (_NOTHING, _NUMBER, rf"{_NUMBER}\s+(?P<text>close|withdraw)"),
        forms=("comunidad", "communauté"),
    ),
    Verb("solution", (_NUMBER,), forms=("solución",)),
    Verb("requests", (_NOTHING,)),
    Verb("accept", (_NUMBER,)),
    Verb("decline", (_NUMBER, rf"{_NUMBER}\s+(?P<text>[^?¿]{{1,80}})")),
    Verb("resume", (_NOTHING,)),
    Verb("resolve", (_NOTHING, _NUMBER, rf"{_NUMBER}\s+(?P<text>cite)")),
    Verb("home", (_NOTHING,)),
    Verb("save", (_NOTHING,), forms=("guardar", "enregistrer")),
    Verb("conversation", (_NOTHING, _NUMBER), forms=("conversations", "conversaciones")),
    Verb("say", (rf"{_NUMBER}\s+(?P<text>.+)",)),
    Verb(
        "propose",
        (r"(?:times|horas|(?:des\s+)?heures)(?:\s+#?(?P<object>\d{1,9}))?",),
        forms=("proponer", "proposer"),
    ),
    Verb("close", (_NOTHING, _NUMBER), forms=_CLOSING[1:]),
    Verb("brief", (_NOTHING, _NUMBER), forms=BRIEF[1:]),
    Verb("cite", (_NOTHING, _NUMBER)),
    Verb("postcard", (_NOTHING, _NUMBER), forms=POSTCARD[1:]),
    Verb("calls", (_NOTHING,)),
    Verb("news", (_NOTHING, r"(?P<object>on|off)")),
    Verb(
        "pair",
        (
            _NOTHING,
            r"(?P<object>status)",
            r"(?P<object>join|leave|back)(?:\s+(?P<text>[^?¿]{1,80}))?",
            r"(?P<object>skip)\s+(?P<text>next)",
            r"(?P<object>snooze)\s+(?:until\s+)?(?P<text>[^?¿]{1,40})",
            r"(?P<object>every)\s+(?P<text>[1-9])",
            r"(?P<object>avoid)\s+(?P<text>[^?¿]{1,80})",
            r"(?P<object>superior|assistant)(?:\s+(?P<text>[^?¿]{1,80}))?",
            r"(?P<object>met)\s+(?P<text>yes|no|not\s+yet)",
        ),
        Who.MEMBER,
    ),
    Verb("queue", (_NOTHING,), Who.STEWARD),
    Verb("stale", (_NOTHING,), Who.STEWARD),
    Verb("gaps", (_NOTHING,), Who.STEWARD),
    Verb(
        "programme",
        (
            _NOTHING,
            r"(?P<object>create|list)",
            r"(?P<object>edit|pause|here)(?:\s+(?P<text>[^?¿]{1,80}))?",
            r"(?P<object>apart|reports)(?:\s+(?P<text>[^?¿|]{1,80}\|[^?¿|]{1,80}))?",
        ),
        Who.STEWARD,
        forms=("programmes",),
    ),
    Verb(
        "round",
        (
            r"(?P<object>preview|send|cancel)(?:\s+(?P<text>[^?¿]{1,80}))?",
            r"(?P<object>swap|lock)\s+(?P<text>(?:[^?¿]{1,80}\s+)?#?\d{1,9}\s+#?\d{1,9})",
        ),
        Who.STEWARD,
    ),
    Verb(
        "prompts",
        (
            _NOTHING,
            r"(?P<object>cadence|off|own)(?:\s+(?P<text>[^?¿]{1,80}))?",
            r"(?P<object>front|skip|drop|answers)\s+#?(?P<text>\d{1,9})",
            r"(?P<text>[^?¿]{1,80})",
        ),
        Who.STEWARD,
    ),
    Verb(
        "channel",
        (
            _NOTHING,
            r"(?P<object>allow|quiet|default|everywhere|only named|forum on|forum off)",
            r"(?P<object>questions\s+(?:city|national|off))",
        ),
        Who.STEWARD,
        forms=("channels",),
    ),
    Verb("members", (_NOTHING, r"(?P<object>pending|invited|all)"), Who.STEWARD),
    Verb("audit", (_NOTHING,), Who.STEWARD),
    Verb("status", (_NOTHING,)),
    Verb("version", (_NOTHING,)),
    Verb(
        "help",
        (_NOTHING, r"(?P<object>[^\s?]{1,20})"),
        forms=("ayuda", "aide", "?", *_GREETINGS, *_NOTHING_TO_LEAVE),
    ),
)

BY_WORD: Mapping[str, Verb] = {word: verb for verb in VERBS for word in (verb.name, *verb.forms)}

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


def parse(text: str) -> Intent:
    """What `text` asks for. Never fails: what is no command is a question."""
    said = " ".join(text.split())[: QUESTION_LIMIT + 1]
    if said.isdecimal():  # a number for a button that is no longer there
        return Intent("help")
    head, _, rest = said.partition(" ")
    verb = BY_WORD.get(head.casefold().lstrip("/").rstrip(",.!") or head)
    if verb is not None and verb.name != "ask":
        rest, options = _options(rest)
        shaped = verb.fits(rest.strip())
        if shaped is not None:
            found = {name: value or "" for name, value in shaped.groupdict().items()}
            return Intent(
                verb.name, found.get("object", ""), found.get("text", "").strip(), options
            )
    question = rest if verb is not None and verb.name == "ask" else said
    return _question(question, "" if verb is not None else _near_miss(said))


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


def _near_miss(said: str) -> str:
    first, _, rest = said.casefold().partition(" ")
    if not 4 <= len(first) <= 12 or len(rest.split()) > 2 or said.endswith("?"):
        return ""
    close = get_close_matches(first, list(BY_WORD), n=1, cutoff=0.8)
    if not close:
        return ""
    verb = BY_WORD[close[0]]
    return verb.name if verb.fits(rest) else ""


def is_for_the_bot(text: str) -> bool:
    """Whether words in a thread that mention the bot are a command or `ask`, not an answer."""
    head = text.split(maxsplit=1)[0].casefold() if text.strip() else ""
    asks = head in BY_WORD and BY_WORD[head].name == "ask"
    return asks or parse(text).verb != "ask"
