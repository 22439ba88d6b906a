"""A rehearsed round of the sample community: what peer exchange looks like."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime, time

import typer
from sqlmodel import Session

from bot.app import Core
from bot.features.exchange.programmes.cadence import Cadence, Timetable, next_due
from bot.features.exchange.programmes.settings import Rules, timetable_of, write_timetable
from bot.features.exchange.rounds.facts import rehearsed
from bot.features.exchange.rounds.member_replies import DIFFERENCES
from bot.features.exchange.rounds.preview_replies import WHY
from bot.i18n import words
from bot.messaging.outbox import TERMINAL
from knowledge.exchange import programmes, rounds
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import RoundView
from knowledge.exchange.states import RoundState
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus

NAME = "Sample exchange"
GROUPS, OUT, TEXT = 3, 4, 72
"""How many groups and how many of those left out are shown, and characters of what they wrote."""
MORE = (
    f"To see it all, start the demo in a terminal and write: round preview {NAME}\n"
    "To try rounds for a community of your size: crosswalk round simulate --members 14+4 "
    "--rounds 6\n"
    "For your own people: crosswalk chat, then programme create."
)


def prepare(session: Session, now: datetime) -> ProgrammeView:
    """The programme of the invented people, paused: it is rehearsed, and never begins by itself.

    For a database with nobody else in it. What is there already stays as it is.
    """
    timetable = Timetable(Cadence.MONTHLY, time(10), "UTC", now.date())
    programme = programmes.by_name(session, NAME) or programmes.create(
        session,
        NAME,
        timetable=write_timetable(timetable),
        rules=Rules().written(),
        channels={"places": []},
        paused=True,
        next_due_at=next_due(timetable, now),
    )
    known = {each.member_id for each in programmes.participants(session, programme.id)}
    for member in members.listed(session, [MemberStatus.ACTIVE]):
        if member.invented and member.id not in known:
            # Nobody can be reached here; a round asks for an account, and a terminal gets nothing.
            account = AccountView(
                TERMINAL, "local", f"sample-{member.id}", member.name, "en", member.time_zone
            )
            accounts.keep(session, member.id, account)
            programmes.join(session, programme.id, member.id, now)
    return programme


async def rehearse(core: Core, now: datetime) -> None:
    """Plan the round that comes next, unless it is planned, and print the heart of it.

    Nobody is told anything: it is a preview, as stewards get it.
    """
    found, people = await planned(core, now)
    say, plan = words("en"), found.plan
    groups, share = plan.groups, plan.cross_share
    typer.echo(
        f"\nA rehearsed round of the sample community, {len(found.members)} invented "
        f"people: {len(groups)} groups, {share:.0%} of them across the communities."
    )
    for number, (group, why) in enumerate(zip(groups, plan.reasons, strict=True), 1):
        if number > GROUPS:
            typer.echo(f"   and {len(groups) - GROUPS} groups more")
            break
        typer.echo(f"{number}. " + "\n   with ".join(people[each].name for each in group))
        for line in matched(people, why)[:1]:
            typer.echo(f"   {line}")
        # That they are of two communities is said above, of all groups.
        differs = [DIFFERENCES[each] for each in why.differences if each != "community"]
        if differs:
            typer.echo("   " + "; ".join(map(say.label, differs[:2])))
    out = [*plan.left_out, *plan.away]
    typer.echo(f"Not in a group: {len(out)}.")
    for each in out[:OUT]:
        typer.echo(f"   {people[each.id].name}: {say.label(WHY[each.reason])}")
    typer.echo(f"\n{MORE}")


async def planned(core: Core, now: datetime) -> tuple[RoundView, Mapping[int, MemberView]]:
    """The round of the sample that comes next; one whose day has passed makes way for it."""

    def standing(session: Session) -> tuple[ProgrammeView, RoundView | None]:
        programme = prepare(session, now)
        waiting = rounds.in_state(session, RoundState.PLANNED, programme.id)
        for old in waiting:
            if old.due_at <= now:
                rounds.step(session, old.id, RoundState.PLANNED, state=RoundState.CANCELLED)
        if programme.next_due_at is not None and programme.next_due_at <= now:
            following = next_due(timetable_of(programme), now)
            programme = programmes.change(session, programme.id, next_due_at=following) or programme
        return programme, next((each for each in waiting if each.due_at > now), None)

    programme, found = await core.database.write(standing)
    found = found or await core.rounds.plan(programme)
    if found is None:
        raise RuntimeError("a programme without an end has a next round")
    this = found
    return this, await core.database.read(lambda session: rehearsed(session, this))


def matched(people: Mapping[int, MemberView], why: Reasons) -> Sequence[str]:
    """Why they were matched, in what they wrote themselves, shortened."""
    return [
        f"“{_short(people[each.asks].needs[each.need])}”\n"
        f"   meets “{_short(people[each.gives].offers[each.offer])}”"
        for each in why.meetings
    ]


def _short(text: str) -> str:
    return textwrap.shorten(text, TEXT, placeholder="…")
