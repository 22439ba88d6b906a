"""What buttons carry: numbers as people and forged buttons write them, and seals of previews."""

import pytest

from bot.core.errors import UserFacingError
from bot.core.tokens import number_in, number_of, seal, whole_number
from bot.features.citations.quotes import Way

NONE = ["", "#", "-1", "1.0", " 1", "1 ", "1:2", "²", "１２", "٣", "1234567890", "one", "1e3", "\0"]


@pytest.mark.parametrize(
    ("said", "number"),
    [("0", 0), ("7", 7), ("#17", 17), ("@17", 17), ("007", 7), ("999999999", 999_999_999)],
)
def test_a_number_is_read_with_or_without_its_sign(said: str, number: int) -> None:
    assert whole_number(said) == number_in(said) == number_of(said, "case_not_found") == number


@pytest.mark.parametrize("said", NONE)
def test_what_is_no_number_is_refused_in_the_words_of_the_thing(said: str) -> None:
    assert whole_number(said) is None
    assert number_in(said) == 0
    with pytest.raises(UserFacingError) as refused:
        number_of(said, "case_not_found")
    assert refused.value.code == "case_not_found"
    assert refused.value.facts == {"number": said[:12]}


def test_a_seal_is_that_of_the_buttons_that_were_sent() -> None:
    assert seal("We share it every month.") == "76fc3fc7d5ef"
    assert seal(("a", 1, ("x",))) == seal(repr(("a", 1, ("x",)))) == "0330a629eb3c"
    assert Way("We share it every month.", "").mark == seal("We share it every month.")
    assert seal("half \ud83d of a sign") != seal("half  of a sign")
