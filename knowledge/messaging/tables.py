"""The tables of rooms and pages that platforms show."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import UtcDateTime, moment_or_none, strings, utc_now, word
from knowledge.vocabulary import ChannelState


class Channel(SQLModel, table=True):
    """A room of a workspace that the bot is or was in; `speaks` None follows the default."""

    __tablename__ = "channel"
    __table_args__ = (
        Index("uq_channel_identity", "platform", "workspace", "channel", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    channel: str
    name: str = ""
    state: ChannelState = Field(default=ChannelState.PRESENT, sa_type=word(ChannelState))
    speaks: bool | None = Field(default=None, nullable=True)
    uses: list[str] = strings()
    updated_at: datetime | None = moment_or_none()


class Home(SQLModel, table=True):
    """Who looked at their home page, and a digest of what it last showed them."""

    __tablename__ = "home"

    account_key: str = Field(primary_key=True)
    person: str
    digest: str = ""
    opened_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, index=True)
