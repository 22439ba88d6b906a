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
    if together > 0.5 * high:  # whole words that are not ASCII
        return _other_script(telling) if high >= _LEAST else None
    if _western(telling):
        return "cp1252"
    for name, languages in _LATIN:
        if _speaks(_decoded(telling, name), languages):
            return name
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


def _western(telling: bytes) -> bool:
    """Whether the letters of western languages are all that is not ASCII: most likely cp1252.

    Hungarian and Romanian come through with other letters in the place of a few of theirs.
    """
    text = telling.decode("cp1252", "replace")
    high = [char for char in text if ord(char) > 0x7F]
    if sum(char in _WESTERN for char in high) < 0.98 * len(high):
        return False
    return not (any(char in "õûãºª" for char in high) and detect(text[:_READ]) in ("hu", "ro"))
