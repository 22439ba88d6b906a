"""What a question can be limited to, in the words that people use."""

import pytest

from bot.core.errors import UserFacingError
from bot.features.asking.filters import filters_from
from knowledge.vocabulary import Level, Topic


@pytest.mark.parametrize("said", ["GH", "gh", "Ghana", "GHANA", "GHA", "Republic of Ghana"])
def test_a_country_is_known_by_code_and_name(said: str) -> None:
    assert filters_from({"country": said}).country == "GH"


@pytest.mark.parametrize(
    "said", ["legal", "LEGAL", "law", "law and agreements", "leyes y acuerdos", "marco legal"]
)
def test_a_topic_is_known_by_what_is_shown_for_it(said: str) -> None:
    assert filters_from({"topic": said}).topics == {Topic.LEGAL}


def test_a_level_too_and_what_is_unknown_is_named() -> None:
    assert filters_from({"level": "metropolitan area"}).level is Level.METRO
    for unknown in ({"topic": "cooking"}, {"level": "village"}, {"country": "XX"}):
        with pytest.raises(UserFacingError):
            filters_from(unknown)
