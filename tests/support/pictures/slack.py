"""Block Kit as HTML, as wide and as tall as Slack's desktop shows it."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

Json = Mapping[str, Any]

STYLE = """
body { margin: 0; background: #fff; font: 15px/1.466 "Noto Sans", Lato, sans-serif; color: #1d1c1d }
.message { padding: 8px 20px 12px 60px; width: 600px; position: relative }
.message::before { content: "C"; position: absolute; left: 16px; top: 12px; width: 36px;
  height: 36px; border-radius: 8px; background: #134a58; color: #fff; text-align: center;
  font: bold 18px/36px sans-serif }
.who { font-weight: 900 } .who small { background: #ddd; font-size: 10px; padding: 1px 3px;
  border-radius: 2px; margin-left: 4px; font-weight: 700 }
h3 { font-size: 18px; margin: 8px 0 4px; line-height: 1.3 }
.section { display: flex; gap: 16px; margin: 4px 0 8px; align-items: flex-start }
.section > .words { flex: 1; overflow-wrap: anywhere }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; margin: 4px 0 8px }
.context { font-size: 13px; color: #616061; margin: 2px 0 8px }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0 }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.button, .select { border: 1px solid #bbb; border-radius: 4px; padding: 0 12px; height: 34px;
  line-height: 34px; font-weight: 700; font-size: 14px; white-space: nowrap; background: #fff }
.primary { background: #007a5a; color: #fff; border-color: #007a5a } .danger { color: #e01e5a }
.select { font-weight: 400 } .select::after { content: " \\25be" }
a { color: #1264a3; text-decoration: none }
blockquote { border-left: 4px solid #ddd; margin: 0; padding-left: 12px }
.label { font-weight: 700; margin-top: 12px } .hint { font-size: 12px; color: #616061 }
.box { border: 1px solid #bbb; border-radius: 4px; min-height: 22px; padding: 8px }
.tall { min-height: 66px } .choice small { display: block; color: #616061; margin-left: 22px }
"""
_TOKEN = re.compile(r"<([^<>]*)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)")
_ITALIC = re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)")


def message(blocks: Sequence[Json]) -> str:
    """A message under the bot's name."""
    who = '<div class="who">Crosswalk<small>APP</small></div>'
    return f'<div class="message">{who}{page(blocks)}</div>'


def modal(view: Json) -> str:
    """A window with its title and its buttons."""
    ends = "".join(
        f'<span class="button {style}">{escape(view[name]["text"])}</span>'
        for name, style in (("close", ""), ("submit", "primary"))
        if view.get(name)
    )
    title = escape(view["title"]["text"])
    inner = f"<h3>{title}</h3><hr>{page(view['blocks'])}<hr>"
    return f'<div style="width:520px;padding:16px">{inner}<div class="actions">{ends}</div></div>'


def page(blocks: Sequence[Json]) -> str:
    """Blocks one below the other."""
    return "".join(_block(block) for block in blocks)


def _block(block: Json) -> str:
    return BLOCKS[block["type"]](block)


def _context(block: Json) -> str:
    return f'<div class="context">{" ".join(map(_words, block["elements"]))}</div>'


def _actions(block: Json) -> str:
    return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'


def _section(block: Json) -> str:
    fields = "".join(f"<div>{_words(one)}</div>" for one in block.get("fields", ()))
    drawn = f'<div class="fields">{fields}</div>' if fields else ""
    if "text" in block:
        beside = _element(block["accessory"]) if "accessory" in block else ""
        words = f'<div class="words">{_words(block["text"])}</div>'
        drawn = f'<div class="section">{words}{beside}</div>{drawn}'
    return drawn


def _element(element: Json) -> str:
    if element["type"] == "button":
        return f'<span class="button {element.get("style", "")}">{_words(element["text"])}</span>'
    chosen = element.get("initial_option", {}).get("text") or element.get("placeholder")
    return f'<span class="select">{_words(chosen or {"text": ""})}</span>'


def _input(block: Json) -> str:
    element = block["element"]
    hint = f'<div class="hint">{escape(block["hint"]["text"])}</div>' if "hint" in block else ""
    optional = ' <span class="hint">(optional)</span>' if block.get("optional") else ""
    label = f'<div class="label">{escape(block["label"]["text"])}{optional}</div>'
    if element["type"] in ("checkboxes", "radio_buttons"):
        return label + "".join(_choice(one, element) for one in element["options"]) + hint
    if element["type"] == "plain_text_input":
        tall = " tall" if element.get("multiline") else ""
        value = escape(element.get("initial_value", ""))
        return f'{label}<div class="box{tall}">{value}</div>{hint}'
    return f"{label}{_element(element)}{hint}"


def _choice(option: Json, element: Json) -> str:
    kept = [*element.get("initial_options", ()), element.get("initial_option")]
    signs = "☑☐" if element["type"] == "checkboxes" else "◉○"
    said = option.get("description", {}).get("text", "")
    meaning = f"<small>{escape(said)}</small>" if said else ""
    sign = signs[0] if option in kept else signs[1]
    return f'<div class="choice">{sign} {escape(option["text"]["text"])}{meaning}</div>'


def _words(text: Json) -> str:
    if text.get("type") != "mrkdwn":
        return escape(str(text["text"]))
    lines = [_line(line) for line in str(text["text"]).split("\n")]
    return "<br>".join(lines).replace("</blockquote><br>", "</blockquote>")


def _line(line: str) -> str:
    if line.startswith(">"):
        return f"<blockquote>{_line(line[1:].lstrip())}</blockquote>"
    links: list[str] = []

    def keep(found: re.Match[str]) -> str:
        address, _, label = found.group(1).partition("|")
        drawn = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", label or address))
        links.append(drawn if address.startswith("!") else f"<a>{drawn}</a>")
        return f"\0{len(links) - 1}\0"

    line = _TOKEN.sub(keep, line).replace("\u200b", "")
    line = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", line))
    return re.sub(r"\0(\d+)\0", lambda found: links[int(found.group(1))], line)


BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "header": lambda block: f"<h3>{escape(block['text']['text'])}</h3>",
    "divider": lambda block: "<hr>",
    "context": _context,
    "actions": _actions,
    "section": _section,
    "image": lambda block: f'<div class="box tall">{escape(block["alt_text"])}</div>',
    "input": _input,
}
