"""What an operator can set for Slack."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

PREFIX = "SLACK_"
API = "https://slack.com/api/"


class SlackSettings(BaseModel):
    """Slack's settings, their defaults, and what .env.example tells about each."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    bot_token: SecretStr | None = Field(
        default=None,
        description="Slack: the bot's token, xoxb-... Empty: Slack is not used.",
    )
    app_token: SecretStr | None = Field(
        default=None,
        description="Slack: the app-level token for Socket Mode, xapp-...",
    )
    signing_secret: SecretStr | None = Field(
        default=None,
        description="Slack: the secret that requests are signed with; needed for http only.",
    )
    mode: Literal["socket", "http"] = Field(
        default="socket",
        description="Slack: socket needs no public address; http takes signed requests on "
        "HTTP_PORT, for several processes.",
    )
    api_base_url: str = Field(
        default=API,
        description="Slack: where its API answers; another address for GovSlack or a proxy.",
    )


def plain(secret: SecretStr | None) -> str:
    """A secret in plain words; empty where none is set."""
    return secret.get_secret_value().strip() if secret is not None else ""
