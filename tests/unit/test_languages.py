"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.languages import detect, primary, stem_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do cities share sensor data with the statistics office?", "en"),
        ("¿Cómo convencemos a otras dependencias de compartir sus datos?", "es"),
        ("Comment convaincre les autres services de partager leurs données ?", "fr"),
        ("Como convencer outras secretarias a compartilhar os seus dados?", "pt"),
        ("Come convincere gli altri uffici a condividere i dati?", "it"),
        ("Wie überzeugen wir andere Ämter, ihre Daten zu teilen?", "de"),
        ("Hoe overtuigen we andere diensten om hun gegevens te delen?", "nl"),
        ("كيف نقنع الإدارات الأخرى بمشاركة بياناتها؟", "ar"),
        ("Как убедить другие ведомства делиться данными?", "ru"),
    ],
)
def test_a_question_is_recognised(text: str, language: str) -> None:
    assert detect(text) == language
    assert detect(text, hint="en-GB") == language


@pytest.mark.parametrize("text", ["", "  ", "😀😀😀", "2024", "\x00\x01", "SDG 11", "open data"])
def test_what_cannot_be_told_is_left_to_the_hint(text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, hint="fr_CA") == "fr"


def test_an_unusable_hint_is_none() -> None:
    assert detect("", hint="") == "und"
    assert detect("", hint="C.UTF-8") == "und"
    assert primary("zh-Hant-TW") == "zh"


@given(st.text(max_size=300), st.none() | st.text(max_size=8))
def test_any_text_gets_a_code(text: str, hint: str | None) -> None:
    code = detect(text, hint)
    assert code == "und" or (len(code) == 2 and code.isascii() and code.islower())
    assert detect(text, hint) == code


def test_stemmers_are_named_by_language() -> None:
    assert stem_language("es") == "spanish"
    assert stem_language("pt-BR") == "portuguese"
    assert stem_language("und") is None
    assert stem_language("zh") is None
