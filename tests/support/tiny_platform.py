"""A third platform, as another package would bring it: it declares one setting of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, Field, HttpUrl

from bot.contract import (
    Adapter,
    ClaimingHandler,
    Health,
    Person,
    Place,
    PlatformPackage,
    PlatformUI,
    Receipt,
    Reply,
    Undeliverable,
)


class MatrixSettings(BaseModel):
    """What an operator can set for it."""

    access_token: str = Field(default="", description="Matrix: the token. Empty: it is not used.")
    home_server: HttpUrl = Field(
        default=HttpUrl("https://matrix.example.org"), description="Matrix: where it answers."
    )


class Matrix:
    """An adapter that does nothing but stand there."""

    name = "matrix"

    def __init__(self, ring: str) -> None:
        self.ring = ring

    async def run(
        self,
        handler: ClaimingHandler,
        uis: Mapping[str, PlatformUI],
        since: float | None = None,
    ) -> None:
        return

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        return (OSError,)

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        return Receipt(self.name, place.workspace, place.channel, key)

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        return

    async def delete(self, receipt: Receipt, place: Place) -> None:
        return

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        raise Undeliverable("It has no groups.")

    async def show_home(self, person: Person, reply: Reply) -> None:
        return

    def health(self) -> Health:
        return Health(connected=True)

    async def aclose(self) -> None:
        return


def _make(settings: MatrixSettings) -> Adapter | None:
    return Matrix(settings.access_token) if settings.access_token else None


create = PlatformPackage("MATRIX_", MatrixSettings, _make)


def plain(settings: Mapping[str, str]) -> Adapter | None:
    """The same by a function that declares nothing."""
    return Matrix(settings["PIGEON_POST_RING"]) if settings else None


def install(folder: Path) -> Path:
    """A folder that makes both installed platforms where it is on the path."""
    info = folder / "tinyplatform-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tinyplatform\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(
        "[crosswalk.adapters]\n"
        f"matrix = {__name__}:create\npigeon-post = {__name__}:plain\n"
        f"broken = {__name__}_gone:create\n"
    )
    return folder
