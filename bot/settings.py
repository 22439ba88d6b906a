"""What an operator can set: one frozen object, read once."""

import os
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.errors import KnowledgeError


class SettingsRefused(KnowledgeError):
    """A setting that cannot be used."""


class Settings(BaseSettings):
    """The settings, their defaults, and what .env.example tells an operator about each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="forbid", frozen=True
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
    slack_bot_token: SecretStr | None = Field(
        default=None,
        description="Slack: the bot's token, xoxb-... Empty: Slack is not used.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="Slack: the app-level token for Socket Mode, xapp-...",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        description="Slack: the secret that requests are signed with; needed for http only.",
    )
    slack_mode: Literal["socket", "http"] = Field(
        default="socket",
        description="Slack: socket needs no public address; http takes signed requests on "
        "HTTP_PORT, for several processes.",
    )
    slack_api_base_url: str = Field(
        default="https://slack.com/api/",
        description="Slack: where its API answers; another address for GovSlack or a proxy.",
    )
    discord_bot_token: SecretStr | None = Field(
        default=None,
        description="Discord: the bot's token. Empty: Discord is not used.",
    )
    discord_api_base_url: str = Field(
        default="https://discord.com/api/v10",
        description="Discord: where its API answers; another address for a proxy.",
    )
    discord_message_content: bool = Field(
        default=False,
        description="Discord: whether the app has the privileged message content intent. "
        "Everything works without it; see docs/operate-discord.md.",
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
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "discord_bot_token",
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

    def for_adapters(self) -> dict[str, str]:
        """What is set, by the name that an operator knows, secrets in plain words."""
        values = {name.upper(): getattr(self, name) for name in type(self).model_fields}
        plain = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
            if value is not None
        }
        return {name: value for name, value in plain.items() if value}


NAMES = frozenset(name.upper() for name in Settings.model_fields)


def example() -> str:
    """A commented file with every setting at its default, as `.env.example` holds it."""
    head = (
        "Crosswalk's settings, each with its default. Copy this file to .env and change what "
        "you need. The environment wins over the file; names that are not settings are refused."
    )
    parts = [_comment(head)]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else field.default
        parts.append(f"{_comment(field.description or '')}\n#{name.upper()}={default}")
    return "\n\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in wrap(text, 96))


def read_settings() -> Settings:
    """The settings from the environment and from .env, the environment winning.

    Raises SettingsRefused, naming the setting, for unknown keys, near misses and bad values.
    """
    for name in os.environ:
        close = get_close_matches(name, NAMES - {name}, n=1, cutoff=0.9)
        if close and name not in NAMES:
            raise SettingsRefused(
                f"{name} is set in the environment. Did you mean {close[0]}? Rename or remove it."
            )
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(_problem(problem) for problem in error.errors())
        raise SettingsRefused(problems) from None


def _problem(problem: object) -> str:
    facts = dict(problem) if isinstance(problem, dict) else {}
    name = ".".join(str(part) for part in facts.get("loc", ())).upper()
    if facts.get("type") == "extra_forbidden":
        close = get_close_matches(name, NAMES, n=1, cutoff=0.6)
        hint = f" Did you mean {close[0]}?" if close else ""
        return f"{name} in .env is not a setting of Crosswalk.{hint} Remove or rename it."
    said = str(facts.get("msg", "")).removeprefix("Value error, ")
    return f"{name} cannot be used: {said}."
