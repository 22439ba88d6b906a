"""How somebody is described who did not agree to be named."""

from dataclasses import replace

import pytest

from bot.features.personal_data.service import display
from bot.i18n import words
from bot.i18n.labels import described
from knowledge.database.circumstances import CircumstancesView
from knowledge.members.anonymity import Census, Description, Shown
from knowledge.members.regions import REGIONS, region_of
from knowledge.members.views import MemberView
from knowledge.vocabulary import Community, MemberStatus, Purpose


def somebody(
    number: int, community: Community, role: str, country: str, **more: object
) -> MemberView:
    view = MemberView(
        id=number,
        key=None,
        name=f"Person {number}",
        status=MemberStatus.ACTIVE,
        community=community,
        role=role,
        organisation=f"Office {number}",
        place="",
        country=country,
        languages=("en",),
        time_zone="UTC",
        hours_from=9,
        hours_until=17,
        profile="",
        contact_line="secret",
        capacity=None,
        offers=(),
        needs=(),
        consents=frozenset(),
        circumstances=CircumstancesView(),
        steward=False,
        invented=False,
    )
    return replace(view, **more)  # type: ignore[arg-type]


def month_one() -> list[MemberView]:
    """14 city data officers, most in Latin America, and 4 statisticians."""
    homes = ["MX", "MX", "MX", "MX", "MX", "MX", "CO", "CO", "AR", "CL", "BR", "US", "IS", "GB"]
    officers = [
        somebody(number, Community.CITY, "Chief Data Officer", home)
        for number, home in enumerate(homes, 1)
    ]
    statisticians = [
        somebody(number, Community.NATIONAL, role, home)
        for number, (role, home) in enumerate(
            [
                ("Director General", "MX"),
                ("Head of Methodology", "CO"),
                ("Chief Data Officer", "MX"),
                ("Statistician", "KE"),
            ],
            15,
        )
    ]
    return officers + statisticians


def fits(seen: Description, other: MemberView) -> bool:
    return (
        (not seen.community or other.community is seen.community)
        and (not seen.role or other.role == seen.role)
        and (not seen.country or other.country == seen.country)
        and (not seen.region or region_of(other.country) == seen.region)
    )


def test_in_month_one_nobody_is_a_role_and_a_country() -> None:
    everyone = month_one()
    for one in everyone:
        seen = display(one, everyone)
        if seen.shown is not Shown.COMMUNITY:
            assert sum(fits(seen, other) for other in everyone) >= 5
        said = described(words("en"), seen)
        assert one.name not in said
        assert one.organisation not in said
    assert {display(one, everyone).shown for one in everyone[14:]} == {Shown.COMMUNITY}
    assert display(everyone[0], everyone).shown is Shown.ROLE_COUNTRY
    assert described(words("en"), display(everyone[0], everyone)) == "Chief Data Officer, Mexico"


@pytest.mark.parametrize(
    ("homes", "roles", "shown", "said"),
    [
        (["MX"] * 5, ["CDO"] * 5, Shown.ROLE_COUNTRY, "CDO, Mexico"),
        (["CL", "AR", "BR", "PE", "CO"], ["CDO"] * 5, Shown.ROLE_REGION, "CDO, South America"),
        (
            ["CL", "AR", "BR", "PE", "CO"],
            list("abcde"),
            Shown.COMMUNITY_REGION,
            "Somebody from a city or regional data office, South America",
        ),
        (
            ["CL", "AR", "BR", "PE", "MX"],
            ["CDO"] * 5,
            Shown.COMMUNITY,
            "Somebody from a city or regional data office",
        ),
    ],
)
def test_a_description_widens_until_five_fit(
    homes: list[str], roles: list[str], shown: Shown, said: str
) -> None:
    everyone = [
        somebody(number, Community.CITY, role, home)
        for number, (role, home) in enumerate(zip(roles, homes, strict=True), 1)
    ]
    seen = display(everyone[0], Census(everyone))
    assert seen.shown is shown
    assert described(words("en"), seen) == said


def test_only_active_real_members_of_the_same_community_hide_one() -> None:
    five = [somebody(number, Community.CITY, "CDO", "MX") for number in range(1, 6)]
    assert display(five[0], five).shown is Shown.ROLE_COUNTRY
    for last in (
        replace(five[4], status=MemberStatus.INVITED),
        replace(five[4], status=MemberStatus.UNVERIFIED),
        replace(five[4], status=MemberStatus.LEFT),
        replace(five[4], invented=True),
        replace(five[4], community=Community.NATIONAL),
    ):
        assert display(five[0], [*five[:4], last]).shown is Shown.COMMUNITY


def test_the_name_is_shown_with_consent_only() -> None:
    one = somebody(1, Community.CITY, "CDO", "MX", consents=frozenset({Purpose.BE_NAMED}))
    seen = display(one, [one])
    assert (seen.shown, seen.name, seen.organisation) == (Shown.NAME, "Person 1", "Office 1")
    hidden = display(replace(one, consents=frozenset(Purpose) - {Purpose.BE_NAMED}), [one])
    assert hidden == Description(Shown.COMMUNITY, None)


@pytest.mark.parametrize(("alike", "said"), [(4, None), (5, Community.NATIONAL)])
def test_a_community_is_named_where_five_are_of_it(alike: int, said: Community | None) -> None:
    homes = ("KE", "MX", "IS", "NZ", "FR")[:alike]
    few = [
        somebody(number, Community.NATIONAL, f"Role {number}", home)
        for number, home in enumerate(homes)
    ]
    cities = [somebody(number, Community.CITY, "CDO", "MX") for number in range(10, 30)]
    seen = display(few[0], few + cities)
    assert seen == Description(Shown.COMMUNITY, said)
    assert ("statistics office" in described(words("en"), seen)) is (said is not None)


def test_every_country_has_one_region_with_a_name() -> None:
    territories = words("en").locale.territories
    countries = {
        code
        for code in map(str, territories)
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    }
    assert countries - set(REGIONS) == set()
    assert all(region in territories for region in REGIONS.values())
    assert region_of("??") == ""


_NO_COUNTRY = frozenset("AC AQ CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905
