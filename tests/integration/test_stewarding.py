"""Stewards: members in and out, the review queue, the audit."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bot.contract import markup
from bot.core.errors import UserFacingError
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.cases import Outcome
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.views import CaseDraft, CaseView, SourceView
from knowledge.database.store import Store
from knowledge.members import accounts, members
from knowledge.members.tables import AuditEntry
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import CaseState, Community, MemberStatus, Purpose
from tests.support.people import WHO, Town, facts, person

ANA = person("ana", "Ana Ruiz")
BEN = person("ben", "Ben Okoro")
ROOT = person("root", "Rosa Root")
TEXT = (
    "The city of León asked each department for one data set that others need, signed a short "
    "agreement about it, and published what came of it within three months."
)


@pytest.fixture
def town(store: Store) -> Iterator[Town]:
    database = Database(store)
    yield Town(database, stewards=[ROOT.key])
    database.close()


async def refusal(awaitable: Awaitable[object]) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        await awaitable
    return caught.value


def draft(key: str, text: str = TEXT, title: str = "Data sharing in León") -> CaseDraft:
    return CaseDraft(key, title, text, SourceView("A report", "https://example.org/r"), "en")


def number(store: Store, user: str) -> int:
    found = store.read(lambda session: members.by_account(session, "console", "W", user))
    assert found is not None
    return found.id


def status(store: Store, member_id: int) -> MemberStatus | None:
    found = store.read(lambda session: members.get(session, member_id))
    return found.status if found else None


def case(store: Store, case_id: int) -> CaseView:
    found = store.read(lambda session: cases.get(session, case_id))
    assert found is not None
    return found


def acts(store: Store) -> list[tuple[str, str, str, str]]:
    rows = store.read(lambda session: list(session.exec(select(AuditEntry)).all()))
    return [(row.actor, row.act, row.subject, row.detail) for row in rows]


@pytest.mark.parametrize("said", ["members", "members all", "queue", "audit"])
async def test_the_verbs_are_for_stewards(town: Town, said: str) -> None:
    assert (await refusal(town.say(ANA, said))).code == "stewards_only"


@pytest.mark.parametrize(
    "action",
    [
        "member.list",
        "member.approve",
        "member.reject",
        "member.remove",
        "member.link",
        "member.code",
        "queue.show",
        "case.approve",
        "case.reject",
        "case.edit",
        "case.retire",
    ],
)
async def test_the_buttons_are_for_stewards(town: Town, store: Store, action: str) -> None:
    await town.join(ANA)
    await town.reviewing.import_cases("cli", [draft("a")])
    assert (await refusal(town.press(ANA, action, "1"))).code == "stewards_only"
    assert (await refusal(town.submit(ANA, action, "1", {"reason": "x"}))).code == "stewards_only"
    assert status(store, 1) is MemberStatus.UNVERIFIED
    assert case(store, 1).state is CaseState.DRAFT


async def test_approving_from_the_list(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.submit(ANA, "profile.edit", "topics", {"contact": "ana@example.org"})
    reply = await town.say(ROOT, "members")
    assert "Waiting for approval: 1" in reply.text
    shown = facts(reply)
    assert shown["Accounts"] == "Ana Ruiz (console)"
    assert "ana@example.org" not in str(reply)
    button = reply.cards[0].buttons[0]
    await town.press(ROOT, button.action, button.subject)
    assert status(store, number(store, "ana")) is MemberStatus.ACTIVE
    assert acts(store) == [(ROOT.key, "member.approve", "member:1", "")]
    error = await refusal(town.press(ROOT, button.action, button.subject))
    assert error.code == "member_decided"


async def test_a_rejected_person_reads_why_and_may_ask_again(town: Town, store: Store) -> None:
    await town.join(ANA)
    opened = await town.press(ROOT, "member.reject", "1")
    assert opened.form is not None
    await town.submit(ROOT, "member.reject", "1", {"reason": "Please use your office account."})
    assert status(store, 1) is MemberStatus.LEFT
    reply = await town.say(ANA, "profile")
    assert "Please use your office account." in markup.plain(reply.text)
    await town.submit(ANA, "profile.edit", "who", WHO)
    assert status(store, 1) is MemberStatus.UNVERIFIED


async def test_a_removed_member_must_be_approved_again(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.press(ROOT, "member.approve", "1")
    store.write(lambda session: members.set_steward(session, 1, True))
    await town.submit(ROOT, "member.remove", "1", {"reason": ""})
    assert status(store, 1) is MemberStatus.LEFT
    await town.submit(ANA, "profile.edit", "who", WHO)
    assert status(store, 1) is MemberStatus.UNVERIFIED
    assert (await refusal(town.say(ANA, "queue"))).code == "stewards_only"
    assert (await refusal(town.stewarding.remove_member("cli", 77))).code == "member_not_found"


async def test_import_invites_people_whom_nobody_sees(town: Town, store: Store) -> None:
    people = [
        MemberDraft(
            key=f"row-{row}",
            name=f"Person {row}",
            community=Community.NATIONAL,
            offers=("price statistics",),
            consents=frozenset(Purpose),
        )
        for row in range(120)
    ]
    first = await town.stewarding.import_members("cli", people)
    assert {each.outcome for each in first} == {"added"}
    assert len({each.id for each in first}) == 120
    everyone = store.read(lambda session: members.listed(session, list(MemberStatus)))
    assert {each.status for each in everyone} == {MemberStatus.INVITED}
    assert {each.consents for each in everyone} == {frozenset()}
    again = await town.stewarding.import_members("cli", people)
    assert {each.outcome for each in again} == {"same"}
    changed = await town.stewarding.import_members("cli", [replace(people[3], role="Head")])
    assert [each.outcome for each in changed] == ["changed"]
    assert [act[1] for act in acts(store)] == ["members.import"] * 2


async def test_import_never_overwrites_who_accepted(town: Town, store: Store) -> None:
    people = [MemberDraft(key="ana", name="A. R.", community=Community.CITY, role="?")]
    (added,) = await town.stewarding.import_members("cli", people)
    assert added.id is not None
    code = await town.stewarding.invite("cli", added.id)
    await town.say(ANA, f"claim {code}")
    await town.submit(ANA, "profile.edit", "who", WHO)
    (again,) = await town.stewarding.import_members("cli", people)
    assert again.outcome == "kept"
    found = store.read(lambda session: members.get(session, added.id or 0))
    assert found is not None
    assert (found.name, found.role, found.status) == (
        WHO["name"],
        WHO["role"],
        MemberStatus.ACTIVE,
    )


async def test_a_claim_code_is_for_the_invited(town: Town, store: Store) -> None:
    await town.join(ANA)
    assert (await refusal(town.press(ROOT, "member.code", "1"))).code == "only_invited"
    await town.stewarding.import_members("cli", [MemberDraft(key="b", name="Ben")])
    reply = await town.say(ROOT, "members invited")
    labels = [button.label for button in reply.cards[0].buttons]
    assert labels == ["Claim code", "Link", "Remove"]
    reply = await town.press(ROOT, "member.code", "2")
    assert "72 hours" in reply.text
    assert ("member:2") in {act[2] for act in acts(store)}


async def test_linking_makes_one_member_of_two(town: Town, store: Store) -> None:
    for who in (ANA, BEN):
        await town.join(who)
        await town.stewarding.approve_member("cli", number(store, who.user_id))
    wrong = await town.submit(ROOT, "member.link", "1", {"other": "1"})
    assert set(wrong.errors) == {"other"}
    missing = await town.submit(ROOT, "member.link", "1", {"other": "99"})
    assert set(missing.errors) == {"other"}
    asked = await town.submit(ROOT, "member.link", "1", {"other": "2"})
    assert "cannot be undone" in asked.text
    assert len(asked.cards) == 2
    assert status(store, 2) is not None
    (button,) = asked.buttons
    await town.press(ROOT, button.action, button.subject)
    assert number(store, "ana") == number(store, "ben") == 1
    assert status(store, 2) is None
    assert len(store.read(lambda session: accounts.of_member(session, 1))) == 2
    assert acts(store)[-1] == (ROOT.key, "member.link", "member:1", "member:2")


async def test_long_lists_come_in_parts(town: Town) -> None:
    people = [MemberDraft(key=str(row), name=f"Person {row}") for row in range(20)]
    await town.stewarding.import_members("cli", people)
    seen: list[str] = []
    reply = await town.say(ROOT, "members invited")
    while True:
        seen += [card.title for card in reply.cards]
        if not reply.buttons:
            break
        reply = await town.press(ROOT, reply.buttons[0].action, reply.buttons[0].subject)
    assert len(seen) == len(set(seen)) == 20


async def test_imported_cases_are_drafts_and_twice_is_once(town: Town, store: Store) -> None:
    (added,) = await town.reviewing.import_cases("cli", [draft("a")])
    assert added.outcome is Outcome.ADDED
    assert case(store, added.id).state is CaseState.DRAFT
    (again,) = await town.reviewing.import_cases("cli", [draft("a")])
    assert (again.outcome, again.id, again.problem) == (Outcome.SAME, added.id, "")
    assert [act[1] for act in acts(store)] == ["cases.import"]


@pytest.mark.parametrize("together", [True, False])
async def test_near_duplicates_are_reported_and_wait(
    town: Town, store: Store, together: bool
) -> None:
    one, other = draft("a"), draft("b", TEXT.replace("three months", "four months"))
    batches = [[one, other]] if together else [[one], [other]]
    done = [
        each
        for batch in batches
        for each in await town.reviewing.import_cases("cli", batch, publish=True)
    ]
    assert done[0].problem == ""
    assert f"case {done[0].id}" in done[1].problem
    assert case(store, done[0].id).state is CaseState.PUBLISHED
    assert case(store, done[1].id).state is CaseState.DRAFT
    reply = await town.say(ROOT, "queue")
    assert f"case {done[0].id}" in facts(reply)["Says nearly the same as"]


async def test_a_large_import_comes_in_units(town: Town, store: Store) -> None:
    many = [
        draft(str(row), f"Text {row}: " + " ".join(f"w{row}x{word}" for word in range(20)))
        for row in range(130)
    ]
    steps: list[tuple[int, int]] = []
    done = await town.reviewing.import_cases(
        "cli", many, publish=True, progress=lambda now, total: steps.append((now, total))
    )
    assert steps == [(50, 130), (100, 130), (130, 130)]
    assert [each.problem for each in done] == [""] * 130
    rows = store.read(lambda session: session.exec(select(CaseSnippet.state)).all())
    assert set(rows) == {CaseState.PUBLISHED}


async def test_the_queue_publishes_rejects_and_empties(town: Town, store: Store) -> None:
    await town.reviewing.import_cases("cli", [draft("a"), draft("b", "Something else entirely.")])
    reply = await town.say(ROOT, "queue")
    assert "2 drafts wait" in reply.text
    assert [button.label for button in reply.cards[0].buttons] == ["Approve", "Edit", "Reject"]
    await town.press(ROOT, "case.approve", "1")
    assert case(store, 1).state is CaseState.PUBLISHED
    assert case(store, 1).reviewed_at is not None
    empty = await town.submit(ROOT, "case.reject", "2", {"reason": " "})
    assert set(empty.errors) == {"reason"}
    await town.submit(ROOT, "case.reject", "2", {"reason": "No source."})
    assert (case(store, 2).state, case(store, 2).reason) == (CaseState.REJECTED, "No source.")
    assert "No draft waits" in (await town.say(ROOT, "queue")).text
    assert (await refusal(town.press(ROOT, "case.approve", "2"))).code == "case_decided"
    assert (await refusal(town.press(ROOT, "case.approve", "99"))).code == "case_not_found"


async def test_of_two_stewards_at_once_one_wins(town: Town, store: Store) -> None:
    await town.reviewing.import_cases("cli", [draft("a")])
    outcomes = await asyncio.gather(
        town.reviewing.approve_case("member:1", 1),
        town.reviewing.reject_case("member:2", 1, "No."),
        town.reviewing.approve_case("member:3", 1),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, UserFacingError)]
    assert len(refused) == 2
    assert {each.code for each in refused} == {"case_decided"}
    assert len([act for act in acts(store) if act[1] != "cases.import"]) == 1


async def test_editing_keeps_the_state_and_refuses_what_cannot_be(town: Town, store: Store) -> None:
    await town.reviewing.import_cases("cli", [draft("a")])
    opened = await town.press(ROOT, "case.edit", "1")
    assert opened.form is not None
    values = {field.name: field.value for field in opened.form.fields}
    wrong = await town.submit(
        ROOT,
        "case.edit",
        opened.form.subject,
        {**values, "title": "", "url": "javascript:alert(1)", "published": "soon", "topics": ["x"]},
    )
    assert set(wrong.errors) == {"title", "url", "published", "topics"}
    better = {**values, "title": "Sharing, department by department", "topics": ["data-sharing"]}
    await town.submit(ROOT, "case.edit", opened.form.subject, better)
    assert case(store, 1).title == "Sharing, department by department"
    assert case(store, 1).topics == ("data-sharing",)
    assert case(store, 1).state is CaseState.DRAFT
    late = await refusal(town.submit(ROOT, "case.edit", opened.form.subject, values))
    assert late.code == "changed_meanwhile"


async def test_a_published_case_is_retired_in_two_steps(town: Town, store: Store) -> None:
    await town.reviewing.import_cases("cli", [draft("a")])
    assert (await refusal(town.press(ROOT, "case.retire", "1"))).code == "case_not_published"
    await town.press(ROOT, "case.approve", "1")
    asked = await town.press(ROOT, "case.retire", "1")
    assert asked.form is not None
    assert case(store, 1).state is CaseState.PUBLISHED
    await town.submit(ROOT, "case.retire", "1", {"reason": "Out of date."})
    assert case(store, 1).state is CaseState.RETIRED


async def test_the_audit_shows_the_last_acts(town: Town, store: Store) -> None:
    await town.reviewing.import_cases("cli", [draft("a")])
    await town.press(ROOT, "case.approve", "1")

    def many(session: Session) -> None:
        for row in range(30):
            session.add(AuditEntry(actor="cli", act="case.edit", subject=f"case:{row}"))

    store.write(many)
    reply = await town.say(ROOT, "audit")
    assert reply.text.count("\n- ") == 20
    assert "edited a case (case:29)" in markup.plain(reply.text)
