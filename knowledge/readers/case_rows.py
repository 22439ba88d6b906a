"""Rows of a table, or sections of a document, made into case drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.cases.views import CaseDraft, SourceView
from knowledge.errors import UnreadableInput
from knowledge.readers import parsers
from knowledge.readers.cleaning import one_line
from knowledge.readers.dates import AmbiguousDate, year_in
from knowledge.readers.fields import Fields, Noticed, digest, unnoticed
from knowledge.readers.limits import Limits
from knowledge.readers.synonyms import word
from knowledge.text.languages import detect
from knowledge.text.sentences import sentences
from knowledge.vocabulary import Community, Topic

TITLE_CHARS = 300
_DERIVED_CHARS = 120


@dataclass(frozen=True, slots=True)
class CaseDefaults:
    """What holds for every case of a file that does not say otherwise itself.

    Written as in a file. Raises `UnreadableInput` with a sentence where a value is not possible.
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

    def __post_init__(self) -> None:
        trial = {"title": "A title", "text": "A text."} | self.given()
        case_draft(trial, file_name="options", defaults=None, limits=Limits(), noticed=_refuse)

    def given(self) -> dict[str, object]:
        """The values that are set, by name."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}


def _refuse(sentence: str) -> None:
    raise UnreadableInput(sentence)


def _topics(fields: Fields) -> tuple[str, ...]:
    found: list[str] = []
    for item in fields.items("topics", commas=True):
        topic = fields.check(item, lambda text: word(Topic, text, "topic").value, "")
        found += [topic] if topic else []
    for item in fields.items("tags", commas=True):
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
        published=_published(fields),
        language=fields.take("source_language", parsers.language, language),
    )


def _published(fields: Fields) -> str:
    """The date, or the year alone where nothing more of it is sure."""
    said = fields.text("published")
    try:
        return parsers.published(said) if said else ""
    except AmbiguousDate as unsure:
        fields.noticed(f"{unsure} The year {unsure.year} is taken.")
        return unsure.year
    except UnreadableInput as wrong:
        year = year_in(said)
        fields.noticed(f"{wrong} {f'The year {year} is taken.' if year else 'It is left out.'}")
        return year


def case_draft(
    values: Mapping[str, object],
    *,
    file_name: str,
    defaults: CaseDefaults | None,
    limits: Limits,
    noticed: Noticed = unnoticed,
) -> CaseDraft:
    """Return the draft that a row describes, its values under our names.

    A value that cannot be read is left out, and `noticed` hears why. Raises `UnreadableInput`
    where there is neither title nor text, or the text is too long.
    """
    fallback = defaults.given() if defaults else {}
    fields = Fields({**fallback, **values}, noticed)
    text = parsers.long("text", limits.text_chars)(fields.text("text"))
    title = fields.take("title", parsers.short("title", TITLE_CHARS), "")
    if not text and not title:
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
        topics=_topics(fields),
        circumstances=fields.circumstances(),
    )
    if draft.key:
        return draft
    return replace(draft, key=digest(source.url, draft.title, draft.text))
