"""Names that are what they look like: no invisible letters, no borrowed ones, no borrowed office.

What is seen of a name is all there is to know somebody by. Unicode Technical Standard 39 calls
the dangers: ignorable characters, mixed scripts, and letters of one script that look like others.
"""

from collections.abc import Sequence
from unicodedata import normalize

import regex

# What takes no place on a screen or is a blank: format characters, fillers, the Braille blank,
# selectors of a glyph. A joiner stays between letters: Persian, Hindi and others are spelt with it.
_INVISIBLE = regex.compile(
    r"(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Co}\p{Cs}\u2800]"
    r"|(?<![\p{Arabic}\p{Syriac}\p{Indic_Syllabic_Category=Virama}\p{Mn}\p{Mc}])[\u200c\u200d]"
    r"|[\u200c\u200d](?!\p{L})"
)
_HEAPED = regex.compile(r"(\p{M}{3})\p{M}+")
_SPACES = regex.compile(r"\s+")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_LETTER = regex.compile(r"\p{L}")

_ALONE = ("Latin", "Cyrillic", "Greek", "Armenian", "Georgian", "Hebrew", "Cherokee", "Coptic")
"""Scripts of which no word borrows a letter."""
_OF = {name: regex.compile(rf"\p{{Script={name}}}") for name in _ALONE}

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһԍӏвнкмтАЕОРСУХІЈЅԜВНКМТЅαοινρτυχκενΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհԱՕՍ0134578@$",
    "aeopcyxijsdqwhglbhkmtAEOPCYXIJSWBHKMTSaoivptuxkevABEZHIKMNOPTYXounhUOUoieastbas",
)
_LATIN_TWINS = frozenset("аеорсухіјѕԁԛԝһАЕОРСУХІЈЅВНКМТΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα")

_OFFICES = frozenset(
    {
        "crosswalk", "steward", "stewards", "stewardess", "moderator", "moderators", "moderation",
        "moderador", "moderadora", "moderadores", "moderacion", "moderateur", "moderatrice",
        "moderateurs", "animateur", "animatrice", "animation", "administrator", "administrador",
        "administradora", "administrateur", "administratrice", "admin",
    }
)  # fmt: skip
_AROUND = frozenset(
    {
        "the", "a", "an", "of", "for", "and", "team", "bot", "app", "official", "service",
        "community", "support", "help", "la", "el", "los", "las", "de", "del", "y", "un", "una",
        "equipo", "comunidad", "oficial", "le", "les", "l", "d", "des", "du", "et", "une",
        "equipe", "communaute", "officiel", "officielle",
    }
)  # fmt: skip


def cleaned(text: str) -> str:
    """A name as it is seen: composed, on one line, without what is invisible or heaped up."""
    visible = _INVISIBLE.sub("", normalize("NFC", text))
    return _SPACES.sub(" ", _HEAPED.sub(r"\1", visible)).strip()


def mixes_scripts(name: str) -> bool:
    """Whether a word borrows letters of another script, or all of one only looks Latin."""
    words = _WORD.findall(name)
    if any(len(_scripts(word)) > 1 for word in words):
        return True
    latin = any("Latin" in _scripts(word) for word in words)
    return latin and any(_is_disguised(word) for word in words)


def claims_an_office(name: str) -> bool:
    """Whether it is no name but the program's, or that of who runs the community.

    A family name such as Steward beside another name is somebody's.
    """
    words = _skeleton(name)
    offices = [word for word in words if word in _OFFICES]
    return "crosswalk" in words or bool(offices and _AROUND.issuperset(set(words) - set(offices)))


def safe_to_show(name: str) -> bool:
    """Whether a name may be shown as it stands."""
    return name == cleaned(name) and not mixes_scripts(name) and not claims_an_office(name)


def _scripts(word: str) -> set[str]:
    """Those of _ALONE of which it has letters, and `other` beside them for any other script."""
    found = {name for name, script in _OF.items() if script.search(word)}
    letters = _LETTER.findall(word)
    if found and any(not any(script.match(each) for script in _OF.values()) for each in letters):
        found.add("other")
    return found


def _is_disguised(word: str) -> bool:
    return all(letter in _LATIN_TWINS for letter in _LETTER.findall(word))


def _skeleton(name: str) -> Sequence[str]:
    plain = normalize("NFKD", cleaned(name).translate(_LOOKALIKES)).casefold()
    return regex.findall(r"[a-z]+", regex.sub(r"\p{M}", "", plain))
