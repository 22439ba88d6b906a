"""What people say to each other belongs into no case: salutations, and their names. Pure."""

import re
from collections.abc import Sequence

_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|greetings|good (?:morning|afternoon|evening|day)"
    r"|thanks|thank you|many thanks|(?:kind|best|warm) regards|regards|best wishes|best|sincerely"
    r"|hola|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|buen[oa]s? (?:d[ií]as?|tardes|noches)"
    r"|(?:muchas )?gracias|(?:un )?saludos?|saludos cordiales|cordialmente|atentamente"
    r"|bonjour|bonsoir|salut|ch[eè]re?s?|merci|cordialement|bien à vous|meilleures salutations"
    r"|olá|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s?|obrigad[oa]|atenciosamente)\b",
    re.IGNORECASE,
)
_SHORT = 6
"""Words of a sentence that is nothing but a salutation, and of the head of one that goes on."""
_CALL = 3
"""Words with which somebody signs."""
_LEAST = 3
"""Letters of a part of a name that tells who somebody is."""


def without_salutations(parts: Sequence[str], names: Sequence[str]) -> list[str]:
    """Sentences without what is said to somebody, and none that holds a name of `names`."""
    spoken = [_content(part, names) for part in parts]
    return [part for part in spoken if part and not _mentions(part, names)]


def named_in(text: str, names: Sequence[str]) -> list[str]:
    """Those whose whole name or family name, as it is written, stands in a text."""
    return [
        name for name in names if any(_stands(part, text) for part in (name, *name.split()[-1:]))
    ]


def _content(part: str, names: Sequence[str]) -> str:
    """A sentence behind `Dear Ana,` or `Ana:`; nothing where that is all of it."""
    head, mark, rest = _headed(part)
    known = {word.casefold() for name in names for word in name.split()}
    if mark and (_GREETING.match(head) or known.issuperset(head.casefold().split())):
        # What stands behind a closing formula is whoever signs.
        return rest[:1].upper() + rest[1:] if len(rest.split()) > _CALL else ""
    return "" if _GREETING.match(part) and len(part.split()) <= _SHORT else part


def _headed(part: str) -> tuple[str, str, str]:
    found = re.match(r"([^,:;]+)([,:;])\s+(?=\S)", part)
    if found is None or len(found[1].split()) > _SHORT:
        return part, "", ""
    return found[1], found[2], part[found.end() :]


def _mentions(part: str, names: Sequence[str]) -> bool:
    return any(_stands(word, part) for name in names for word in name.split())


def _stands(word: str, text: str) -> bool:
    if len(word) < _LEAST:
        return False
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
