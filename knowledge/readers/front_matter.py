"""The YAML block at the head of a Markdown file."""

import regex
import yaml

from knowledge.readers.columns import header
from knowledge.readers.limits import Refused

_BLOCK = regex.compile(r"\s*---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)", regex.DOTALL)
_MOST = 64_000


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

    Raises `Refused` where a block is there and is not YAML with names and values.
    """
    found = _BLOCK.match(text)
    if found is None:
        return {}, text
    if len(found.group(1)) > _MOST:
        raise Refused(f"The front matter is longer than {_MOST:,} characters.", 1)
    try:
        values = yaml.load(found.group(1), Loader=_PlainLoader)  # noqa: S506 (text only, see above)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused("The front matter between the --- lines is not valid YAML.", 1) from error
    if values is None or values == "":
        return {}, text[found.end() :]
    if not isinstance(values, dict):
        raise Refused("The front matter between the --- lines names no values.", 1)
    return {header(name): value for name, value in values.items()}, text[found.end() :]
