"""A large community in a database: recombined sample texts under vectors like the model's.

Encoding 100,000 texts would take hours, so only the sample is encoded. A made vector is drawn
around the sample's mean with the sample's own covariance, half of it from the vector of a real
text: cosines then lie where the model's own do. Texts are sentences of the sample in new order,
with rare words strewn in so that the vocabulary grows as it does in real libraries (Zipf).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.cli.sample import CASES, MEMBERS
from knowledge.cases.tables import CaseSnippet, CaseSource
from knowledge.cases.views import CaseDraft
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder, Vectors
from knowledge.members.tables import Account, Consent, Member, Need, Offer
from knowledge.members.views import MemberDraft
from knowledge.questions.tables import Match, Question
from knowledge.readers.ingest import read_cases, read_members
from knowledge.text.passages import SHORT, text_hash
from knowledge.text.sentences import sentences
from knowledge.text.tables import LibraryChange, Passage, Vector
from knowledge.vocabulary import (
    CaseState,
    Community,
    Confidence,
    MemberStatus,
    PassageKind,
    Purpose,
    QuestionState,
    Visibility,
)

REVISION = 2
"""Raise it when the same size would give another database than before."""
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKER = ("console", "bench", "asker")
"""Platform, workspace and user of an approved member."""
MEMBERS_COUNT = 2_000
HISTORY = 5_000
"""Questions asked during the last year: the rotation of experts reads those of a week."""
WORDS = 90
RARE_WORDS = 50_000
RARE_SHARE = 0.08
PART = 5_000

Row = dict[str, Any]
Random = np.random.Generator
Draw = Callable[[int], Vectors]


@dataclass(frozen=True)
class Material:
    """What the community is made of, with vectors for its texts."""

    cases: Sequence[CaseDraft]
    members: Sequence[MemberDraft]
    draw_case: Draw
    """How many -> unit vectors (n, d), for titles and bodies."""
    draw_offer: Draw


def material(encoder: Encoder, folder: Path, random: Random) -> Material:
    """The sample, encoded once and then kept in `folder`."""
    cases = [draft for draft in read_cases(CASES) if isinstance(draft, CaseDraft)]
    members = [draft for draft in read_members(MEMBERS) if isinstance(draft, MemberDraft)]
    told = [text for case in cases for text in (case.title, case.text)]
    short = [text for member in members for text in (*member.offers, *member.needs)]
    draws = []
    # As the library encodes them: what is known of members in a few words, as questions are.
    for name, some, encode in (
        ("cases", told, encoder.encode_documents),
        ("offers", short, encoder.encode_queries),
    ):
        digest = text_hash("\0".join([encoder.model_id, *some]), short=some is short)
        file = folder / f"bench-{name}-{digest[:12]}.npy"
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            np.save(file, encode(some))
        draws.append(like(np.load(file), random))
    return Material(cases, members, *draws)


def like(real: Vectors, random: Random) -> Draw:
    """Draws of unit vectors with the mean and covariance of `real` (m, d), each near one of it."""
    mean = real.mean(axis=0)
    centred = real - mean

    def draw(count: int) -> Vectors:
        near = centred[random.integers(len(real), size=count)]
        mixed = random.standard_normal((count, len(real)), dtype=np.float32) @ centred
        made = mean + np.sqrt(0.5) * near + np.sqrt(0.5 / len(real)) * mixed
        unit: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
        return unit

    return draw


def rare_words(random: Random) -> Callable[[int], list[str]]:
    """Draws of invented words, a few of them often and most of them hardly ever."""
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er")]
    picks = random.integers(len(syllables), size=(RARE_WORDS, 4))
    words = ["".join(syllables[at] for at in row) for row in picks]
    chances = 1 / (np.arange(RARE_WORDS) + 10.0)
    steps = np.cumsum(chances / chances.sum())

    def draw(count: int) -> list[str]:
        return [words[at] for at in np.searchsorted(steps[:-1], random.random(count))]

    return draw


def build(store: Store, encoder: Encoder, size: int, folder: Path) -> None:
    """Fill an empty, migrated `store` with `size` cases, members and a history of questions."""
    random = np.random.default_rng(size)
    made = material(encoder, folder, random)
    strewn = rare_words(random)
    for tables in (_members(made, encoder, random), _cases(made, encoder, size, random, strewn)):
        for rows in tables:
            _insert(store, rows)
    for rows in _history(encoder, size, random):
        _insert(store, rows)


def _insert(store: Store, tables: Mapping[type[SQLModel], Sequence[Row]]) -> None:
    def write(session: Any) -> None:
        for table, rows in tables.items():
            session.execute(insert(table), rows)

    store.write(write)


def _cases(
    made: Material,
    encoder: Encoder,
    size: int,
    random: Random,
    strewn: Callable[[int], list[str]],
) -> Iterator[dict[type[SQLModel], list[Row]]]:
    parts = _sentences(made.cases)
    for start in range(0, size, PART):
        tables: dict[type[SQLModel], list[Row]] = {
            table: [] for table in (CaseSource, CaseSnippet, Passage, Vector, LibraryChange)
        }
        numbers = range(start + 1, min(start + PART, size) + 1)
        vectors = made.draw_case(2 * len(numbers))
        picks = random.integers(len(made.cases), size=(len(numbers), 3))
        for at, (number, pick) in enumerate(zip(numbers, picks, strict=True)):
            base, second = made.cases[pick[0]], made.cases[pick[1]]
            head, _, _ = base.title.partition(":")
            _, _, tail = second.title.rpartition(":")
            title = f"{head}: {tail.strip()} ({strewn(1)[0]} {number})"
            text = _recombined(parts[base.language], random, strewn)
            _add_case(tables, number, base, title, text)
            for piece, vector in zip((title, text), vectors[2 * at : 2 * at + 2], strict=True):
                tables[Vector].append(_vector(encoder, piece, vector))
        yield tables


def recombined_cases(sample: Sequence[CaseDraft], count: int, random: Random) -> list[CaseDraft]:
    """So many new cases out of the sentences of a sample, no two alike."""
    parts, strewn = _sentences(sample), rare_words(random)
    bases = [sample[int(random.integers(len(sample)))] for _ in range(count)]
    return [
        replace(
            base,
            key=f"made-{number}",
            title=f"{base.title} ({strewn(1)[0]} {number})",
            text=_recombined(parts[base.language], random, strewn),
        )
        for number, base in enumerate(bases)
    ]


def _sentences(cases: Sequence[CaseDraft]) -> dict[str, list[list[str]]]:
    """The sentences of some cases as words, by language."""
    found: dict[str, list[list[str]]] = {}
    for case in cases:
        own = [part.split() for part in sentences(case.text, case.language)]
        found.setdefault(case.language, []).extend(own)
    return found


def _recombined(
    parts: Sequence[Sequence[str]], random: Random, strewn: Callable[[int], list[str]]
) -> str:
    """About WORDS words: sentences of one language in any order, with some words exchanged."""
    words: list[str] = []
    while len(words) < WORDS:
        words += parts[int(random.integers(len(parts)))]
    places = random.integers(len(words), size=int(RARE_SHARE * len(words)))
    for place, word in zip(places, strewn(len(places)), strict=True):
        words[place] = word
    return " ".join(words)


def _add_case(
    tables: Mapping[type[SQLModel], list[Row]], number: int, base: CaseDraft, title: str, text: str
) -> None:
    source = base.source
    tables[CaseSource].append(
        {
            "id": number,
            "title": source.title,
            "url": source.url,
            "licence": source.licence,
            "published": source.published,
            "language": source.language,
        }
    )
    tables[CaseSnippet].append(
        {
            "id": number,
            "key": f"bench-{number}",
            "source_id": number,
            "author_id": number if number <= MEMBERS_COUNT and number % 10 == 0 else None,
            "title": title,
            "text": text,
            "language": base.language,
            "community": base.community,
            "place": base.place,
            "country": base.country,
            "organisation": base.organisation,
            "topics": list(base.topics),
            "level": base.circumstances.level,
            "state": CaseState.PUBLISHED,
            "reason": "",
            "content_hash": text_hash(text),
            "sample": False,
            "added_at": NOW,
            "published_at": NOW,
            "reviewed_at": NOW,
            "updated_at": NOW,
        }
    )
    for kind, piece in ((PassageKind.TITLE, title), (PassageKind.BODY, text)):
        tables[Passage].append(_passage(kind, piece, base.language, case_id=number))
    tables[LibraryChange].append({"case_id": number, "member_id": None, "at": NOW})


def _passage(
    kind: PassageKind,
    text: str,
    language: str,
    *,
    case_id: int | None = None,
    member_id: int | None = None,
) -> Row:
    return {
        "kind": kind,
        "case_id": case_id,
        "member_id": member_id,
        "ordinal": 0,
        "text": text,
        "language": language,
        "text_hash": text_hash(text, short=kind in SHORT),
    }


def _vector(encoder: Encoder, text: str, vector: Vectors, *, short: bool = False) -> Row:
    return {
        "model_id": encoder.model_id,
        "text_hash": text_hash(text, short=short),
        "dimension": encoder.dimension,
        "data": vector.astype("<f4").tobytes(),
    }


def _members(
    made: Material, encoder: Encoder, random: Random
) -> Iterator[dict[type[SQLModel], list[Row]]]:
    strewn = rare_words(random)
    tables: dict[type[SQLModel], list[Row]] = {
        table: []
        for table in (Member, Account, Consent, Offer, Need, Passage, Vector, LibraryChange)
    }
    for number in range(1, MEMBERS_COUNT + 1):
        like_them = made.members[int(random.integers(len(made.members)))]
        language = like_them.languages[0] if like_them.languages else "en"
        offers = [f"{line} ({strewn(1)[0]} {number})" for line in like_them.offers]
        needs = [f"{line} ({strewn(1)[0]} {number})" for line in like_them.needs]
        tables[Member].append(_member(number, like_them))
        for purpose in Purpose:
            given = purpose is not Purpose.BE_NAMED or number % 2 == 0
            tables[Consent].append(_consent(number, purpose, given))
        texts = [(PassageKind.OFFER, line) for line in offers]
        texts += [(PassageKind.NEED, line) for line in needs]
        texts.append((PassageKind.PROFILE, f"{like_them.role}. {like_them.profile} ({number})"))
        for kind, table in ((PassageKind.OFFER, Offer), (PassageKind.NEED, Need)):
            tables[table] += [
                {"member_id": number, "text": text, "language": language, "created_at": NOW}
                for own, text in texts
                if own is kind
            ]
        for (kind, text), vector in zip(texts, made.draw_offer(len(texts)), strict=True):
            tables[Passage].append(_passage(kind, text, language, member_id=number))
            tables[Vector].append(_vector(encoder, text, vector, short=True))
        tables[LibraryChange].append({"case_id": None, "member_id": number, "at": NOW})
    platform, workspace, user = ASKER
    tables[Account].append(
        {
            "member_id": 1,
            "platform": platform,
            "workspace": workspace,
            "user_id": user,
            "name": "Asker",
            "locale": "en",
            "time_zone": "UTC",
            "language": None,
            "created_at": NOW,
        }
    )
    yield tables


def _member(number: int, like_them: MemberDraft) -> Row:
    return {
        "id": number,
        "key": f"bench-{number}",
        "name": f"Member {number}",
        "status": MemberStatus.ACTIVE,
        "community": Community.CITY if number == 1 else like_them.community,
        "role": like_them.role,
        "organisation": like_them.organisation,
        "place": like_them.place,
        "country": like_them.country,
        "languages": list(like_them.languages),
        "time_zone": like_them.time_zone,
        "hours_from": like_them.hours_from,
        "hours_until": like_them.hours_until,
        "profile": like_them.profile,
        "contact_line": "",
        "capacity": like_them.capacity,
        "steward": False,
        "invented": True,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _consent(number: int, purpose: Purpose, given: bool) -> Row:
    return {
        "member_id": number,
        "purpose": purpose,
        "given": given,
        "text_version": "bench",
        "at": NOW,
    }


def _history(
    encoder: Encoder, size: int, random: Random
) -> Iterator[dict[type[SQLModel], list[Row]]]:
    asked: list[Row] = []
    matches: list[Row] = []
    for number in range(1, HISTORY + 1):
        asker = int(random.integers(1, MEMBERS_COUNT + 1))
        asked.append(
            {
                "id": number,
                "asker_id": asker,
                "account_key": f"console:bench:{asker}",
                "text": "Who has shared data between departments?",
                "language": "en",
                "people_only": False,
                "visibility": Visibility.PRIVATE,
                "state": QuestionState.OPEN,
                "confidence": Confidence.RELATED,
                "score": 0.5,
                "asked_at": NOW - timedelta(days=365 * (HISTORY - number) / HISTORY),
            }
        )
        for rank in range(3):
            common = {
                "question_id": number,
                "rank": rank,
                "score": 0.5,
                "reasons": [],
                "model_id": encoder.model_id,
            }
            case = int(random.integers(1, size + 1))
            person = int(random.integers(1, MEMBERS_COUNT + 1))
            matches.append({**common, "case_id": case, "member_id": None})
            matches.append({**common, "case_id": None, "member_id": person})
    yield {Question: asked, Match: matches}
