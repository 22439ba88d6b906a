"""Text without what cannot be shown, stored or searched."""

import regex

# Control characters but the line feed, lone surrogates, private use, and the invisible marks
# that turn the direction of a text or hide parts of it; joiners stay, for scripts need them.
_UNWANTED = regex.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cs}\p{Co}\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
_LINE_ENDS = regex.compile(r"\r\n?|[\x85\u2028]")
_PARAGRAPH_ENDS = regex.compile(r"[\u2029\x0c]")
_TRAILING = regex.compile(r"[^\S\n]+(?=\n)")
_GAPS = regex.compile(r"\n{3,}")
_SPACES = regex.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` without control characters, with plain line ends and one blank line at most."""
    text = _LINE_ENDS.sub("\n", text)
    text = _PARAGRAPH_ENDS.sub("\n\n", text)
    text = _UNWANTED.sub("", text.replace("\t", " "))
    return _GAPS.sub("\n\n", _TRAILING.sub("", text)).strip()


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line, with single spaces."""
    return _SPACES.sub(" ", clean(text)).strip()
