"""The sentences of a conversation that answer its question best, and how each one is quoted."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.contract.markup import one_line, tidy
from bot.core.tokens import seal
from bot.features.citations import replies
from bot.features.citations.names import without_salutations
from bot.features.members.consent_replies import without_name
from bot.i18n import words
from bot.i18n.labels import described
from knowledge.citations.citations import CitedWords
from knowledge.members.anonymity import Census, display
from knowledge.members.members import Trait
from knowledge.members.views import MemberView
from knowledge.search.excerpts import shared_words
from knowledge.search.index import Library
from knowledge.text.languages import detect
from knowledge.text.sentences import sentences
from knowledge.text.vectors import Floats
from knowledge.vocabulary import AskerShown, CitedPart, MemberStatus

MOST = 1_200
"""Characters that are proposed."""
TITLE = 120
"""Characters of a sentence that becomes a title."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be quoted: what is published, and what is if they are not quoted at all."""

    wording: str
    plain: str

    @property
    def mark(self) -> str:
        """What stands for these words in a button."""
        return seal(self.wording)


async def proposed(
    library: Library,
    question: str,
    said: Sequence[str],
    expert: MemberView,
    others: Sequence[str] = (),
) -> CitedWords:
    """What an expert said that answers the question, in the order in which they said it.

    Without salutations, and without sentences that name one of `others`, who choose themselves how
    they are quoted. Empty where nothing is left. The title is theirs, too: a question
    belongs to whoever asked.
    """
    language = detect("\n".join(said)) if said else "und"
    parts = [tidy(part) for text in said for part in sentences(text, language)]
    parts = without_salutations([part for part in parts if part], others)
    text = title = ""
    if parts:
        scores = shared_words(question, parts, language)
        if not scores.any():
            vector = await asyncio.wrap_future(library.encode_question(question))
            # No word in common, as across languages: the meaning has to tell.
            scores = await asyncio.to_thread(library.meanings, parts) @ vector
        text = " ".join(best(parts, scores))
        title = one_line(parts[int(np.argmax(scores))])
        title = title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…"
    return CitedWords(
        title=title,
        text=text,
        place=expert.place,
        country=expert.country,
        level=expert.circumstances.level,
        language=language,
    )


def best(parts: Sequence[str], scores: Floats, most: int = MOST) -> list[str]:
    """The sentences with the highest scores that fit into `most` characters, in their order.

    Of equals the earlier one. A first sentence that is too long is cut.
    """
    kept: list[int] = []
    room = most
    for index in sorted(range(len(parts)), key=lambda each: (-float(scores[each]), each)):
        if len(parts[index]) <= room:
            kept.append(index)
            room -= len(parts[index]) + 1
    if not kept and parts:
        return [parts[int(np.argmax(scores))][:most]]
    return [parts[index] for index in sorted(kept)]


def ways(
    member: MemberView, crowd: Sequence[Trait], part: CitedPart, language: str, at: datetime
) -> Mapping[AskerShown, Way]:
    """How a member can be quoted, each in the very words that are published, in `language`."""
    say = words(language)
    plain = replies.attribution(say, part, "", at)
    by_name = ", ".join(filter(None, (member.name, member.organisation)))
    found = {AskerShown.NAMED: by_name}
    if member.status is not MemberStatus.INVITED:
        shown = display(without_name(member), Census(crowd))
        found[AskerShown.ROLE] = _inside(described(say, shown))
    offered = {
        shown: Way(replies.attribution(say, part, who, at), plain) for shown, who in found.items()
    }
    return {**offered, AskerShown.HIDDEN: Way(plain, plain)}


def _inside(who: str) -> str:
    """A description inside a sentence; an abbreviation at its beginning stays as it is."""
    return who if who[1:2].isupper() else who[:1].lower() + who[1:]
