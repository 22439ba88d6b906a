"""What a document states about itself, and the row that it becomes."""

from contextlib import suppress

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import one_line
from knowledge.readers.parsers import language as language_code
from knowledge.readers.tabular import Row

# What programs write where nobody wrote a title.
_NO_TITLE = regex.compile(
    r"(?i)\W*(?:untitled.*|sin t[ií]tulo.*|sans titre.*|sem t[ií]tulo.*|ohne titel.*|unbenannt.*"
    r"|document\s*\d*|documento\s*\d*|dokument\s*\d*|word document|document word|documento de word"
    r"|anonymous|unspecified|unknown|none|null|title|t[ií]tulo|titre|template|layout \d+|cover"
    r"|(?:microsoft )?(?:word|powerpoint|excel)\b.*|powerpoint presentation|presentaci[oó]n\W*\d*"
    r"|presentaci[oó]n de powerpoint|pr[eé]sentation powerpoint|presentation\s*\d*|slide\s*\d*"
    r"|print|scan.*|\d[\d\s._-]*|.*\.(?:docx?|pdf|indd|pptx?|qxd|tex|rtf|odt|xlsx?|html?))?\W*"
)


def stated_title(title: str) -> str:
    """The title as a document states it; what a program fills in is none."""
    line = one_line(title)
    return "" if _NO_TITLE.fullmatch(line) else line


def document_row(text: str, title: str, language: str) -> Row:
    """The row of a document, its title taken off the beginning of the text."""
    heading = title[:300]
    body = without_title(text, title)
    values: dict[str, object] = {"title": heading, "text": body, "source_title": heading}
    with suppress(UnreadableInput):  # else it is left to be detected from the text
        values["language"] = language_code(language)
    return Row(None, {name: value for name, value in values.items() if value})


def without_title(text: str, title: str) -> str:
    """The text without a first paragraph that only says the title again."""
    first, _, rest = text.partition("\n\n")
    same = _letters(first) == _letters(title)
    return rest.strip() if title and same and rest.strip() else text


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]+", "", text.casefold())
