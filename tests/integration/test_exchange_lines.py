"""Superiors and assistants of members, and whom stewards keep apart."""

import json
from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session, select

from bot.contract import Person, Reply
from bot.features.exchange.rounds.planning import known_facts
from bot.messaging import serialization
from knowledge.database.columns import utc_now
from knowledge.database.store import Store
from knowledge.exchange import assistants
from knowledge.exchange.states import AssistantState
from knowledge.introductions import eligibility
from knowledge.lifecycle import membership, merge
from knowledge.members import audit, members, reporting_lines
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Community, Purpose
from tests.integration.test_exchange import STEWARD, Exchange
from tests.support.community import admit, expert, exported

HELPER = Person("talk", "V", "helper", "Hana Help")
"""Somebody of the same workspace who is no member."""


@pytest.fixture
def made(store: Store) -> Iterator[Callable[..., Exchange]]:
    found: list[Exchange] = []

    def make(cities: int, offices: int, **rules: object) -> Exchange:
        found.append(Exchange(store, cities, offices, **rules))
        return found[-1]

    yield make
    for each in found:
        each.close()


def grouped(here: Exchange) -> set[frozenset[int]]:
    return {frozenset(each) for each in here.last().plan.groups}


def written(here: Exchange, who: Person) -> list[Reply]:
    """What was written to somebody, the oldest first."""
    rows = here.store.read(
        lambda session: session.exec(
            select(Delivery.reply).where(Delivery.account_key == who.key).order_by("id")
        ).all()
    )
    return [serialization.reply_from_json(row) for row in rows]


