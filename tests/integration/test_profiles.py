"""Members on a real database: joining, changing, agreeing, leaving."""

from collections.abc import Awaitable, Iterator
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.contract import Person, Place, markup
from bot.core.errors import UserFacingError
from bot.features.members import profile_form_replies
from bot.storage.database import Database
from knowledge.database.store import Store
from knowledge.members import accounts, members
from knowledge.members.tables import Account, Consent, Member
from knowledge.members.views import MemberDraft, MemberView
from knowledge.text import passages
from knowledge.vocabulary import Community, MemberStatus, Purpose
from tests.support.people import WHERE, WHO, Town, facts, person

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


async def refusal(awaitable: Awaitable[object]) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        await awaitable
    return caught.value


async def test_a_newcomer_gets_the_first_short_form(town: Town) -> None:
    reply = await town.say(ANA, "profile")
    assert reply.form is not None
    assert reply.form.action == "profile.edit"
    assert [field.name for field in reply.form.fields] == list(WHO)
    assert reply.form.fields[0].value == "Ana Ruiz"
    assert "microdata" in reply.form.note


def test_every_form_fits_the_smallest_platform() -> None:
    from bot.i18n import words
    from knowledge.members.anonymity import Description, Shown

    say = words("en")
    built = [
        profile_form_replies.form(say, step, MemberDraft("", ""), "") for step in STEPS_WITH_A_FORM
    ]
    built.append(profile_form_replies.consents(say, {}, Description(Shown.COMMUNITY, None)))
    for form in built:
        assert 1 <= len(form.fields) <= 5
        assert all(len(field.label) <= 45 and len(field.hint) <= 100 for field in form.fields)


STEPS_WITH_A_FORM = [step for step in profile_form_replies.STEPS if step != "consents"]


async def test_saving_the_first_step_makes_an_unverified_member(town: Town, store: Store) -> None:
    reply = await town.submit(ANA, "profile.edit", "who", WHO)
    found = member(store)
    assert found.status is MemberStatus.UNVERIFIED
    assert found.community is Community.CITY
    assert "A steward will look" in reply.text
    assert "Next step: Place and hours (2 of 5)." in reply.text
    assert reply.cards[0].buttons[0].action == "profile.edit"
    assert reply.cards[0].buttons[0].subject == "where"


async def test_a_steward_of_the_settings_is_approved_at_once(town: Town, store: Store) -> None:
    await town.join(ROOT)
    assert member(store, ROOT).status is MemberStatus.ACTIVE


async def test_every_field_is_refused_beside_itself_and_nothing_is_saved(
    town: Town, store: Store
) -> None:
    await town.submit(ANA, "profile.edit", "who", WHO)
    wrong = {
        "place": "x" * 500,
        "country": "Atlantis",
        "languages": "zz",
        "zone": "Mars/Olympus",
        "hours": "17-9",
    }
    reply = await town.submit(ANA, "profile.edit", "where", wrong)
    assert set(reply.errors) == set(wrong)
    assert "Atlantis" in reply.errors["country"]
    assert reply.form is not None
    assert {field.name: field.value for field in reply.form.fields} == wrong
    assert member(store).country == ""


async def test_a_missing_answer_is_asked_for(town: Town) -> None:
    reply = await town.submit(ANA, "profile.edit", "who", {**WHO, "name": " \u202e ", "role": ""})
    assert set(reply.errors) == {"name", "role"}


async def test_the_steps_lead_to_a_complete_profile(town: Town, store: Store) -> None:
    await town.join(ANA)
    topics = {
        "offer_1": "Data contracts",
        "offer_2": "",
        "need_1": "Scanner data",
        "contact": "a@b.mx",
    }
    reply = await town.submit(ANA, "profile.edit", "topics", topics)
    assert "What you agree to (4 of 5)" in reply.text
    agreed = {purpose.value: "yes" for purpose in Purpose}
    reply = await town.submit(ANA, "consent.save", "", agreed)
    assert "Next step" not in reply.text
    found = member(store)
    assert (found.country, found.languages, found.time_zone) == (
        "MX",
        ("es", "en"),
        "America/Mexico_City",
    )
    assert found.offers == ("Data contracts",)
    assert found.consents == frozenset(Purpose)
    shown = facts(await town.say(ANA, "profile"))
    assert shown["Country"] == "Mexico"
    assert shown["Contact line (for those you are introduced to)"] == markup.escape("a@b.mx")


