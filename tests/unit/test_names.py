"""A name is what it looks like: nothing invisible, nothing borrowed, and nobody else's office."""

from pathlib import Path

import pytest

from bot.core.errors import UserFacingError
from bot.features.members import profile_forms
from knowledge.readers.ingest import read_members
from knowledge.text.names import claims_an_office, cleaned, mixes_scripts, safe_to_show

WHOLE = [
    "Ana Ruiz",
    "María José Núñez-Peña",
    "O’Brien",
    "van 't Hoff",
    "X Æ A-12",
    "Mary Steward",
    "Animation García",
    "Ivan Petrov (Иван Петров)",
    "Γιάννης Smith",
    "Li Xiaolong 李小龍",
    "山田 太郎",
    "やまだ タロウ",
    "김민수 金",
    "علی\u200cرضا",
    "क्\u200dष",
    "สมชาย ใจดี",
]


@pytest.mark.parametrize("name", WHOLE)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert safe_to_show(name)
    assert profile_forms.name(name) == name


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Ana\u200b Ruiz\u2060", "Ana Ruiz"),
        ("\u202eziuR anA", "ziuR anA"),
        ("A\u200dna Ruiz", "Ana Ruiz"),
        ("Zoë\ufe0f", "Zoë"),
        ("Jose\u0301", "José"),
        ("  Bo \u00a0 Lind ", "Bo Lind"),
        ("A" + "\u0336" * 40, "A\u0336\u0336\u0336"),
        ("\u3164\u2800\u115f", ""),
        ("Ana\U000e0041", "Ana"),
    ],
)
def test_what_is_invisible_goes(said: str, seen: str) -> None:
    assert cleaned(said) == seen


@pytest.mark.parametrize(
    "name", ["Аna Ruiz", "Ruiz Роре", "Cαrlos", "Crоsswalk", "Stewаrd", "Պaul", "Ana\u0433李"]
)
def test_borrowed_letters_are_seen(name: str) -> None:
    assert mixes_scripts(name)
    with pytest.raises(UserFacingError, match="name_mixed"):
        profile_forms.name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Steward",
        "the stewards",
        "St3ward",
        "S\u0336t\u0336e\u0336w\u0336a\u0336r\u0336d",
        "Steward 2",
        "Crosswalk",
        "CROSS\u200bWALK",
        "Crosswalk support",
        "La moderación",
        "Equipo de moderación",
        "Équipe d’animation",
        "Moderador",
        "Official Admin",
    ],
)
def test_nobody_is_called_as_those_who_run_the_community(name: str) -> None:
    assert claims_an_office(cleaned(name))
    with pytest.raises(UserFacingError, match="name_of_office"):
        profile_forms.name(name)


def test_a_file_of_people_is_held_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,country\nAna\u200b Ruiz,Chile\nАna Lind,Chile\nSteward,Chile\n", "utf-8")
    read = [getattr(each, "name", None) or str(each) for each in read_members(file)]
    assert read[0] == "Ana Ruiz"
    assert "several scripts" in read[1]
    assert "please write the person's own" in read[2]
