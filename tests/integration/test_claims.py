"""Codes that join an account to a member, on a real database."""

import re
from collections.abc import Awaitable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.contract import Person, Place, Reply, markup
from bot.core.errors import UserFacingError
from bot.storage.database import Database
from knowledge.database.store import Store
from knowledge.members import members
from knowledge.members.tables import ClaimCode
from knowledge.members.views import MemberDraft, MemberView
from knowledge.questions.tables import Question
from knowledge.vocabulary import Community, Confidence, MemberStatus, Purpose
from tests.support.people import WHO, Town, person

ANA = person("ana", "Ana Ruiz")
BEN = person("ben", "Ben Okoro")
HERE = Place("console", "W", "direct")
ROOT = person("root", "Rosa Root")


@pytest.fixture
def town(store: Store) -> Iterator[Town]:
    database = Database(store)
    yield Town(database, stewards=[ROOT.key])
    database.close()


def member(store: Store, who: Person = ANA) -> MemberView:
    found = store.read(
        lambda session: members.by_account(session, who.platform, who.workspace, who.user_id)
    )
    assert found is not None
    return found


def code_in(reply: Reply) -> str:
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", markup.plain(reply.text))
    assert found is not None
    return found.group()


async def refusal(awaitable: Awaitable[object]) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        await awaitable
    return caught.value


async def test_the_first_code_makes_a_steward_once(town: Town, store: Store) -> None:
    code = store.write(town.profiles.first_steward_code)
    reply = await town.say(ANA, f"claim {code.lower()}")
    assert "steward" in reply.text
    assert (await town.profiles.recognise(ANA, HERE)).steward
    assert member(store).status is MemberStatus.ACTIVE
    assert (await refusal(town.say(BEN, f"claim {code}"))).code == "claim_refused"


async def test_a_second_account_is_linked_with_a_code(town: Town, store: Store) -> None:
    await town.join(ANA)
    elsewhere = person("U77", "ana.ruiz", platform="slack")
    code = code_in(await town.say(ANA, "claim"))
    await town.say(elsewhere, f"claim {code}")
    assert member(store, elsewhere).id == member(store).id
    digests = store.read(lambda session: session.exec(select(ClaimCode.digest)).all())
    assert digests == []


async def test_only_digests_of_codes_are_stored(town: Town, store: Store) -> None:
    await town.join(ANA)
    code = code_in(await town.say(ANA, "claim"))
    (digest,) = store.read(lambda session: session.exec(select(ClaimCode.digest)).all())
    assert code.replace("-", "") not in digest.upper()
    assert len(digest) == 64


async def test_codes_expire_and_guesses_are_counted(town: Town, store: Store) -> None:
    await town.join(ANA)
    code = code_in(await town.say(ANA, "claim"))
    town.clock.forward(timedelta(minutes=16))
    for _ in range(5):
        assert (await refusal(town.say(BEN, f"claim {code}"))).code == "claim_refused"
    fresh = code_in(await town.say(ANA, "claim"))
    assert (await refusal(town.say(BEN, f"claim {fresh}"))).code == "claim_throttled"
    town.clock.forward(timedelta(hours=1, minutes=1))
    fresh = code_in(await town.say(ANA, "claim"))
    await town.say(BEN, f"claim {fresh}")
    assert member(store, BEN).id == member(store).id


def ask(session: Session, asker: int | None, key: str) -> None:
    session.add(
        Question(
            asker_id=asker,
            account_key=key,
            text="How do we share sensor data?",
            language="en",
            confidence=Confidence.NONE,
            score=0.0,
        )
    )


async def test_claiming_merges_the_profile_that_one_had_begun(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.join(BEN, name="Ana again")
    await town.say(BEN, 'offer "sensor data"')
    await town.say(BEN, "consent be_asked yes")
    other = member(store, BEN).id
    store.write(lambda session: ask(session, other, BEN.key))
    await town.stewarding.approve_member("member:99", member(store).id)
    await town.say(BEN, f"claim {code_in(await town.say(ANA, 'claim'))}")
    found = member(store, BEN)
    assert found.id == member(store).id
    assert found.status is MemberStatus.ACTIVE
    assert found.name == "Ana Ruiz"
    assert found.offers == ("sensor data",)
    assert found.agreed(Purpose.BE_ASKED)
    asked = store.read(lambda session: list(session.exec(select(Question.asker_id)).all()))
    assert asked == [found.id]
    assert store.read(lambda session: members.get(session, other)) is None


async def test_two_approved_profiles_are_for_a_steward_to_join(town: Town, store: Store) -> None:
    for who in (ANA, BEN):
        await town.join(who)
        await town.stewarding.approve_member("member:99", member(store, who).id)
    code = code_in(await town.say(ANA, "claim"))
    assert (await refusal(town.say(BEN, f"claim {code}"))).code == "two_profiles"
    assert member(store, BEN).id != member(store).id


@pytest.mark.parametrize(("community", "status"), [
    ("CITY", MemberStatus.ACTIVE),
    ("NATIONAL", MemberStatus.UNVERIFIED),
])  # fmt: skip
async def test_an_invited_person_accepts_by_saving(
    town: Town, store: Store, community: str, status: MemberStatus
) -> None:
    draft = MemberDraft(
        key="ana", name="Ana R", community=Community.CITY, consents=frozenset(Purpose)
    )
    await town.stewarding.import_members("cli", [draft])
    (invited,) = store.read(lambda session: members.listed(session, [MemberStatus.INVITED]))
    assert invited.consents == frozenset()
    code = await town.stewarding.invite("cli", invited.id)
    reply = await town.say(ANA, f"claim {code}")
    assert "Check and accept" in [button.label for button in reply.cards[0].buttons]
    assert (await refusal(town.say(ANA, 'offer "x y"'))).code == "accept_first"
    await town.submit(ANA, "profile.edit", "who", {**WHO, "community": community})
    assert member(store).id == invited.id
    assert member(store).status is status