async def test_the_facts_about_the_office_are_kept(town: Town, store: Store) -> None:
    await town.join(ANA)
    values = {"population_band": "over-2m", "staff_band": "1-4", "profile": "We *share*.\n\nA lot."}
    await town.submit(ANA, "profile.edit", "facts", values)
    found = member(store)
    assert found.circumstances.population_band == "over-2m"
    assert found.circumstances.legal_basis is None
    assert found.circumstances.level == "city"
    assert found.profile == "We *share*.\n\nA lot."


async def test_offers_are_added_and_removed_and_can_be_found(town: Town, store: Store) -> None:
    await town.join(ANA)
    before = store.read(passages.last_change)
    await town.say(ANA, 'offer "open data licensing"')
    await town.say(ANA, 'offer "Open data licensing"')
    reply = await town.say(ANA, 'offer "small areas"')
    assert member(store).offers == ("open data licensing", "small areas")
    assert store.read(passages.last_change) > before
    await town.say(ANA, "offer remove 1")
    assert member(store).offers == ("small areas",)
    # A button from the earlier list still means what stood beside it.
    first = reply.buttons[1]
    await town.press(ANA, first.action, first.subject)
    assert member(store).offers == ("small areas",)
    assert (await refusal(town.say(ANA, "offer remove 7"))).code == "no_such_line"


async def test_a_need_comes_in_by_a_form(town: Town, store: Store) -> None:
    await town.join(ANA)
    opened = await town.press(ANA, "profile.add_need")
    assert opened.form is not None
    assert opened.form.action == "profile.add_need"
    empty = await town.submit(ANA, "profile.add_need", "", {"line": "  "})
    assert set(empty.errors) == {"line"}
    await town.submit(ANA, "profile.add_need", "", {"line": "scanner data"})
    assert member(store).needs == ("scanner data",)


async def test_a_list_has_an_end(town: Town, store: Store) -> None:
    await town.join(ANA)
    for number in range(10):
        await town.say(ANA, f'offer "topic number {number}"')
    assert (await refusal(town.say(ANA, 'offer "one more"'))).code == "too_many_lines"
    assert len(member(store).offers) == 10


