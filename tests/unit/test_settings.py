"""Settings: what stands in the file, what is refused, and with which words."""

from pathlib import Path

import pytest

from bot.app import platform_adapters
from bot.contract import Adapter
from bot.settings import (
    Settings,
    SettingsRefused,
    declared,
    example,
    platform_values,
    read_settings,
)
from tests.support import tiny_platform
from tests.support.tiny_platform import Matrix

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a .env, and an environment without our names."""
    monkeypatch.chdir(tmp_path)
    for name in declared():
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_example_file_is_what_the_code_says() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == example()


def test_every_setting_stands_in_the_example_with_a_sentence() -> None:
    for name, field in declared().items():
        assert f"\n#{name}=" in example()
        assert field.description
        assert field.description.endswith(".")


def test_the_example_changes_nothing_even_with_every_comment_taken_away(elsewhere: Path) -> None:
    lines = example().splitlines()
    kept = [line.removeprefix("#") for line in lines if not line.startswith("# ")]
    (elsewhere / ".env").write_text("\n".join(kept), "utf-8")
    assert read_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


def test_the_environment_wins_over_the_file(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("LOG_LEVEL=ERROR\nLOG_FORMAT=json\n", "utf-8")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    found = read_settings()
    assert (found.log_level, found.log_format) == ("DEBUG", "json")


def test_an_unknown_name_in_the_file_is_refused_with_the_right_one(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("DATABSE_URL=sqlite:///x.db\n", "utf-8")
    with pytest.raises(SettingsRefused) as refused:
        read_settings()
    assert str(refused.value) == (
        "DATABSE_URL in .env is not a setting of Crosswalk. Did you mean DATABASE_URL? "
        "Remove or rename it."
    )


def test_a_near_miss_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDING_MODEL", "x")
    with pytest.raises(SettingsRefused, match="Did you mean EMBEDDING_MODEL"):
        read_settings()


def test_other_names_in_the_environment_are_no_business_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PATH", "DATABASE", "URL", "LOGNAME", "PGDATABASE", "HOME", "HTTP_PROXY"):
        monkeypatch.setenv(name, "x")
    assert read_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CROSS_COMMUNITY_WEIGHT", "a lot"),
        ("CROSS_COMMUNITY_WEIGHT", "0.5"),
        ("CROSS_COMMUNITY_WEIGHT", "nan"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("SLACK_MODE", "carrier pigeon"),
        ("DISCORD_MESSAGE_CONTENT", "perhaps"),
        ("STEWARDS", "somebody"),
        ("STEWARDS", "slack:T1"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_sentence_that_names_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as refused:
        read_settings()
    said = str(refused.value)
    assert said.startswith(f"{name} cannot be used: ")
    assert "\n" not in said
    assert "pydantic" not in said


def test_stewards_are_account_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARDS", " slack:T1:U1 ,discord:9:8,, ")
    assert read_settings().steward_accounts == {"slack:T1:U1", "discord:9:8"}


def test_empty_folders_are_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_CACHE_DIR", "")
    monkeypatch.setenv("EVAL_SETS", "")
    found = read_settings()
    assert (found.model_cache_dir, found.eval_sets) == (None, None)


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().log_level = "DEBUG"


@pytest.fixture
def matrix(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Platforms of another package are installed, one of which declares its settings."""
    monkeypatch.syspath_prepend(str(tiny_platform.install(elsewhere / "site")))
    return elsewhere


def adapters() -> list[Adapter]:
    """Those that are made of what is set, as `crosswalk run` makes them."""
    return platform_adapters(platform_values())


def test_a_platform_of_another_package_has_its_setting_in_the_same_file(matrix: Path) -> None:
    (matrix / ".env").write_text("MATRIX_ACCESS_TOKEN=syt_1\nLOG_LEVEL=ERROR\n", "utf-8")
    assert read_settings().log_level == "ERROR"
    (adapter,) = adapters()
    assert isinstance(adapter, Matrix)
    assert adapter.ring == "syt_1"
    assert "\n#MATRIX_ACCESS_TOKEN=\n" in example()


def test_the_environment_wins_for_a_platform_as_well(
    matrix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (matrix / ".env").write_text("MATRIX_ACCESS_TOKEN=syt_1\n", "utf-8")
    monkeypatch.setenv("MATRIX_ACCESS_TOKEN", "syt_2")
    (adapter,) = adapters()
    assert isinstance(adapter, Matrix)
    assert adapter.ring == "syt_2"


def test_a_near_miss_of_a_platform_s_name_is_refused(
    matrix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (matrix / ".env").write_text("MATRIX_ACESS_TOKEN=syt_1\n", "utf-8")
    with pytest.raises(SettingsRefused, match=r"in \.env .* Did you mean MATRIX_ACCESS_TOKEN"):
        read_settings()
    (matrix / ".env").unlink()
    monkeypatch.setenv("MATRIX_ACCES_TOKEN", "syt_1")
    with pytest.raises(SettingsRefused, match="Did you mean MATRIX_ACCESS_TOKEN"):
        read_settings()


def test_a_value_that_a_platform_cannot_use_names_the_setting(matrix: Path) -> None:
    (matrix / ".env").write_text("MATRIX_HOME_SERVER=everywhere\n", "utf-8")
    with pytest.raises(SettingsRefused, match=r"^MATRIX_HOME_SERVER cannot be used: "):
        read_settings()


def test_a_platform_that_declares_nothing_owns_the_names_that_begin_with_its_own(
    matrix: Path,
) -> None:
    (matrix / ".env").write_text("PIGEON_POST_RING=blue\nLOG_LEVEL=ERROR\n", "utf-8")
    assert read_settings().log_level == "ERROR"
    (adapter,) = adapters()
    assert isinstance(adapter, Matrix)
    assert adapter.ring == "blue"


def test_without_that_package_its_setting_is_unknown(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("MATRIX_ACCESS_TOKEN=syt_1\n", "utf-8")
    with pytest.raises(SettingsRefused, match=r"MATRIX_ACCESS_TOKEN in \.env is not a setting"):
        read_settings()


def test_the_core_names_no_setting_of_a_platform() -> None:
    names = {name.upper() for name in Settings.model_fields}
    assert not [name for name in names if name.startswith(("SLACK_", "DISCORD_", "CONSOLE_"))]
    assert names < set(declared())