async def test_a_superior_and_their_staff_are_never_in_one_group(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    staff, chief = here.people
    said = await here.room.say(here.people[staff], "pair superior Person 1")
    assert "Nobody is told" in said.text
    assert here.told() == {}
    shown = await here.room.say(here.people[staff], "pair superior")
    assert "Person 1" in shown.text
    other = await here.room.say(here.people[chief], "pair superior")
    assert "Person 0" not in other.text
    await here.tick()
    assert grouped(here) == set()
    await here.room.say(here.people[staff], "pair superior none")
    assert here.store.read(lambda session: reporting_lines.named_by(session, staff)) == []


async def test_a_superior_s_superior_is_one_and_no_question_goes_between_them(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 2)
    staff, middle, top = here.people
    await here.room.say(STEWARD, f"programme reports #{staff} | Person 1")
    await here.room.say(STEWARD, f"programme reports #{middle} | #{top}")
    await here.tick()
    assert grouped(here) == set()
    away = here.store.read(lambda session: reporting_lines.in_line_with(session, staff))
    assert away == {middle, top}
    kept = here.store.read(lambda session: audit.about(session, f"member:{staff}"))
    assert [(each.act, each.detail) for each in kept] == [("programme.reports", f"#{middle}")]
    listed = await here.room.say(STEWARD, "programme reports")
    assert "Person 1 is a superior of Person 0" in listed.text
    again = await here.room.say(STEWARD, f"programme reports #{staff} | Person 1")
    assert here.store.read(lambda session: reporting_lines.in_line_with(session, staff)) == away
    assert f"programme reports off #{staff} | Person 1" in again.text
    for _ in range(2):
        undone = await here.room.say(STEWARD, f"programme reports off #{staff} | Person 1")
        assert "not noted as a superior" in undone.text
    assert here.store.read(lambda session: reporting_lines.in_line_with(session, staff)) == set()
    kept = here.store.read(lambda session: audit.about(session, f"member:{staff}"))
    assert [each.act for each in kept] == ["programme.reports", "programme.reports.undo"]


async def test_nobody_is_asked_about_a_question_of_their_own_staff(
    judged: None,
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    staff, chief = here.people
    for purpose in (Purpose.BE_EXPERT, Purpose.BE_ASKED):
        here.store.write(lambda session, to=purpose: membership.consent(session, chief, to, True))  # type: ignore[misc]
    asked = await here.room.say(here.people[staff], "expert offer 1")
    assert any("Person 1" in card.title for card in asked.cards)
    found = here.store.read(
        lambda session: [
            candidate.member.id
            for candidate in eligibility.candidates(session, 1, staff, here.clock.now)
        ]
    )
    assert found == [chief]
    await here.room.say(here.people[staff], "pair superior Person 1")
    left = here.store.read(
        lambda session: (
            eligibility.candidates(session, 1, staff, here.clock.now),
            eligibility.to_be_handed_over(session, staff, [1], here.clock.now),
        )
    )
    assert left == ([], set())


@pytest.mark.parametrize(
    "words", ["Person 0 | Person 2", "Office 0 | Office 2", "Mexico | Chile", "MX | #{office}"]
)
async def test_stewards_keep_apart_by_member_organisation_and_country(
    made: Callable[..., Exchange], words: str
) -> None:
    here = made(1, 1)
    city, office = here.people
    abroad = Person("chat", "W", "p9", "Person 2")
    draft = expert(
        "Person 2", community=Community.NATIONAL, organisation="Office 2", country="CL", capacity=9
    )
    third = admit(here.store, draft, abroad)
    said = words.format(office=office)
    reply = await here.room.say(STEWARD, f"programme apart {said}")
    assert "Never put into a group" in reply.text
    facts = here.store.read(
        lambda session: known_facts(session, members.get_many(session, [city, office, third]))
    )
    apart = {frozenset((each.id, other)) for each in facts for other in each.apart_from}
    expected = {
        "Mexico | Chile": {frozenset((city, third)), frozenset((office, third))},
        "MX | #{office}": {frozenset((city, office))},
    }.get(words, {frozenset((city, third))})
    assert apart == expected
    listed = await here.room.say(STEWARD, "programme apart")
    assert listed.text.count("\n") == 1
    again = await here.room.say(STEWARD, f"programme apart on {said}")
    assert again.text == reply.text
    assert f"programme apart off {said}" in reply.text
    for _ in range(2):
        undone = await here.room.say(STEWARD, f"programme apart off {said}")
        assert "No longer kept apart" in undone.text
    acts = here.store.read(lambda session: [each.act for each in audit.recent(session)])
    assert acts == ["programme.apart", "programme.apart"]


async def test_a_word_that_names_nobody_keeps_nobody_apart(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    reply = await here.room.say(STEWARD, "programme apart Person 0 | Ofice 1")
    assert "Ofice 1" in reply.text
    listed = await here.room.say(STEWARD, "programme apart")
    assert "Nobody is kept apart" in listed.text


async def test_an_assistant_agrees_first_and_can_stop(made: Callable[..., Exchange]) -> None:
    here = made(1, 1)
    number, member = next(iter(here.people.items()))
    nobody = await here.room.say(member, "pair assistant @Nobody Here")
    assert "mention" in nobody.text or "called" in nobody.text
    asked = await here.room.say(member, "pair assistant @Hana", mentions=[HELPER])
    assert "Hana Help" in asked.text
    (invitation,) = written(here, HELPER)
    assert [button.label for button in invitation.buttons] == ["Agree", "No"]
    read = here.store.read
    assert read(lambda session: assistants.assistant_of(session, number)) is None
    agree = invitation.buttons[0]
    stranger = await here.room.press(STEWARD, agree.action, agree.subject)
    assert "somebody else" in stranger.text
    thanks = await here.room.press(HELPER, agree.action, agree.subject)
    again = await here.room.press(HELPER, agree.action, agree.subject)
    assert thanks.text == again.text
    found = read(lambda session: assistants.assistant_of(session, number))
    assert found is not None
    assert found.key == HELPER.key
    assert len(written(here, member)) == 1
    standing = await here.room.say(HELPER, "pair assistant")
    (stop,) = standing.buttons
    await here.room.press(HELPER, stop.action, stop.subject)
    assert read(lambda session: assistants.assistant_of(session, number)) is None
    assert "cannot schedule" in written(here, member)[-1].text
    refused = await here.room.say(member, "pair assistant @Hana", mentions=[HELPER])
    assert "not asked a second time" in refused.text
    assert len(written(here, HELPER)) == 1


async def test_a_member_takes_an_assistant_back_and_asks_few(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    number, member = next(iter(here.people.items()))
    others = [Person("talk", "V", f"h{each}", f"Helper {each}") for each in range(4)]
    for who in others[:3]:
        await here.room.say(member, "pair assistant @h", mentions=[who])
    states = here.store.read(
        lambda session: [each.state for each in assistants.named_by(session, number)]
    )
    assert states == [AssistantState.ENDED, AssistantState.ENDED, AssistantState.ASKED]
    late = await here.room.press(others[0], "assistant.agree", "1")
    assert "settled" in late.text
    refused = await here.room.say(member, "pair assistant @h", mentions=[others[3]])
    assert "which is the most" in refused.text
    await here.room.press(others[2], "assistant.agree", "3")
    ended = await here.room.say(member, "pair assistant none")
    assert "Helper 2" in ended.text
    assert "need not schedule" in written(here, others[2])[-1].text
    mine = await here.room.say(member, "pair assistant @me", mentions=[member])
    assert "That is you" in mine.text
    elsewhere = Person("chat", "W", "x", "Xaver")
    unknown = await here.room.say(member, "pair assistant @Xaver", mentions=[elsewhere])
    assert "called" in unknown.text


async def test_lines_and_assistants_are_given_out_and_erased(
    made: Callable[..., Exchange],
) -> None:
    here = made(1, 1)
    (staff, member), (chief, _) = here.people.items()
    await here.room.say(member, "pair superior Person 1")
    await here.room.say(STEWARD, f"programme apart #{staff} | MX")
    await here.room.say(member, "pair assistant @Hana", mentions=[HELPER])
    await here.room.press(HELPER, "assistant.agree", "1")
    given = json.loads(exported(await here.room.say(member, "data export")))
    assert given["superiors"] == [chief]
    assert [each["name"] for each in given["assistants"]] == ["Hana Help"]
    shown = await here.room.say(member, "data show")
    assert "Hana Help" in "".join(card.body for card in shown.cards)
    helper = json.loads(exported(await here.room.say(HELPER, "data export")))
    assert [each["member_id"] for each in helper["assists"]] == [staff]
    assert "superiors" in helper
    await here.room.say(HELPER, "data erase everything")
    assert here.store.read(lambda session: assistants.named_by(session, staff)) == []
    await here.room.say(member, "pair assistant @Hana", mentions=[HELPER])
    await here.room.say(member, "data erase everything")
    kept = here.store.read(
        lambda session: (
            assistants.named(session, [HELPER.key]),
            reporting_lines.in_line_with(session, chief),
        )
    )
    assert kept == ([], frozenset())
    listed = await here.room.say(STEWARD, "programme apart")
    assert f"#{staff}" not in listed.text


def test_one_person_of_two_profiles_keeps_their_lines_and_their_assistant(store: Store) -> None:
    first, second, chief = (
        admit(store, expert(name), Person("talk", "V", name, name)) for name in ("a", "b", "c")
    )
    at = utc_now()

    def write(session: Session) -> None:
        reporting_lines.toggle(session, second, chief)
        reporting_lines.toggle(session, second, first)
        assistants.ask(session, second, HELPER.key, "Hana", "", at)
        assistants.ask(session, second, "talk:V:a", "a", "", at)
        one, other = members.get_many(session, [first, second])
        merge.merge(session, one, other)

    store.write(write)
    found = store.read(
        lambda session: (
            reporting_lines.named_by(session, first),
            [each.account_key for each in assistants.named_by(session, first)],
        )
    )
    assert found == ([chief], [HELPER.key])
