"""What an operator can set: the core's settings here, each platform's in its own package."""

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.contract import PlatformPackage
from bot.contract.package import packages
from knowledge.errors import KnowledgeError

ENV_FILE = ".env"

Package = PlatformPackage[Any]


class SettingsRefused(KnowledgeError):
    """A setting that cannot be used."""


class Settings(BaseSettings):
    """The settings, their defaults, and what .env.example tells an operator about each."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str = Field(
        default="sqlite:///var/crosswalk.db",
        description="Where everything is kept: one SQLite file. Its folder is made when missing.",
    )
    embedding_model: str = Field(
        default="embedded",
        description="Which model compares meanings: embedded (about 100 languages), "
        "embedded-english, a folder, or a Hugging Face id. With another model all texts are "
        "encoded anew at the next start.",
    )
    encoder_runtime: Literal["auto", "light", "torch"] = Field(
        default="auto",
        description="What runs the model: light (numpy; for embedded alone), torch (sentence-"
        "transformers), or auto: light where it can, torch for every other model.",
    )
    model_cache_dir: Path | None = Field(
        default=None,
        description="Where the built model and the demo's database are kept. "
        "Empty: the user's cache folder, such as ~/.cache/crosswalk.",
    )
    eval_sets: Path | None = Field(
        default=None,
        description="A folder of evaluation sets for make test and make bench. "
        "Empty: those parts are left out, and say so.",
    )
    stewards: str = Field(
        default="",
        description="Who may run the community from the first start: platform:workspace:user, "
        "several with commas between them.",
    )
    cross_community_weight: float = Field(
        default=1.1,
        ge=1.0,
        le=2.0,
        description="How much people of the other community are favoured when experts are "
        "ranked: from 1.0 (not at all) to 2.0.",
    )
    http_host: str = Field(
        default="127.0.0.1",
        description="The address on which health and figures, and Slack's requests in http mode, "
        "are answered.",
    )
    http_port: int = Field(
        default=8080, ge=0, le=65535, description="The port for the same; 0: any that is free."
    )
    questions_per_hour: int = Field(
        default=20,
        ge=0,
        description="How many questions one person may ask in an hour; 0: as many as they like. "
        "Stewards are not counted.",
    )
    open_requests: int = Field(
        default=5,
        ge=1,
        description="How many questions one member may have waiting for experts at a time.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="How the log is written to stderr: console or json."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="From which level: DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator(
        "model_cache_dir",
        "eval_sets",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("stewards")
    @classmethod
    def _accounts(cls, value: str) -> str:
        for account in filter(None, (part.strip() for part in value.split(","))):
            if len(account.split(":")) != 3:
                raise ValueError("write each steward as platform:workspace:user")
        return value

    @property
    def steward_accounts(self) -> frozenset[str]:
        """Account keys of those who may run the community from the first start."""
        return frozenset(filter(None, (part.strip() for part in self.stewards.split(","))))


NAMES = frozenset(name.upper() for name in Settings.model_fields)


def declared() -> dict[str, FieldInfo]:
    """Every setting by its name: the core's, then those of each installed platform."""
    own = {name.upper(): field for name, field in Settings.model_fields.items()}
    for package in packages():
        own |= package.fields
    return own


def example() -> str:
    """A commented file with every setting at its default, as `.env.example` holds it."""
    head = (
        "Crosswalk's settings, each with its default. Copy this file to .env and change what "
        "you need. The environment wins over the file; names that are not settings are refused."
    )
    parts = [_comment(head)]
    for name, field in declared().items():
        default = "" if field.default is None else field.default
        parts.append(f"{_comment(field.description or '')}\n#{name}={default}")
    return "\n\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in wrap(text, 96))


def read_settings() -> Settings:
    """The core's settings from the environment and from .env, the environment winning.

    Raises SettingsRefused, naming the setting, for unknown keys, near misses and bad values, also
    of a platform.
    """
    platforms = list(packages())
    _check_environment(platforms)
    problems = list(_unknown(platforms))
    values = platform_values()
    for package in platforms:
        try:
            package.read(values)
        except ValidationError as error:
            problems += [_problem(problem, package.prefix) for problem in error.errors()]
    try:
        found = Settings()
    except ValidationError as error:
        problems += [_problem(problem) for problem in error.errors()]
    if problems:
        raise SettingsRefused("; ".join(problems))
    return found


def platform_values() -> dict[str, str]:
    """What is set, in .env or (which wins) in the environment, for a platform to take its own."""
    outside = {name.upper(): value for name, value in os.environ.items()}
    return _stored() | outside


def _stored() -> dict[str, str]:
    values = dotenv_values(ENV_FILE, encoding="utf-8")
    return {name.upper(): value or "" for name, value in values.items()}


def _check_environment(platforms: Sequence[Package]) -> None:
    names = frozenset(declared())
    for name in os.environ:
        if name in names or any(package.takes(name) for package in platforms):
            continue
        if close := get_close_matches(name, names, n=1, cutoff=0.9):
            raise SettingsRefused(
                f"{name} is set in the environment. Did you mean {close[0]}? Rename or remove it."
            )


def _unknown(platforms: Sequence[Package]) -> Iterator[str]:
    """A sentence for each name in .env that nobody knows."""
    names = frozenset(declared())
    for name in _stored():
        if name in names or any(package.takes(name) for package in platforms):
            continue
        close = get_close_matches(name, names, n=1, cutoff=0.6)
        hint = f" Did you mean {close[0]}?" if close else ""
        yield f"{name} in .env is not a setting of Crosswalk.{hint} Remove or rename it."


def _problem(problem: object, prefix: str = "") -> str:
    facts = dict(problem) if isinstance(problem, dict) else {}
    name = prefix + ".".join(str(part) for part in facts.get("loc", ())).upper()
    said = str(facts.get("msg", "")).removeprefix("Value error, ")
    return f"{name} cannot be used: {said}."
