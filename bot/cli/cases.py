"""cases: import, queue, approve, reject, edit, retire, export."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from bot.app import Core
from bot.cli.import_report import ImportReport
from bot.cli.session import Bar, encoded, errors, loaded_core, offline, operator
from bot.features.cases.forms import EditedCase
from bot.features.cases.review import edited
from bot.features.cases.review_replies import edit_form
from bot.i18n import words
from knowledge.cases import cases
from knowledge.cases.cases import Outcome
from knowledge.cases.views import CaseDraft, CaseView
from knowledge.readers.ingest import case_files, passed_over, read_cases
from knowledge.readers.problems import Problem
from knowledge.readers.tabular import quoted
from knowledge.vocabulary import CaseState

app = typer.Typer(no_args_is_help=True)


@app.command("import")
def bring_in(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to read.")],
    publish: Annotated[bool, typer.Option(help="You vouch for them: no review.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Read and report; write nothing.")] = False,
) -> None:
    """Bring in tables, Markdown, HTML, PDF and DOCX; the same file twice changes nothing.

    Says which columns are guessed or passed over, and which values are left out.
    """
    drafts: list[CaseDraft] = []
    report = ImportReport()
    bar = Bar("Reading files")
    files = case_files(paths)
    for number, file in enumerate(files, 1):
        for entry in read_cases(file, notices=report.notice):
            if isinstance(entry, Problem):
                report.problems.append(entry)
            else:
                drafts.append(entry)
        bar.count(number, len(files))
    bar.close()
    report.passed_over(passed_over(paths))
    report.show()
    problems = report.problems
    if dry_run:
        errors.print(f"{len(drafts)} cases could be brought in, {len(problems)} could not.")
    else:
        with loaded_core(library=False) as core:
            _bring_in(core, drafts, publish=publish)
            encoded(core)
    if problems and not drafts:
        raise typer.Exit(1)


def _bring_in(core: Core, drafts: list[CaseDraft], *, publish: bool) -> None:
    bar = Bar("Writing cases")
    done = asyncio.run(
        core.reviewing.import_cases(operator(), drafts, publish=publish, progress=bar.count)
    )
    bar.close()
    for case in done:
        if case.problem:
            errors.print(f"[yellow]look at[/] {escape(case.problem)}", soft_wrap=True)
    count = {outcome: sum(case.outcome is outcome for case in done) for outcome in Outcome}
    errors.print(
        f"{count[Outcome.ADDED]} new, {count[Outcome.CHANGED]} changed, "
        f"{count[Outcome.SAME]} known already."
    )
    if count[Outcome.ADDED] and not publish:
        errors.print("They wait for review: crosswalk cases queue")


@app.command()
def queue(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the drafts that wait for a steward, the newest first."""
    with offline() as services:
        waiting = asyncio.run(services.reviewing.queued())
    if as_json:
        rows = [{"number": case.id, **_row(case)} for case in waiting]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for case in waiting:
        typer.echo(f"{case.id:6d}  {case.title}  ({case.source.title or 'no source'})")
    if not waiting:
        errors.print("No draft waits for review.")


@app.command()
def approve(numbers: Annotated[list[int], typer.Argument(help="Numbers of drafts.")]) -> None:
    """Publish drafts: from now on they answer questions."""
    with offline() as services:
        for number in numbers:
            case = asyncio.run(services.reviewing.approve_case(operator(), number))
            errors.print(f"Case {case.id} is published.")


@app.command()
def reject(number: int, reason: str) -> None:
    """Turn a draft down, with a reason."""
    with offline() as services:
        case = asyncio.run(services.reviewing.reject_case(operator(), number, reason))
    errors.print(f"Case {case.id} is rejected.")


@app.command()
def retire(number: int, reason: Annotated[str, typer.Argument()] = "") -> None:
    """Take a published case out of the answers; it is kept."""
    with offline() as services:
        case = asyncio.run(services.reviewing.retire_case(operator(), number, reason))
    errors.print(f"Case {case.id} is retired.")


@app.command()
def edit(
    number: int,
    title: Annotated[str | None, typer.Option(help="The new title.")] = None,
    text: Annotated[str | None, typer.Option(help="The new text.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Topics, instead of the old.")] = None,
    url: Annotated[str | None, typer.Option(help="The source's address.")] = None,
    published: Annotated[str | None, typer.Option(help="When the source appeared.")] = None,
) -> None:
    """Give a case other words; what is not named stays."""
    with offline() as services:
        case = services.store.read(lambda session: cases.get(session, number))
        if case is None:
            errors.print(f"There is no case {number}.")
            raise typer.Exit(1)
        values: dict[str, str | list[str]] = {
            "title": case.title if title is None else title,
            "text": case.text if text is None else text,
            "topics": list(case.topics) if topic is None else topic,
            "url": case.source.url if url is None else url,
            "published": case.source.published if published is None else published,
        }
        told = EditedCase.read(values, edit_form(words(None), case))
        draft = edited(case, told)
        asyncio.run(services.reviewing.edit_case(operator(), number, draft))
    errors.print(f"Case {number} is changed.")


@app.command()
def export(
    state: Annotated[
        CaseState, typer.Option(help="Which cases.", case_sensitive=False)
    ] = CaseState.PUBLISHED,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of JSON lines.")] = False,
) -> None:
    """Write cases to stdout in the form that `cases import` reads."""
    with offline() as services:
        found = services.store.read(lambda session: cases.listed(session, state))
    rows = [_row(case) for case in reversed(found)]
    if not as_csv:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        for row in rows:
            cells = {**row, "topics": ";".join(row["topics"])}
            writer.writerow({name: quoted(str(cell)) for name, cell in cells.items()})
    typer.echo(out.getvalue(), nl=False)


def _row(case: CaseView) -> dict[str, Any]:
    facts = case.circumstances
    return {
        "key": case.key,
        "title": case.title,
        "text": case.text,
        "language": case.language,
        "community": case.community or "",
        "level": facts.level or "",
        "place": case.place,
        "country": case.country,
        "organisation": case.organisation,
        "topics": list(case.topics),
        "source_title": case.source.title,
        "source_url": case.source.url,
        "source_language": case.source.language,
        "published": case.source.published,
        "licence": case.source.licence,
        "population_band": facts.population_band or "",
        "legal_basis": facts.legal_basis or "",
        "staff_band": facts.staff_band or "",
        "data_source": facts.data_source or "",
    }
