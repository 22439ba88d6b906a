"""Pages and pictures, set by Typst from a template of ours and data. Pure: no file, no network.

Texts reach the template as data, never as its source, so nobody's words can become commands.
Fonts are those inside the library: Libertinus Serif (Latin, Greek, Cyrillic, Hebrew, Vietnamese)
with what its others add.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

PLACEHOLDER = "□"
"""Stands for a character that no font of ours has."""
LONGEST_WORD = 28
# Every character of these blocks is in the font: Latin with its diacritics.
_CERTAIN = re.compile("[ -~\xa1-\u017f\u2010-\u2026]*")
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_PROBE = '#set document(title: "x")\n#sys.inputs.text'


def pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """A tagged PDF (PDF/UA-1) from a template that reads `sys.inputs.data`.

    What the standard refuses in somebody's text gives a tagged PDF that does not claim it.
    Raises typst.TypstError for a faulty template.
    """
    from typst import TypstError

    given, made = (
        {"data": json.dumps(data)},
        made_at.replace(microsecond=0),
    )  # finer ones are refused
    try:
        return _compiled(template, given, pdf_standards="ua-1", timestamp=made)
    except TypstError:
        return _compiled(template, given, timestamp=made)


def png(template: str, data: Mapping[str, Any], pixels_per_inch: float) -> bytes:
    """A picture of the template's only page. Raises typst.TypstError for a faulty template."""
    given = {"data": json.dumps(data)}
    return _compiled(template, given, format="png", ppi=pixels_per_inch)


def showable(text: str) -> str:
    """The text with PLACEHOLDER for what no font has."""
    return "".join(character if _has(character) else PLACEHOLDER for character in text)


def unshowable(texts: Iterable[str]) -> bool:
    """Whether a page cannot show all of these texts."""
    return any(not _has(character) for text in texts for character in text)


def breakable(text: str) -> str:
    """The text with places to break inside words too long for a line; nobody sees them."""
    return _LONG.sub(lambda found: found.group() + "\u200b", text)


def _has(character: str) -> bool:
    return bool(_CERTAIN.fullmatch(character)) or _probed(character)


@lru_cache(maxsize=20_000)
def _probed(character: str) -> bool:
    """Asked of Typst itself, some milliseconds for each new character."""
    from typst import TypstError

    try:
        _compiled(_PROBE, {"text": character}, pdf_standards="ua-1")
    except TypstError:
        return False
    return True


def _compiled(template: str, given: dict[str, str], **options: Any) -> bytes:
    # Imported here, because a machine on which it cannot be loaded still has a bot that talks.
    import typst

    options = {"format": "pdf", "ignore_system_fonts": True, **options}
    return cast("bytes", typst.compile(template.encode(), sys_inputs=given, **options))
