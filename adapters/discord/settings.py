"""What an operator can set for Discord."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

PREFIX = "DISCORD_"
API = "https://discord.com/api/v10"


class DiscordSettings(BaseModel):
    """Discord's settings, their defaults, and what .env.example tells about each."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    bot_token: SecretStr | None = Field(
        default=None,
        description="Discord: the bot's token. Empty: Discord is not used.",
    )
    api_base_url: str = Field(
        default=API,
        description="Discord: where its API answers; another address for a proxy.",
    )
    message_content: bool = Field(
        default=False,
        description="Discord: whether the app has the privileged message content intent. "
        "Everything works without it; see docs/operate-discord.md.",
    )
