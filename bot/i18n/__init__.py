"""Every sentence that a member reads, and the catalogues of each language.

The other files of this folder turn what a feature found into a `Reply`. To change a sentence,
search it here; to translate it, `make messages` and edit locale/LANGUAGE/LC_MESSAGES.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.lists import format_list
from babel.messages.pofile import read_po

from bot.contract import markup

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("en", "es", "fr")
SOURCE_LANGUAGE = "en"
WITHOUT_YEAR = re.compile(r"(,? '?de'?)?,? y+$")
"""The year at the end of a pattern for a full date."""


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

    def __init__(
        self,
        language: str,
        messages: Mapping[object, object],
        plural_form: Callable[[int], int] = lambda number: int(number != 1),
    ) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._messages = messages
        self._plural_form = plural_form

    def __call__(self, sentence: str, /, **facts: object) -> Markup:
        """`sentence` in this language, with escaped facts: neutral markup."""
        return Markup(self._translate(sentence).format(**_escaped(facts)))

    def label(self, sentence: str, /, **facts: object) -> str:
        """`sentence` in this language as plain text, for titles, buttons and fields."""
        return self._translate(sentence).format(**facts)

    def plural(self, one: str, many: str, number: int, /, **facts: object) -> Markup:
        """The form of a sentence that goes with `number`; `{number}` is filled in."""
        chosen = one if number == 1 else many
        forms = self._messages.get((one, many))
        if isinstance(forms, tuple):
            chosen = forms[self._plural_form(number)] or chosen
        return Markup(chosen.format(number=number, **_escaped(facts)))

    def listed(self, items: Iterable[str]) -> str:
        """`a, b and c` in this language."""
        return format_list(list(items), locale=self.locale)

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

    def _translate(self, sentence: str) -> str:
        found = self._messages.get(sentence)
        return str(found) if found else sentence


@cache
def words(language: str | None) -> Words:
    """The words of a language or locale such as `es` or `fr-CA`; English where we have none."""
    code = (language or SOURCE_LANGUAGE).replace("_", "-").split("-")[0].casefold()
    if code not in LANGUAGES or code == SOURCE_LANGUAGE:
        return Words(SOURCE_LANGUAGE, {})
    with (LOCALES / code / "LC_MESSAGES" / "crosswalk.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    messages: dict[object, object] = {
        entry.id: entry.string for entry in catalogue if entry.id and entry.string
    }
    return Words(code, messages, c2py(catalogue.plural_expr))


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
