"""The words of any text, folded: without case, accents and the ways of writing them."""

import re
import unicodedata

MAX_WORDS = 200_000
"""As many as a text of the longest case can have, so that none is lost."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
# Vowel signs of Indic and South East Asian scripts are marks, not letters, yet part of a word.
_WORD = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_]|[\u0900-\u0dff\u0e30-\u0eff])+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_BASE_MARKS = frozenset({0, 7, 8, 9})  # combining classes that carry a vowel or join consonants
# Letters that Unicode does not take apart, as who has no key for them writes them.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# 118.000, 118,000 and 118 000 are one number, each as some language writes it.
_THOUSANDS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?![\d]|[.,]\d)"
)


def fold(text: str) -> str:
    """Return `text` in lower case without accents, so that `Estadística` meets `estadistica`."""
    text = _THOUSANDS.sub(_joined, text)
    if text.isascii():
        return text.lower()
    # Twice, because letters such as a mathematical A become plain capitals only then.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (char for char in plain if unicodedata.combining(char) in _BASE_MARKS)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _joined(number: re.Match[str]) -> str:
    return "".join(filter(str.isdigit, number.group()))


def words(text: str) -> list[str]:
    """Return the folded words of any text, at most 200,000; scripts without spaces as bigrams."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        word = match.group()
        if _IS_CJK.match(word) and len(word) > 2:
            found.extend(word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.append(word[:64])
        if len(found) >= MAX_WORDS:
            break
    return found[:MAX_WORDS]
