"""The library of prompts: read and checked once, and which one is next. Pure but for the reading.

A prompt is used again a year later at the earliest, as long as there is another one.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.features.exchange.prompts.channel_posts import Prompt
from bot.i18n import LANGUAGES, SOURCE_LANGUAGE
from knowledge.errors import UnreadableInput
from knowledge.vocabulary import Theme

__all__ = ["Choice", "Prompt", "choose", "is_free", "library", "read"]

FILE = Path(__file__).with_name("prompts.toml")
QUESTION_LIMIT, START_LIMIT = 200, 120
_KEYS = frozenset({"id", "theme", "question", "start"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The prompt to post; `last_used` within a year says that no unused one was left."""

    prompt: Prompt
    last_used: date | None = None


def library() -> tuple[Prompt, ...]:
    """The prompts that come with the program."""
    return read(FILE.read_text(encoding="utf-8"))


def choose(
    prompts: Sequence[Prompt],
    used: Mapping[str, date],
    today: date,
    *,
    theme: Theme | None = None,
    seed: int = 0,
) -> Choice:
    """The prompt to post today; `used`: by id, when each was used last.

    One that was not used within a year; without a `theme`, of the theme that was used longest
    ago. Where all were used, the one used longest ago, which the choice then says. The same
    arguments give the same prompt, whatever the order of `prompts`. Raises ValueError where no
    prompt is on that theme.
    """
    fitting = [each for each in prompts if theme in (None, each.theme)]
    if not fitting:
        raise ValueError("there is no prompt to choose from")
    free = [each for each in fitting if is_free(used.get(each.id), today)]
    if not free:
        oldest = min(fitting, key=lambda each: (used[each.id], _lot(seed, each.id)))
        return Choice(oldest, used[oldest.id])
    last = dict.fromkeys(Theme, date.min)
    for each in prompts:
        last[each.theme] = max(last[each.theme], used.get(each.id, date.min))

    def turn(each: Prompt) -> tuple[date, bytes, date, bytes]:
        """The theme whose turn it is, and of it what was never used or longest ago."""
        longest = used.get(each.id, date.min)
        return last[each.theme], _lot(seed, each.theme), longest, _lot(seed, each.id)

    return Choice(min(free, key=turn))


def read(text: str) -> tuple[Prompt, ...]:
    """Prompts as a TOML document has them. Raises UnreadableInput with one sentence."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"The prompts are not TOML: {error}.") from error
    rows = document.get("prompt")
    if not isinstance(rows, list) or not rows or document.keys() != {"prompt"}:
        raise UnreadableInput("The prompts need one or more tables [[prompt]] and nothing else.")
    found = tuple(_prompt(row, number) for number, row in enumerate(rows, 1))
    ids = [each.id for each in found]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise UnreadableInput(f"An id stands for one prompt only: {', '.join(twice)}.")
    return found


def _prompt(row: Any, number: int) -> Prompt:
    if not isinstance(row, dict) or row.keys() != _KEYS:
        raise UnreadableInput(f"Prompt {number} needs exactly these: {', '.join(sorted(_KEYS))}.")
    if not isinstance(row["id"], str) or not row["id"].strip():
        raise UnreadableInput(f"Prompt {number} needs an id.")
    if row["theme"] not in set(Theme):
        raise UnreadableInput(f"The theme of {row['id']} is one of: {', '.join(Theme)}.")
    return Prompt(
        id=row["id"],
        theme=Theme(row["theme"]),
        question=_texts(row, "question", QUESTION_LIMIT),
        start=_texts(row, "start", START_LIMIT),
    )


def _texts(row: Mapping[str, Any], name: str, limit: int) -> Mapping[str, str]:
    """The same in each language of the bot, on one line; in English where nobody translated it."""
    texts = row[name]
    if not isinstance(texts, dict) or not {SOURCE_LANGUAGE} <= texts.keys() <= set(LANGUAGES):
        raise UnreadableInput(
            f"The {name} of {row['id']} is needed in {SOURCE_LANGUAGE}, and may be there in: "
            f"{', '.join(LANGUAGES)}."
        )
    for language, text in texts.items():
        fits = isinstance(text, str) and 0 < len(text) <= limit
        if not fits or text.split("\n") != [text.strip()]:
            raise UnreadableInput(
                f"The {name} of {row['id']} in {language} is one line of up to {limit} characters."
            )
    return {one: str(texts.get(one) or texts[SOURCE_LANGUAGE]) for one in LANGUAGES}


def is_free(last_used: date | None, today: date) -> bool:
    """Whether what was used last on that day may be used again today: a year later."""
    return last_used is None or today >= _a_year_after(last_used)


def _a_year_after(day: date) -> date:
    if day.year == date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28) + timedelta(days=1)


def _lot(seed: int, name: str) -> bytes:
    return blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