async def test_short_commands_change_one_thing(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.say(ANA, "capacity 2/week")
    await town.say(ANA, "languages es,fr")
    await town.say(ANA, "hours 8-16 Europe/Madrid")
    found = member(store)
    assert found.capacity == 2
    assert found.languages == ("es", "fr")
    assert (found.hours_from, found.hours_until, found.time_zone) == (8, 16, "Europe/Madrid")
    assert (await refusal(town.say(ANA, "capacity 99"))).code == "unknown_capacity"
    assert (await refusal(town.say(ANA, "hours 22-4"))).code == "unknown_hours"
    assert (await refusal(town.say(ANA, "languages zz"))).code == "unknown_language"


async def test_the_language_of_the_bot_belongs_to_the_account(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.say(ANA, "language en")
    rows = store.read(lambda session: accounts.of_member(session, member(store).id))
    assert [row.language for row in rows] == ["en"]
    await town.say(ANA, "language auto")
    rows = store.read(lambda session: accounts.of_member(session, member(store).id))
    assert [row.language for row in rows] == [None]
    error = await refusal(town.say(ANA, "language xx"))
    assert error.code == "unknown_bot_language"


async def test_recognising_keeps_the_account_fresh(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.say(ANA, "language en")
    moved = replace(ANA, name="Ana R.", time_zone="Europe/Madrid")
    context = await town.profiles.recognise(moved, HERE)
    assert context.member is not None
    (row,) = store.read(lambda session: accounts.of_member(session, context.member.id))  # type: ignore[union-attr]
    assert (row.name, row.time_zone, row.language) == ("Ana R.", "Europe/Madrid", "en")


async def test_recognising_a_stranger_writes_nothing(town: Town, store: Store) -> None:
    await town.say(ANA, "profile")
    assert store.read(lambda session: session.exec(select(Account)).all()) == []
    assert store.read(lambda session: session.exec(select(Member)).all()) == []


async def test_consents_are_kept_with_their_wording_and_withdrawn_in_one_step(
    town: Town, store: Store
) -> None:
    await town.join(ANA)
    await town.say(ANA, "consent be_named yes")
    await town.say(ANA, "consent BE_NAMED yes")
    await town.say(ANA, "consent be_asked sí")
    assert member(store).consents == {Purpose.BE_NAMED, Purpose.BE_ASKED}
    await town.say(ANA, "consent all no")
    assert member(store).consents == frozenset()
    rows = store.read(lambda session: list(session.exec(select(Consent)).all()))
    assert [row.given for row in rows if row.purpose is Purpose.BE_NAMED] == [True, False]
    assert {row.text_version for row in rows} == {members.CONSENT_TEXT}
    assert (await refusal(town.say(ANA, "consent be_famous yes"))).code == "unknown_purpose"
    assert (await refusal(town.say(ANA, "consent all yes"))).code == "unknown_purpose"


async def test_the_consent_form_says_how_one_is_shown_and_ticks_nothing(town: Town) -> None:
    await town.join(ANA)
    reply = await town.say(ANA, "consent")
    assert reply.form is not None
    assert [field.value for field in reply.form.fields] == [""] * len(Purpose)
    # The community has one member yet: its name would point at her.
    assert "A member of this community" in markup.plain(reply.form.note)
    await town.submit(ANA, "consent.save", "", {"be_expert": "yes"})
    reply = await town.say(ANA, "consent")
    assert reply.form is not None
    assert [field.value for field in reply.form.fields] == ["yes", "", "", "", ""]


async def test_leaving_takes_two_steps_and_coming_back_waits_for_a_steward(
    town: Town, store: Store
) -> None:
    await town.join(ANA)
    asked = await town.say(ANA, "leave")
    assert member(store).status is MemberStatus.UNVERIFIED
    assert (await refusal(town.press(BEN, "profile.leave", asked.buttons[0].subject))).code
    await town.press(ANA, "profile.leave", asked.buttons[0].subject)
    assert member(store).status is MemberStatus.LEFT
    assert (await refusal(town.say(ANA, "capacity 1"))).code == "not_a_member"
    reply = await town.say(ANA, "join")
    assert reply.form is not None
    assert reply.form.fields[0].value == "Ana Ruiz"
    await town.submit(ANA, "profile.edit", "who", WHO)
    assert member(store).status is MemberStatus.UNVERIFIED


async def test_an_approved_member_comes_back_approved(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.stewarding.approve_member("member:99", member(store).id)
    await town.press(ANA, "profile.leave", str(member(store).id))
    await town.submit(ANA, "profile.edit", "who", WHO)
    assert member(store).status is MemberStatus.ACTIVE


async def test_another_community_needs_another_approval(town: Town, store: Store) -> None:
    await town.join(ANA)
    await town.stewarding.approve_member("member:99", member(store).id)
    await town.submit(ANA, "profile.edit", "who", {**WHO, "role": "Data lead"})
    assert member(store).status is MemberStatus.ACTIVE
    await town.submit(ANA, "profile.edit", "who", {**WHO, "community": "NATIONAL"})
    assert member(store).status is MemberStatus.UNVERIFIED


async def test_the_same_form_sent_twice_makes_one_member(town: Town, store: Store) -> None:
    await town.submit(ANA, "profile.edit", "who", WHO)
    await town.submit(ANA, "profile.edit", "who", WHO)
    await town.submit(ANA, "profile.edit", "where", WHERE)
    assert len(store.read(lambda session: session.exec(select(Member)).all())) == 1


@pytest.mark.parametrize("nasty", ["@everyone", "<!channel>", "**[x](https://evil.example)**"])
async def test_nobodys_words_become_markup(town: Town, nasty: str) -> None:
    await town.join(ANA, role=nasty)
    reply = await town.say(ANA, "profile")
    role = facts(reply)["Role"]
    assert markup.plain(role) == nasty
    assert all(
        not span.address and not span.bold
        for block in markup.parse(role)
        if isinstance(block, markup.Paragraph)
        for span in block.spans
    )


async def test_a_step_may_be_left_for_later(town: Town) -> None:
    await town.join(ANA)
    reply = await town.submit(ANA, "profile.edit", "topics", {})
    following = next(button for card in reply.cards for button in card.buttons)
    assert (following.action, following.subject) != ("profile.edit", "topics")
