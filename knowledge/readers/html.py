"""HTML: the readable text of a page, and what the page says about itself."""

import json
import logging
from codecs import lookup
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.dates import published
from knowledge.readers.decoding import encoding_of
from knowledge.readers.limits import Limits, Refused, check_size
from knowledge.readers.people import DescribesPerson
from knowledge.readers.stated import stated_title, without_title
from knowledge.readers.tabular import Remark, Row

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TOP = 65_536
_CHARSET = regex.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})")
_PARAGRAPH = regex.compile(r"\n(?!- |\|)")
_FRAME = frozenset(
    {"nav", "footer", "aside", "form", "noscript", "template", "script", "style", "button"}
    | {"select"}
)
_FRAME_ROLES = frozenset(
    {"navigation", "contentinfo", "banner", "search", "complementary", "dialog"}
)
_FRAME_NAMES = frozenset({"comments", "disqus_thread"})
_LONG = 12
"""Words of a paragraph that tells something; shorter ones are labels and buttons."""
_WORDS_OF_A_TEXT = 4
"""Words of what stands in no paragraph, from which on it is no label such as "Read more"."""
_LOST, _LOST_OF_STORY = 0.15, 0.05
"""Share of the words that may go before a page is taken whole; less where it names its story."""
_PUBLISHED = (
    *("article:published_time", "og:published_time", "og:article:published_time", "datepublished"),
    *("date", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued", "dcterms.created"),
    *("citation_publication_date", "citation_date", "pubdate", "publishdate", "publish_date"),
    *("publication_date", "sailthru.date", "parsely-pub-date", "article.published"),
)
_DATED = regex.compile(r"(?i)(?:^|[\s_-])(?:date|published|pubdate|posted-on|fecha)(?:$|[\s_-])")
_SAID_BEFORE = regex.compile(r"(?i)^(?:published|posted|publicado|publié)(?: on| el| le)?:?\s*")
_IN_ADDRESS = regex.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(?:(\d{1,2})/)?")
_BLOCKS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "blockquote", "pre", "figcaption"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "br", "code", "em", "i", "img", "mark", "small", "span", "strong", "sub"}
    | {"sup", "u", "time", "cite"}
)
_TELLING = frozenset({"p", "li", "dd", "blockquote", "tr"})


def html_rows(path: Path, limits: Limits) -> list[Row | Remark]:
    """Return the page as one row.

    Raises `Refused` for a page without readable text, `DescribesPerson` for a profile.
    """
    check_size(path, limits.markup_bytes)
    page = _decoded(path)
    if not page.strip():
        raise Refused("The page has no readable text.")
    # Loaded here, for it takes a third of a second that other files need not wait for.
    from lxml.html import document_fromstring
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    for noisy in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(noisy).addHandler(logging.NullHandler())
        logging.getLogger(noisy).propagate = False
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    values = found.as_dict() if isinstance(found, Document) else {}
    # One line per paragraph comes out; a blank line keeps headings apart from what follows.
    text = clean(_PARAGRAPH.sub("\n\n", values.get("text") or ""))
    tree = None
    with suppress(ValueError, AssertionError):
        tree = document_fromstring(regex.sub(r"^\s*<\?xml[^>]*\?>", "", page))
    remarks: list[Row | Remark] = []
    dated = ""
    if tree is not None:
        _check_no_profile(tree)
        text, remark = _completed(tree, text)
        remarks = [remark] if remark else []
        dated = _date(tree, values.get("url") or "")
    if not text:
        raise Refused("The page has no readable text.")
    title = stated_title(values.get("title") or "")
    stated = {
        "title": title[:300],
        "source_title": title[:300],
        "text": without_title(text, title),
        "source_url": values.get("url") or "",
        "published": dated,
        "licence": one_line(values.get("license") or "")[:300],
        "organisation": one_line(values.get("sitename") or "")[:300],
    }
    return [Row(None, {name: value for name, value in stated.items() if value}), *remarks]


def _completed(tree: "HtmlElement", text: str) -> tuple[str, Remark | None]:
    """The text, or the whole story where the extraction lost a good part of it."""
    story = _story(tree)
    blocks = list(_blocks(story))
    loose = story.tag == "body"  # a page that does not say which part of it is the story
    told = [
        said
        for tag, said in blocks
        if len(said.split()) >= (_LONG if loose else _WORDS_OF_A_TEXT)
        and (tag in _TELLING or not loose)
    ]
    kept = _letters(text)
    total = sum(len(said.split()) for said in told)
    lost = sum(len(said.split()) for said in told if _letters(said)[:200] not in kept)
    whole = clean("\n\n".join(f"- {said}" if tag == "li" else said for tag, said in blocks))
    if lost > (_LOST if loose else _LOST_OF_STORY) * max(1, total) and len(whole) > len(text):
        return whole, None
    # A last resort of the extraction gives all words as one paragraph, headings among them.
    if not loose and 2 * (text.count("\n") + 1) < whole.count("\n\n"):
        return whole, None
    if lost:
        return text, Remark(None, f"{lost:,} of {total:,} words of the page are left out.")
    return text, None


