"""Which old code page a text without UTF-8 is written in.

The letters alone do not tell: Turkish read as Central European is readable nonsense. So a code page
is taken only where the text that it gives is in a language that was written with it.
"""

import regex
from charset_normalizer import from_bytes

from knowledge.text.languages import detect

_LEAST = 16  # bytes of letters; a word or two fit several scripts
_READ = 4_000  # characters of telling lines are enough for the detector
_WESTERN = "áéíóúàèìòùâêîôûäëïöüãõñçåæøÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛÄËÏÖÜÃÕÑÇÅÆØßœŒ¿¡«»ºª°’‘“”–—…€·§£©®\xa0"
_NEIGHBOURS = regex.compile(rb"[\x80-\xff]{2,}")
# High bytes of western words: one or two together, with a plain letter before or behind.
_INSIDE_WORDS = regex.compile(
    rb"(?<=[A-Za-z])[\x80-\xff]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff]{1,2}(?=[A-Za-z])"
)
_WESTERN_PAGES = ("cp1252", "mac_roman", "cp850")  # Windows, old Macs, DOS
_HIGH_LINE = regex.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_LATIN = (
    ("cp1250", "pl cs sk hu hr sl ro sq bs sr"),
    ("cp1254", "tr az"),
    ("cp1257", "lt lv et"),
    ("cp1258", "vi"),
)
_OTHER_SCRIPTS = {
    "cp1251": "ru uk bg sr mk kk mn",
    "cp1253": "el",
    "cp1255": "he",
    "cp1256": "ar fa ur",
    "cp874": "th",
    "cp949": "ko",
    "cp932": "ja",
    "gb18030": "zh",
    "big5": "zh",
}


def code_page_of(sample: bytes) -> str | None:
    """Return the name of the code page of `sample`, None where no language speaks for one.

    `sample` is text that is not UTF-8, some thousand bytes around the first letter that shows it.
    """
    telling = b"\n".join(_HIGH_LINE.findall(sample))
    high = sum(byte > 0x7F for byte in telling)
    together = sum(len(run) for run in _NEIGHBOURS.findall(telling))
    inside = sum(len(run) for run in _INSIDE_WORDS.findall(telling))
    if together > 0.5 * high and inside < 0.9 * high:  # whole words that are not ASCII
        return _other_script(telling) if high >= _LEAST else None
    if western := _western(telling):
        return western
    for name, languages in _LATIN:
        if _speaks(_decoded(telling, name), languages):
            return name
    if together > 0.5 * high:
        return _other_script(telling) if high >= _LEAST else None
    return None


def _other_script(telling: bytes) -> str | None:
    for match in from_bytes(telling, cp_isolation=list(_OTHER_SCRIPTS), preemptive_behaviour=False):
        if _speaks(_decoded(telling, match.encoding), _OTHER_SCRIPTS.get(match.encoding, "")):
            return match.encoding
    return None


def _speaks(text: str, languages: str) -> bool:
    """Whether a text without control characters is in one of the languages."""
    plain = bool(text) and not any(0x7F <= ord(char) < 0xA0 for char in text)
    return plain and detect(text[:_READ]) in languages.split()


def _decoded(sample: bytes, name: str) -> str:
    """The text, empty where the code page has no such bytes; a character may be cut at the end."""
    for cut in (0, 1, 2, 3):
        try:
            return sample[: len(sample) - cut].decode(name)
        except UnicodeDecodeError:
            continue
    return ""


def _western(telling: bytes) -> str:
    """The code page under which all that is not ASCII are letters of western words.

    Hungarian and Romanian come through cp1252 with other letters in the place of a few of theirs.
    """
    readings = {name: telling.decode(name, "replace") for name in _WESTERN_PAGES}
    wrong = {name: _wrong(text) for name, text in readings.items()}
    best = min(_WESTERN_PAGES, key=lambda name: wrong[name])
    high = [char for char in readings[best] if ord(char) > 0x7F]
    if wrong[best] > 0.02 * len(high):
        return ""
    eastern = best == "cp1252" and any(char in "õûãºª" for char in high)
    return "" if eastern and detect(readings[best][:_READ]) in ("hu", "ro") else best


def _wrong(text: str) -> int:
    """How many characters stand where western words have none.

    Letters of other languages, a capital after a small letter, a mark inside a word.
    """
    count = 0
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if ord(char) <= 0x7F:
            continue
        inside = before.isalpha() and after.isalpha()
        capital = char.isupper() and before.islower()
        mark = inside and not char.isalpha() and char not in "’·"
        count += char not in _WESTERN or capital or mark
    return count
