"""Rows of a table, or sections of a document, made into case drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.cases.views import CaseDraft, SourceView
from knowledge.errors import UnreadableInput
from knowledge.readers import parsers
from knowledge.readers.cleaning import one_line
from knowledge.readers.columns import CASE_COLUMNS, columns
from knowledge.readers.fields import Fields, digest, named
from knowledge.readers.limits import Limits
from knowledge.readers.synonyms import word
from knowledge.text.languages import detect
from knowledge.text.sentences import sentences
from knowledge.vocabulary import Community, Topic

_KNOWN = columns(CASE_COLUMNS)
NEEDED = {word: name for word, name in _KNOWN.items() if name in ("title", "text")}
# A list of people in a folder of cases must not put their names into the review queue.
_PERSONAL = frozenset({"offers", "needs", "consents", "contact_line", "email", "time_zone", "role"})
_CASELIKE = frozenset({"title", "text", "source_url", "topics"})
TITLE_CHARS = 300
_DERIVED_CHARS = 120


@dataclass(frozen=True, slots=True)
class CaseDefaults:
    """What holds for every case of a file that does not say otherwise itself.

    Written as in a file. `drop_unknown_topics` lets a row in without the topics that are not ours.
    Raises `UnreadableInput` with a sentence where a value is not possible.
    """

    source_title: str = ""
    source_url: str = ""
    source_language: str = ""
    licence: str = ""
    published: str = ""
    language: str = ""
    community: str = ""
    level: str = ""
    place: str = ""
    country: str = ""
    organisation: str = ""
    topics: tuple[str, ...] = ()
    drop_unknown_topics: bool = False

    def __post_init__(self) -> None:
        trial = {"title": "A title", "text": "A text."} | self.given()
        case_draft(trial, file_name="options", defaults=None, limits=Limits())

    def given(self) -> dict[str, object]:
        """The values that are set, by name."""
        names = (name for name in self.__slots__ if name != "drop_unknown_topics")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def _topics(fields: Fields, *, drop: bool) -> tuple[str, ...]:
    found: list[str] = []
    for item in parsers.listed(fields.values.get("topics"), commas=True):
        try:
            found.append(word(Topic, item, "topic").value)
        except UnreadableInput as wrong:
            if not drop:
                fields.faults.append(str(wrong))
    for item in parsers.listed(fields.values.get("tags"), commas=True):
        try:  # tags are the author's own words: those that are topics of ours are taken
            found.append(word(Topic, item, "topic").value)
        except UnreadableInput:
            continue
    return tuple(dict.fromkeys(found))


def derived_title(text: str, language: str) -> str:
    """Return the first sentence of `text`, cut at a word where it is longer than a heading."""
    first = one_line(next(iter(sentences(text[:2_000], language)), ""))
    if len(first) <= _DERIVED_CHARS:
        return first.rstrip(" .")
    kept = first[:_DERIVED_CHARS]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:.") + " …"


def _source(fields: Fields, language: str, title: str, file_name: str) -> SourceView:
    """Where a case comes from; a page without a title of its own goes by the case's title."""
    url = fields.take("source_url", parsers.web_address, "")
    name = title if url and title else file_name
    return SourceView(
        title=fields.take("source_title", parsers.short("source's title", TITLE_CHARS), "") or name,
        url=url,
        licence=fields.take("licence", parsers.short("licence", 300), ""),
        published=fields.take("published", parsers.published, ""),
        language=fields.take("source_language", parsers.language, language),
    )


def case_draft(
    values: Mapping[str, object], *, file_name: str, defaults: CaseDefaults | None, limits: Limits
) -> CaseDraft:
    """Return the draft that a row describes, its columns named as people name them.

    Raises `UnreadableInput` with one sentence for each thing that is wrong.
    """
    if _PERSONAL.intersection(values) and not _CASELIKE.intersection(values):
        raise UnreadableInput(
            "This row describes a person, not a case. Bring people in with: "
            "crosswalk members import FILE."
        )
    fallback = defaults.given() if defaults else {}
    fields = Fields(fallback | named(values, _KNOWN))
    text = fields.take("text", parsers.long("text", limits.text_chars), "")
    title = fields.take("title", parsers.short("title", TITLE_CHARS), "")
    if not text and not title and not fields.faults:
        raise UnreadableInput("There is neither a title nor a text.")
    language = fields.take("language", parsers.language, "") or detect(text or title)
    source = _source(fields, language, title, file_name)
    draft = CaseDraft(
        key=fields.take("key", parsers.short("key", 200), ""),
        title=title or derived_title(text, language),
        text=text or title,
        source=source,
        language=language,
        community=fields.take("community", lambda name: word(Community, name, "community"), None),
        place=fields.take("place", parsers.short("place", 200), ""),
        country=fields.take("country", parsers.country, ""),
        organisation=fields.take("organisation", parsers.short("organisation", 300), ""),
        topics=_topics(fields, drop=defaults is not None and defaults.drop_unknown_topics),
        circumstances=fields.circumstances(),
    )
    if fields.faults:
        raise UnreadableInput(" ".join(fields.faults))
    if draft.key:
        return draft
    return replace(draft, key=digest(source.url, draft.title, draft.text))
