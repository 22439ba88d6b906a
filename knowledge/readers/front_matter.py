"""What stands at the head of a Markdown file about the page: YAML, TOML or JSON.

YAML between lines of `---` (Jekyll and most others), TOML between lines of `+++` and a JSON object
(Hugo), `Title: ...` lines without marks (MultiMarkdown, Pelican), and `% Title` (Pandoc).
"""

import json
import tomllib
from datetime import date, datetime, time

import regex
import yaml

from knowledge.readers.columns import CASES, header
from knowledge.readers.limits import Refused

_FENCED = regex.compile(
    r"\s*(?P<mark>---|\+\+\+)[^\S\n]*(?P<kind>\w*)[^\S\n]*\n(?P<block>(?:.*?\n)??)"
    r"(?:(?P=mark)|\.\.\.)[^\S\n]*(?:\n|$)",
    regex.DOTALL,
)
_MOST = 64_000
# A value that YAML takes for something else: `title: Leeds: one agreement`, `title: [draft] x`.
_PLAIN_LINE = regex.compile(r"(\s*(?:- )?[\p{L}_][\p{L}\p{N}_ -]*?):[ \t]+(\S.*?)[ \t]*")
_META_LINE = regex.compile(r"([A-Za-z][\w -]{0,40}):[ \t]*(.*)")
_NAMES_A_PAGE = frozenset({"title", "titulo", "titre"})


class _PlainLoader(yaml.BaseLoader):
    """Reads every scalar as text, so that `NO` stays Norway, and refuses aliases.

    An alias may stand for a whole tree, and aliases of aliases for more than any memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def split(text: str) -> tuple[dict[str, object], str]:
    """Return the values of the front matter, by header name, and the text below it.

    Raises `Refused` where a block is there and cannot be read, with its line and what would help.
    """
    found = _FENCED.match(text)
    if found is not None:
        block, first = found["block"], 1 + text[: found.start("block")].count("\n")
        if len(block) > _MOST:
            raise Refused(f"The front matter is longer than {_MOST:,} characters.", 1)
        read = _toml if found["mark"] == "+++" or found["kind"] == "toml" else _yaml
        values = read(block, first)
        # Without a single name the marks are rules between paragraphs.
        return (_named(values), text[found.end() :]) if values is not None else ({}, text)
    for unfenced in (_json, _titled, _meta):
        values, rest = unfenced(text)
        if values:
            return _named(values), rest
    return {}, text


def _named(values: dict[str, object]) -> dict[str, object]:
    return {header(name): _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    """Dates of TOML as text; nested tables are no values of a page's head."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if isinstance(value, dict) else value


def _yaml(block: str, first: int) -> dict[str, object] | None:
    try:
        values = _loaded(block)
    except (yaml.YAMLError, RecursionError, ValueError):
        # Where there are anchors, a star is an alias and no text that needs marks.
        whole = regex.search(r"[:-][ \t]+&\w", block) is not None
        quoted = block if whole else "\n".join(map(_quoted, block.split("\n")))
        try:
            values = _loaded(quoted)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = first + mark.line if isinstance(mark, yaml.Mark) else first
            raise Refused(
                "The front matter between the --- lines is not valid YAML. A value with a colon, a"
                " bracket or a mark at its beginning stands in quotation marks:"
                ' title: "Leeds: one agreement".',
                line,
            ) from error
    if values is None or values == "":
        return {}
    if not isinstance(values, dict):
        return None
    return {str(name): value for name, value in values.items()}


def _loaded(block: str) -> object:
    return yaml.load(block, Loader=_PlainLoader)  # noqa: S506 (text only, see above)


def _quoted(line: str) -> str:
    """A line whose value can only be text, in quotation marks; any other as it is."""
    found = _PLAIN_LINE.fullmatch(line)
    if found is None or found[2][0] in "\"'|>" or regex.fullmatch(r"\[.*\]|\{.*\}", found[2]):
        return line
    return f"{found[1]}: {json.dumps(found[2], ensure_ascii=False)}"


def _toml(block: str, first: int) -> dict[str, object]:
    try:
        values: dict[str, object] = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = regex.search(r"line (\d+)", str(error))
        raise Refused(
            "The front matter between the +++ lines is not valid TOML; texts stand in quotation"
            ' marks: title = "A shared register". Or use YAML between lines of ---.',
            first + (int(place[1]) - 1 if place else 0),
        ) from error
    for table in ("taxonomies", "extra", "params"):  # where Hugo and Zola keep the page's own
        inner = values.get(table)
        if isinstance(inner, dict):
            values = {**inner, **values}
    return values


def _json(text: str) -> tuple[dict[str, object], str]:
    if not regex.match(r"\s*\{\s*\"", text):
        return {}, text
    start = text.index("{")
    try:
        values, end = json.JSONDecoder().raw_decode(text[:_MOST], start)
    except (ValueError, RecursionError):
        return {}, text
    return values if isinstance(values, dict) else {}, text[end:]


def _titled(text: str) -> tuple[dict[str, object], str]:
    """Pandoc's `% Title`, `% Author`, `% Date`."""
    found = regex.match(r"% *(.+)\n(?:%.*\n)?(?:% *(.*)\n)?", text)
    if found is None:
        return {}, text
    return {"title": found[1].strip(), "date": (found[2] or "").strip()}, text[found.end() :]


def _meta(text: str) -> tuple[dict[str, object], str]:
    """Lines of `Name: value` up to the first blank line, if one of them is the title."""
    head, blank, rest = text.lstrip("\n").partition("\n\n")
    lines = head.split("\n")
    found = [_META_LINE.fullmatch(line.rstrip()) for line in lines]
    if not blank or not all(found) or len(head) > _MOST:
        return {}, text
    values: dict[str, object] = {match[1]: match[2].strip() for match in found if match}
    names = {header(name) for name in values}
    known = sum(bool(CASES.known(name)) for name in values)
    if len(values) < 2 or names.isdisjoint(_NAMES_A_PAGE) or 2 * known < len(values):
        return {}, text
    return values, rest
