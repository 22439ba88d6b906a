"""Discord's components as HTML, as wide and as tall as its desktop shows them."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

Json = Mapping[str, Any]

STYLE = """
body { margin: 0; background: #313338; font: 16px/1.375 "Noto Sans", sans-serif; color: #dbdee1 }
.message { padding: 8px 20px 12px 72px; width: 600px; position: relative }
.message::before { content: "C"; position: absolute; left: 16px; top: 10px; width: 40px;
  height: 40px; border-radius: 50%; background: #134a58; color: #fff; text-align: center;
  font: bold 18px/40px sans-serif }
.who { font-weight: 600; color: #f2f3f5 } .who small { background: #5865f2; font-size: 10px;
  padding: 1px 4px; border-radius: 3px; margin-left: 4px }
h2 { font-size: 20px; margin: 6px 0 2px; color: #f2f3f5; line-height: 1.3 }
h3 { font-size: 16px; margin: 6px 0 2px; color: #f2f3f5 }
.box { border: 1px solid #3f4147; background: #2b2d31; border-radius: 8px; padding: 10px 14px;
  margin: 6px 0 }
.section { display: flex; gap: 12px; align-items: flex-start } .section > div { flex: 1 }
.small { font-size: 12.5px; color: #949ba4 }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 0 }
.button, .select { border-radius: 8px; padding: 0 14px; height: 32px; line-height: 32px;
  font-size: 14px; font-weight: 500; background: #4e5058; color: #fff; white-space: nowrap;
  flex: none }
.primary { background: #5865f2 } .danger { background: #da373c }
.select { background: #1e1f22; min-width: 300px } .select::after { content: " \\25be" }
.file { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px; padding: 10px;
  margin: 6px 0; width: 320px }
a { color: #00a8fc; text-decoration: none }
blockquote { border-left: 4px solid #4e5058; margin: 0; padding-left: 10px }
.label { font-weight: 600; font-size: 14px; margin-top: 12px }
.input { background: #1e1f22; border-radius: 4px; min-height: 22px; padding: 8px }
.tall { min-height: 66px } .choice small { display: block; margin-left: 22px; color: #949ba4 }
"""
STYLES = {1: "primary", 4: "danger"}
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(&lt;.*?&gt;\)")
_RULES = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<!\\)\*(?=\S)(.+?)(?<=\S)\*"), r"<i>\1</i>"),
    (re.compile(r"&lt;t:(\d+):F&gt;"), "Tuesday, 8 December 2026 10:00"),
    (re.compile(r"&lt;(https?://[^\s]*?)&gt;"), r"<a>\1</a>"),
    (re.compile(r"\\([^A-Za-z0-9\s])"), r"\1"),
)


def message(parts: Sequence[Json]) -> str:
    """A message under the bot's name."""
    who = '<div class="who">Crosswalk<small>APP</small></div>'
    return f'<div class="message">{who}{"".join(map(_part, parts))}</div>'


def modal(window: Json) -> str:
    """A window with its title and its fields."""
    inner = "".join(map(_field, window["components"]))
    ends = '<div class="row"><span class="button primary">Submit</span></div>'
    title = f"<h2>{escape(window['title'])}</h2>"
    return f'<div style="width:440px;padding:16px">{title}{inner}{ends}</div>'


def _part(part: Json) -> str:
    return PARTS[part["type"]](part)


def _inner(part: Json) -> str:
    return "".join(map(_part, part["components"]))


def _button(part: Json) -> str:
    style = STYLES.get(part["style"], "")
    return f'<span class="button {style}">{escape(part["label"])}</span>'


def _section(part: Json) -> str:
    return f'<div class="section"><div>{_inner(part)}</div>{_part(part["accessory"])}</div>'


def _gallery(part: Json) -> str:
    words = "".join(escape(item["description"]) for item in part["items"])
    return f'<div class="file">{words}</div>'


def _file(part: Json) -> str:
    return f'<div class="file">{escape(part["file"]["url"].split("//")[1])}</div>'


PARTS: Mapping[int, Callable[[Json], str]] = {
    1: lambda part: f'<div class="row">{_inner(part)}</div>',
    2: _button,
    3: lambda part: f'<span class="select">{escape(part["placeholder"])}</span>',
    9: _section,
    10: lambda part: "".join(map(_line, part["content"].split("\n"))),
    12: _gallery,
    13: _file,
    17: lambda part: f'<div class="box">{_inner(part)}</div>',
}


def _field(row: Json) -> str:
    if row["type"] == 10:
        return _part(row)
    part = row["component"]
    said = row.get("description") or ""
    label = (
        f'<div class="label">{escape(row["label"])}</div><div class="small">{escape(said)}</div>'
    )
    if part["type"] in (21, 22):
        return label + "".join(_choice(one) for one in part["options"])
    if part["type"] == 4:
        tall = " tall" if part["style"] == 2 else ""
        return f'{label}<div class="input{tall}">{escape(part.get("value") or "")}</div>'
    chosen = [one["label"] for one in part["options"] if one.get("default")]
    return f'{label}<div class="input">{escape(", ".join(chosen)) or "&nbsp;"}</div>'


def _choice(option: Json) -> str:
    said = option.get("description") or ""
    meaning = f"<small>{escape(said)}</small>" if said else ""
    sign = "☑" if option.get("default") else "☐"
    return f'<div class="choice">{sign} {escape(option["label"])}{meaning}</div>'


def _line(line: str) -> str:
    for sign, tag in (("### ", "h3"), ("## ", "h2")):
        if line.startswith(sign):
            return f"<{tag}>{_inline(line.removeprefix(sign))}</{tag}>"
    if line.startswith("-# "):
        return f'<div class="small">{_inline(line[3:])}</div>'
    if line.startswith("> "):
        return f"<blockquote>{_inline(line[2:])}</blockquote>"
    if line.lstrip().startswith("- "):
        return f"<div>&nbsp;• {_inline(line.lstrip()[2:])}</div>"
    return f"<div>{_inline(line) or '&nbsp;'}</div>"


def _inline(line: str) -> str:
    drawn = _LINK.sub(r"<a>\1</a>", escape(line, quote=False))
    for pattern, shown in _RULES:
        drawn = pattern.sub(shown, drawn)
    return drawn
