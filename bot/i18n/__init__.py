"""Every sentence that a member reads, and the catalogues of each language.

The other files of this folder turn what a feature found into a `Reply`. To change a sentence,
search it here; to translate it, `make messages` and edit locale/LANGUAGE/LC_MESSAGES.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bot.contract import markup

LOCALES = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, *sorted(each.name for each in LOCALES.iterdir() if each.is_dir()))
"""The language of the code, and each that has a folder of its own."""
WITHOUT_YEAR = re.compile(r"(,? '?de'?)?,? y+$")
"""The year at the end of a pattern for a full date."""
_SOUNDS_LIKE_Y = re.compile(r"\W*(?:i|hi)(?!e)|\W*y(?![aeiou])", re.IGNORECASE)


class Markup(str):
    """Text that is already in the neutral markup and must not be escaped again."""

    __slots__ = ()

    def join(self, parts: Iterable[str], /) -> "Markup":
        """Parts that are markup already, with this between them."""
        return Markup(str.join(self, parts))


class Words:
    """One language: sentences, plurals, dates and lists in it.

    Facts put into a sentence are somebody's words: they are escaped, so that nobody's title
    can become a link or a heading. `label` is for places that show plain text.
    """

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._catalogue = catalogue

    def __call__(self, sentence: str, /, **facts: object) -> Markup:
        """`sentence` in this language, with escaped facts: neutral markup."""
        return Markup(self._catalogue.gettext(sentence).format(**_escaped(facts)))

    def label(self, sentence: str, /, **facts: object) -> str:
        """`sentence` in this language as plain text, for titles, buttons and fields."""
        return self._catalogue.gettext(sentence).format(**facts)

    def label_in(self, context: str, sentence: str, /) -> str:
        """The same for a word that means several things: `context` tells translators which."""
        return str(self._catalogue.pgettext(context, sentence))

    def plural(self, one: str, many: str, number: int, /, **facts: object) -> Markup:
        """The form of a sentence that goes with `number`; `{number}` is filled in."""
        chosen = self._catalogue.ngettext(one, many, number)
        return Markup(chosen.format(number=number, **_escaped(facts)))

    def listed(self, items: Iterable[str]) -> str:
        """`a, b and c` in this language."""
        several = list(items)
        if self.language == "es" and len(several) > 1 and _SOUNDS_LIKE_Y.match(_bare(several[-1])):
            # Babel does not know that "y" becomes "e" before the same sound: Ana e Inés.
            return f"{', '.join(several[:-1])} e {several[-1]}"
        return format_list(several, locale=self.locale)

    def country(self, code: str) -> str:
        """A country's name from its ISO 3166-1 alpha-2 code; unknown codes stay as they are."""
        return str(self.locale.territories.get(code.upper(), code))

    def language_name(self, code: str) -> str:
        """A language's name from its ISO 639-1 code, inside a sentence."""
        return str(self.locale.languages.get(code, code))

    def month(self, moment: date | datetime, now: datetime) -> str:
        """`March` in the same year, `March 2024` otherwise."""
        if moment.year != now.year:
            return str(format_skeleton("yMMMM", moment, locale=self.locale))
        return str(get_month_names("wide", "stand-alone", self.locale)[moment.month])

    def day(self, moment: date | datetime) -> str:
        """A date written out."""
        return format_date(moment, "long", locale=self.locale)

    def weekday(self, moment: date | datetime) -> str:
        """A day of these weeks, as `Thursday, November 26`."""
        pattern = WITHOUT_YEAR.sub("", str(self.locale.date_formats["full"].pattern))
        return format_date(moment, pattern, locale=self.locale)


@cache
def words(language: str | None) -> Words:
    """The words of a language or locale such as `es` or `fr-CA`; English where we have none."""
    code = (language or SOURCE_LANGUAGE).replace("_", "-").split("-")[0].casefold()
    if code not in LANGUAGES or code == SOURCE_LANGUAGE:
        return Words(SOURCE_LANGUAGE, NullTranslations())
    compiled = BytesIO()
    with (LOCALES / code / "LC_MESSAGES" / "crosswalk.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Words(code, Translations(compiled))


def later(sentence: str) -> str:
    """Mark a sentence of a table for the catalogues; it is translated when it is said."""
    return sentence


def _escaped(facts: Mapping[str, object]) -> dict[str, object]:
    return {
        name: markup.escape(value)
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
        for name, value in facts.items()
    }


def _bare(text: str) -> str:
    """Without accents: Íñigo begins as Inés does."""
    return "".join(
        each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each)
    )
