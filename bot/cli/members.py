"""members: import, list, approve, reject, remove, link, code, export."""

import asyncio
import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.import_report import ImportReport
from bot.cli.session import errors, offline, operator
from knowledge.members import members
from knowledge.members.views import MemberDraft, MemberView
from knowledge.readers.ingest import read_members
from knowledge.readers.problems import Problem
from knowledge.readers.tabular import quoted
from knowledge.vocabulary import MemberStatus

app = typer.Typer(no_args_is_help=True)
_SHOWN = 5


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="A table: CSV, XLSX or JSONL.")],
    dry_run: Annotated[bool, typer.Option(help="Read and report; write nothing.")] = False,
) -> None:
    """Invite people; nobody sees them until they accept.

    Says which columns are guessed or passed over, and which values are left out.
    """
    drafts: list[MemberDraft] = []
    report = ImportReport()
    for entry in read_members(file, notices=report.notice):
        if isinstance(entry, Problem):
            report.problems.append(entry)
        else:
            drafts.append(entry)
    report.show()
    problems = len(report.problems)
    if dry_run:
        for draft in drafts[:_SHOWN]:
            errors.print(_in_short(draft), markup=False, soft_wrap=True)
        if len(drafts) > _SHOWN:
            errors.print(f"... and {len(drafts) - _SHOWN} more.")
        errors.print(f"{len(drafts)} people could be invited, {problems} could not.")
    else:
        with offline() as services:
            done = asyncio.run(services.stewarding.import_members(operator(), drafts))
        count = Counter(each.outcome.value for each in done)
        errors.print(", ".join(f"{number} {what}" for what, number in count.items()) or "Nobody.")
        if count["added"]:
            errors.print("Give each their code: crosswalk members code NUMBER")
    if problems and not drafts:
        raise typer.Exit(1)


def _in_short(draft: MemberDraft) -> str:
    """Who somebody would be, in a line, so that a wrong guess at a column is seen."""
    lists = (
        f"{name}: {'; '.join(items)}"
        for name, items in (("offers", draft.offers), ("needs", draft.needs))
        if items
    )
    facts = (
        draft.name,
        draft.community or "",
        draft.role,
        draft.organisation,
        draft.country,
        draft.contact_line,
        *lists,
    )
    return "  " + " | ".join(filter(None, facts))


@app.command("list")
def list_(
    status: Annotated[list[MemberStatus] | None, typer.Option(help="Only these.")] = None,
) -> None:
    """List members with their numbers."""
    with offline() as services:
        wanted = status or list(MemberStatus)
        found = services.store.read(lambda session: members.listed(session, wanted))
    for member in found:
        community = member.community or "-"
        typer.echo(f"{member.id:6d}  {member.status:10s}  {community:8s}  {member.name}")


@app.command()
def approve(numbers: list[int]) -> None:
    """Approve the community of people who joined by themselves."""
    with offline() as services:
        for number in numbers:
            member = asyncio.run(services.stewarding.approve_member(operator(), number))
            errors.print(f"{member.name} is approved.", markup=False)


@app.command()
def reject(number: int, reason: Annotated[str, typer.Argument()] = "") -> None:
    """Turn down somebody who waits for approval."""
    with offline() as services:
        member = asyncio.run(services.stewarding.reject_member(operator(), number, reason))
    errors.print(f"{member.name} is turned down.", markup=False)


@app.command()
def remove(number: int, reason: Annotated[str, typer.Argument()] = "") -> None:
    """Take somebody out of the community."""
    with offline() as services:
        name = asyncio.run(services.stewarding.remove_member(operator(), number, reason))
    errors.print(f"{name} is no longer a member.", markup=False)


@app.command()
def link(
    one: int,
    other: int,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Say that two members are one person."""
    with offline() as services:
        stays, goes = asyncio.run(services.stewarding.to_link(one, other))
        errors.print(
            f"Member {goes.id} ({goes.name}) becomes part of member {stays.id} ({stays.name}), "
            "with accounts, questions, cases and conversations. This cannot be undone.",
            markup=False,
        )
        if not yes and not typer.confirm("Are they one person?"):
            raise typer.Exit(1)
        member = asyncio.run(services.stewarding.link_members(operator(), one, other))
    errors.print(f"Both are member {member.id} now: {member.name}.", markup=False)


@app.command()
def code(number: int) -> None:
    """Print the one-time code with which an invited person claims their profile."""
    with offline() as services:
        made = asyncio.run(services.stewarding.invite(operator(), number))
    typer.echo(f"claim {made}")


@app.command()
def erase(
    number: int,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase everything that is held about a person, at their request."""
    if not yes and not typer.confirm(f"Erase everything about member {number}?"):
        raise typer.Exit(1)
    with offline() as services:
        asyncio.run(services.privacy.erase_member(operator(), number))
    errors.print(f"Member {number} is erased.")


@app.command()
def export(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Write members to stdout in the form that `members import` reads, contact lines left out."""
    with offline() as services:
        found = services.store.read(lambda session: members.listed(session, list(MemberStatus)))
    rows = [_row(member) for member in reversed(found)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        writer = csv.DictWriter(sys.stdout, rows[0].keys())
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {
                    name: quoted(";".join(value) if isinstance(value, list) else value)
                    for name, value in row.items()
                }
            )


def _row(member: MemberView) -> dict[str, Any]:
    facts = member.circumstances
    return {
        "key": member.key or f"member-{member.id}",
        "name": member.name,
        "status": member.status.value,
        "community": member.community or "",
        "level": facts.level or "",
        "role": member.role,
        "organisation": member.organisation,
        "place": member.place,
        "country": member.country,
        "languages": list(member.languages),
        "time_zone": member.time_zone,
        "hours": f"{member.hours_from}-{member.hours_until}",
        "offers": list(member.offers),
        "needs": list(member.needs),
        "profile": member.profile,
        "capacity": "" if member.capacity is None else str(member.capacity),
        "consents": sorted(member.consents),
        "population_band": facts.population_band or "",
        "legal_basis": facts.legal_basis or "",
        "staff_band": facts.staff_band or "",
        "data_source": facts.data_source or "",
    }
