"""The documents say what the program has: verbs, commands, settings, columns, files, links."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.core.commands import KEYS, Command, Who
from bot.settings import declared
from knowledge.members.tables import Member
from knowledge.readers.columns import CASE_COLUMNS, MEMBER_COLUMNS
from knowledge.readers.ingest import read_cases, read_members
from knowledge.readers.problems import Problem
from knowledge.vocabulary import CaseState, Community, Level, MemberStatus, Purpose, Topic
from tests.support.grammar import COMMANDS, GRAMMAR, parse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    [
        *DOCS.glob("*.md"),
        *(ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    ]
)
FENCE = re.compile(r"^```.*?^```[^\n]*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^)\s]+)\)")
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def read(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def code_of(text: str) -> list[str]:
    """Lines of fenced blocks, and code spans of the rest."""
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return blocks + SPAN.findall(FENCE.sub("", text))


def commands() -> dict[str, set[str]]:
    """`cases import` and so on, with their options."""
    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, object]] = [("", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        below: dict[str, object] = getattr(command, "commands", {})
        waiting += [(f"{name} {word}".strip(), each) for word, each in below.items()]
        if not below:
            options = [option for each in getattr(command, "params", ()) for option in each.opts]
            found[name] = {option for option in options if option.startswith("--")}
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_explained_to_those_who_may_use_it(command: Command) -> None:
    name = "docs/stewards.md" if command.who is Who.STEWARD else "docs/members.md"
    row = re.search(rf"^\| `{command.name}` \| (.+) \| .+ \|$", read(name), re.MULTILINE)
    assert row, f"{name} needs a row for {command.name} in its table of words"
    for example in (*SPAN.findall(row[1]), *command.examples.splitlines()):
        assert parse(example).verb == command.name, f"`{example}` is taken for something else"


def test_the_tables_of_words_name_no_command_that_is_not_there() -> None:
    for name in ("docs/members.md", "docs/stewards.md"):
        told = re.findall(r"^\| `(\w+)` \| `\1\b", read(name), re.MULTILINE)
        assert told
        assert set(told) <= set(GRAMMAR.commands), f"{name} explains words that nobody knows"


def test_other_forms_and_limits_of_a_question_are_explained() -> None:
    text = read("docs/members.md")
    said = {part for span in code_of(text) for part in re.split(r"[\s,:]+", span)}
    assert said >= {word for word, each in GRAMMAR.by_word.items() if each.who is not Who.STEWARD}
    assert said >= set(KEYS)
    assert said >= {topic.value for topic in Topic} | {purpose.value for purpose in Purpose}


def test_every_command_and_option_is_in_the_documents() -> None:
    text = read(*(str(path.relative_to(ROOT)) for path in DOCUMENTS))
    for name, options in commands().items():
        assert f"crosswalk {name}" in text, f"crosswalk {name} is in no document"
        for option in options:
            assert option in text, f"{option} of crosswalk {name} is in no document"


@every_document
def test_documents_name_no_command_that_is_not_there(document: Path) -> None:
    known = commands()
    words = {" ".join(name.split()[:1]) for name in known}
    for line in code_of(document.read_text(encoding="utf-8")):
        for part in re.split(r"&&|\s#\s", line):
            said = re.match(r"\s*crosswalk ([a-z]+)(?: ([a-z]+))?", part)
            if said is None:
                continue
            assert said[1] in words, f"there is no crosswalk {said[1]}"
            name = said[1] if said[1] in known else f"{said[1]} {said[2]}"
            if said[1] not in known and said[2] is None:
                continue  # the group itself
            assert name in known, f"there is no crosswalk {name}"
            for option in re.findall(r"(?<=\s)--[a-z-]+", part):
                assert option in known[name], f"crosswalk {name} has no {option}"


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*$", read("docs/operate.md"), re.MULTILINE)
    assert rows == list(declared())
    for name, field in declared().items():
        default = "empty" if field.default in (None, "") else f"`{field.default}`"
        row = f"| `{name}` | {default} | {field.description} |"
        assert row in read("docs/operate.md").splitlines(), f"docs/operate.md needs: {row}"


def test_columns_and_words_of_files_are_explained_to_stewards() -> None:
    text = read("docs/stewards.md")
    said = {part for code in code_of(text) for part in re.split(r"[\s,;:]+", code)}
    assert said >= set(CASE_COLUMNS) | set(MEMBER_COLUMNS)
    assert said >= {word.value for kind in (Community, Level, CaseState) for word in kind}


@pytest.mark.parametrize(("kind", "number"), [("csv", 0), ("markdown", 0), ("csv", 1)])
def test_the_examples_of_files_can_be_brought_in(kind: str, number: int, tmp_path: Path) -> None:
    blocks = re.findall(
        rf"^```{kind}\n(.*?)^```", read("docs/stewards.md"), re.MULTILINE | re.DOTALL
    )
    file = tmp_path / ("example.csv" if kind == "csv" else "example.md")
    file.write_text(blocks[number], encoding="utf-8")
    found = [*(read_members(file) if number else read_cases(file))]
    assert found
    assert not [str(each) for each in found if isinstance(each, Problem)]


def test_tables_and_statuses_are_in_the_documents() -> None:
    text = read("docs/data.md")
    assert set(Member.metadata.tables) <= set(code_of(text))
    assert all(status.value in text for status in MemberStatus)


@every_document
def test_files_and_targets_that_are_named_exist(document: Path) -> None:
    code = code_of(document.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for line in code:
        for name in re.findall(r"\b(?:bot|knowledge|adapters|tests|docs)/[\w./-]*\w/?", line):
            assert (ROOT / name).exists(), f"{name} is not there"
        for target in re.findall(r"^make ([a-z]+)", line):
            assert target in targets, f"there is no make {target}"


def anchors(text: str) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")


@every_document
def test_every_relative_link_resolves(document: Path) -> None:
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        address, _, anchor = target.partition("#")
        file = (document.parent / address).resolve() if address else document
        assert file.is_file(), f"{target} leads nowhere"
        assert file.is_relative_to(ROOT), f"{target} leads out of the project"
        if anchor:
            assert anchor in set(anchors(file.read_text(encoding="utf-8")))


@every_document
def test_documents_name_no_place_outside_the_project(document: Path) -> None:
    text = LINK.sub("", document.read_text(encoding="utf-8"))
    assert not re.findall(r"(?<![\w:/.>])/\w+/\S*", text), "an absolute path"
    assert "../" not in text, "a path that leads out of the project"


@every_document
def test_documents_are_calm(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    prose = SPAN.sub("", FENCE.sub("", text)).replace("![", "[")
    assert "!" not in prose


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert re.search(r"^## \[Unreleased\]$", read("CHANGELOG.md"), re.MULTILINE)


def test_the_table_of_who_sees_what_names_code_and_tests_that_are_there() -> None:
    table = [line for line in read("docs/privacy.md").splitlines() if line.startswith("| ")][1:]
    assert len(table) > 20
    for row in table:
        _, kind, _, _, code, tests, _ = row.split("|")
        files = [span for span in SPAN.findall(code) if "/" in span]
        assert files, f"where is it decided: {kind}"
        text = read(*files)
        for span in SPAN.findall(code):
            assert "/" in span or span.split(".")[-1] in text, f"{span} is not in {files}"
        held = SPAN.findall(tests)
        assert "flow" in tests or held, f"no test holds: {kind}"
        assert all((ROOT / test).is_file() for test in held), row
