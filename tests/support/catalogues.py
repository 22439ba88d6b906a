"""The message catalogues: renewed from the sentences in bot/, and checked."""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.i18n import LANGUAGES, LOCALES, SOURCE_LANGUAGE

BOT = LOCALES.parent.parent
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "say": None,
    "label": None,
    "later": None,
    "plural": (1, 2),
    "label_in": ((1, "c"), 2),
}


def sentences() -> Catalog:
    """Every sentence that the code can say."""
    catalogue = Catalog(project="Crosswalk", fuzzy=False)
    found = extract_from_dir(BOT, [("**.py", "python")], keywords=KEYWORDS)
    for file, line, message, _comments, context in sorted(found, key=lambda entry: entry[:2]):
        catalogue.add(message, locations=[(f"bot/{file}", line)], context=context)
    return catalogue


def path(language: str) -> Path:
    """The catalogue of one language."""
    return LOCALES / language / "LC_MESSAGES" / "crosswalk.po"


def read(language: str) -> Catalog:
    """The catalogue as it stands, empty when there is none."""
    if not path(language).exists():
        return Catalog(locale=language, fuzzy=False)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def translated() -> tuple[str, ...]:
    """The languages that have a catalogue: all but the one of the code."""
    return tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)


def renewed(catalogue: Catalog, now: Catalog) -> bytes:
    """The file of a catalogue with what is new, without a translation, and nothing that is gone.

    It names no moment at which it was made: that line would change with every run, and two
    branches that each add a sentence could never be merged.
    """
    catalogue.update(now, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = BytesIO()
    write_po(file, catalogue, width=100, no_location=True, omit_header=False)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b'"POT-Creation-Date:'))


def update() -> None:
    """Renew the catalogue of each language, and say what is left to translate."""
    now = sentences()
    for language in translated():
        catalogue = read(language)
        path(language).parent.mkdir(parents=True, exist_ok=True)
        path(language).write_bytes(renewed(catalogue, now))
        missing = sum(1 for entry in catalogue if entry.id and not _complete(entry.string))
        sys.stderr.write(f"{language}: {missing} sentences without a translation\n")


def _complete(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    update()