def _story(tree: "HtmlElement") -> "HtmlElement":
    """The part of the page that is no frame: main, else the only article, else the body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = tree.xpath(path)
        if len(found) == 1 and len(found[0].text_content().split()) >= _LONG:
            return found[0]
    bodies = tree.xpath("//body")
    return bodies[0] if bodies else tree


def _blocks(story: "HtmlElement") -> Iterator[tuple[str, str]]:
    """The kind and the words of each paragraph, heading, item and row of a story, in its order."""
    holders = ((_holder(node, story), str(node)) for node in story.xpath(".//text()"))
    told = ((holder, said) for holder, said in holders if holder is not None)
    for holder, group in groupby(told, key=lambda pair: pair[0]):
        parts = [said for _, said in group]
        row = holder.tag == "tr"
        said = one_line(
            " | ".join(part for part in parts if part.strip()) if row else "".join(parts)
        )
        label = holder.tag not in _BLOCKS and not row and len(said.split()) < _WORDS_OF_A_TEXT
        if said and not label:
            yield str(holder.tag), said


def _holder(node: "HtmlElement", story: "HtmlElement") -> "HtmlElement | None":
    """The block whose words a text is; None for the frame of the page."""
    parent = node.getparent()
    inside = parent.getparent() if node.is_tail else parent
    around = [inside]
    for element in inside.iterancestors():
        if around[-1] is story:
            break
        around.append(element)
    if any(_is_frame(element) for element in around if element is not story):
        return None
    row = next((element for element in around if element.tag == "tr"), None)
    block = next((element for element in around if element.tag in _BLOCKS), None)
    inline = next((element for element in around if element.tag not in _INLINE), inside)
    return next(each for each in (row, block, inline) if each is not None)


def _is_frame(element: "HtmlElement") -> bool:
    return (
        element.tag in _FRAME
        or element.get("role") in _FRAME_ROLES
        or element.get("id") in _FRAME_NAMES
        or (element.tag == "header" and element.getparent().tag == "body")
    )


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]+", "", text.casefold())


def _check_no_profile(tree: "HtmlElement") -> None:
    """Raise `DescribesPerson` for a page that says of itself that it is somebody's profile."""
    kinds = [str(kind).casefold() for kind in tree.xpath("//meta[@property='og:type']/@content")]
    if "profile" in kinds or any(kind == "ProfilePage" for kind in _kinds(tree)):
        raise DescribesPerson


def _kinds(tree: "HtmlElement") -> Iterator[str]:
    for entry in _linked_data(tree):
        kind = entry.get("@type")
        yield from (str(each) for each in (kind if isinstance(kind, list) else [kind]))


def _linked_data(tree: "HtmlElement") -> Iterator[dict[str, object]]:
    """The objects of the page's JSON-LD, those of its graph too."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(script)
        except (ValueError, RecursionError):
            continue
        for entry in data if isinstance(data, list) else [data]:
            if isinstance(entry, dict):
                yield entry
                graph = entry.get("@graph")
                inner = graph if isinstance(graph, list) else []
                yield from (each for each in inner if isinstance(each, dict))


def _date(tree: "HtmlElement", address: str) -> str:
    """When the page says that it appeared; never a date that stands in its text or its links."""
    return next((found for said in _dates(tree, address) if (found := _readable(said))), "")


def _dates(tree: "HtmlElement", address: str) -> Iterator[str]:
    """What may be the date, the surest first."""
    named = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold(): meta
        for meta in reversed(tree.xpath("//meta[@content]"))
    }
    yield from (str(named[name].get("content")) for name in _PUBLISHED if name in named)
    for entry in _linked_data(tree):
        yield from (str(entry.get(name) or "") for name in ("datePublished", "dateCreated"))
    yield from _shown_dates(tree)
    if found := _IN_ADDRESS.search(address):
        yield "-".join(part for part in found.groups() if part)


def _shown_dates(tree: "HtmlElement") -> Iterator[str]:
    """Dates that readers see and that are marked as the page's; not those of what it lists."""
    story = (
        "not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::li"
        " or ancestor::blockquote)"
    )
    marked = tree.xpath(f"//*[@itemprop='datePublished' or @pubdate][{story}]")
    for stamp in (*marked, *tree.xpath(f"//time[{story}]")[:1]):
        yield str(stamp.get("datetime") or stamp.get("content") or stamp.text_content())
    for block in tree.xpath(f"//*[@class][{story}]"):
        said = one_line(block.text_content()) if _DATED.search(block.get("class")) else ""
        if 0 < len(said) <= 60:
            yield _SAID_BEFORE.sub("", said)


def _readable(said: str) -> str:
    try:
        return published(said)
    except UnreadableInput:
        return ""


def _decoded(path: Path) -> str:
    """The page's characters: what the page states, if that works, else what the bytes say."""
    content = path.read_bytes()
    stated = _CHARSET.search(content[:_TOP])
    if stated:
        with suppress(LookupError, UnicodeError):
            name = lookup(stated.group(1).decode("ascii")).name
            # Browsers read Latin-1 as cp1252, whose quotation marks Latin-1 lacks.
            return content.decode("cp1252" if name == "iso8859-1" else name).replace("\x00", "")
    return content.decode(encoding_of(path), "replace").replace("\x00", "")
