"""Pages and pictures, set by Typst from a template of ours and data. Pure: no file, no network.

Texts reach the template as data, never as its source, so nobody's words can become commands.
Fonts are those inside the library: Libertinus Serif (Latin, Greek, Cyrillic, Hebrew, Vietnamese)
with what its others add (Arabic, Devanagari). What they lack comes from font packages that are
installed with us (Chinese, Japanese, Korean, Thai and more), and then from fonts of the system.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from typst import Fonts

PLACEHOLDER = "□"
"""Stands for a character that no font of ours has."""
LONGEST_WORD = 28
# Every character of these blocks is in the font: Latin with its diacritics.
_CERTAIN = re.compile("[ -~\xa1-\u017f\u2010-\u2026]*")
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
# Packages that hold nothing but fonts (SIL Open Font License).
_PACKAGES = (
    "cvttf_NotoSansCJK_Regular",
    "fontpkg_noto_sans_khmer",
    "fontpkg_noto_sans_tamil",
    "fontpkg_noto_sans_telugu",
    "fontpkg_noto_sans_thai",
)
_PROBE = '#set document(title: "x")\n#sys.inputs.text'


def pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """A tagged PDF (PDF/UA-1) from a template that reads `sys.inputs.data`.

    What the standard refuses in somebody's text gives a tagged PDF that does not claim it.
    Raises typst.TypstError for a faulty template.
    """
    from typst import TypstError

    given, made = (
        {"data": json.dumps(data, ensure_ascii=False)},
        made_at.replace(microsecond=0),
    )  # finer ones are refused
    try:
        return _compiled(template, given, pdf_standards="ua-1", timestamp=made)
    except TypstError:
        return _compiled(template, given, timestamp=made)


def png(template: str, data: Mapping[str, Any], pixels_per_inch: float) -> bytes:
    """A picture of the template's only page. Raises typst.TypstError for a faulty template."""
    given = {"data": json.dumps(data, ensure_ascii=False)}
    return _compiled(template, given, format="png", ppi=pixels_per_inch)


def showable(text: str) -> str:
    """The text with PLACEHOLDER for what no font has."""
    return "".join(character if _has(character) else PLACEHOLDER for character in text)


def breakable(text: str) -> str:
    """The text with places to break inside words too long for a line; nobody sees them."""
    return _LONG.sub(lambda found: found.group() + "\u200b", text)


def _has(character: str) -> bool:
    return _in_library(character) or _probed(character, everywhere=True)


def _in_library(character: str) -> bool:
    return bool(_CERTAIN.fullmatch(character)) or _probed(character, everywhere=False)


@lru_cache(maxsize=20_000)
def _probed(character: str, *, everywhere: bool) -> bool:
    """Asked of Typst itself, some milliseconds for each new character."""
    import typst

    try:
        typst.compile(
            _PROBE.encode(),
            format="pdf",
            font_paths=_fonts(everywhere=everywhere),
            sys_inputs={"text": character},
            pdf_standards="ua-1",
        )
    except typst.TypstError:
        return False
    return True


@cache
def _fonts(*, everywhere: bool) -> "Fonts":
    """The fonts inside the library, or those with all that packages and the system have."""
    from typst import Fonts

    if not everywhere:
        return Fonts(include_system_fonts=False)
    found = [spec for name in _PACKAGES if (spec := find_spec(name)) is not None]
    folders = [folder for spec in found for folder in spec.submodule_search_locations or ()]
    return Fonts(include_system_fonts=True, font_paths=folders)


def _compiled(template: str, given: dict[str, str], **options: Any) -> bytes:
    # Imported here, because a machine on which it cannot be loaded still has a bot that talks.
    import typst

    # A page looks the same on every machine as long as the library's own fonts are enough.
    wanting = any(not _in_library(each) for text in given.values() for each in set(text))
    options = {"format": "pdf", "font_paths": _fonts(everywhere=wanting), **options}
    return cast("bytes", typst.compile(template.encode(), sys_inputs=given, **options))
