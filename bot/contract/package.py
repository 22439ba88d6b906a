"""What an installed platform offers the core: its settings, and an adapter made of them.

A platform is found through the entry-point group `crosswalk.adapters`. What stands there is a
`PlatformPackage`, or a plain function of a mapping of settings: then every name that begins with
the entry's own name is a setting of that platform, such as MATRIX_ACCESS_TOKEN for `matrix`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from bot.contract.adapter import Adapter

GROUP = "crosswalk.adapters"
TERMINAL = "console"
"""The one platform that is never run by its settings."""

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class PlatformPackage(Generic[S]):
    """A platform with settings of its own.

    `prefix`: what their names begin with, such as SLACK_; `settings`: a field for each, with the
    sentence that .env.example holds about it. `make` returns None where the platform is not set
    up, and raises Refused where it cannot work with what is set; it is the place to import what
    takes long to import.
    """

    prefix: str
    settings: type[S]
    make: Callable[[S], Adapter | None]

    def __call__(self, values: Mapping[str, str]) -> Adapter | None:
        """The adapter, of settings by the names that an operator knows."""
        return self.make(self.read(values))

    def read(self, values: Mapping[str, str]) -> S:
        """Its own among `values`; an empty one is unset. Raises ValidationError."""
        own = {
            name.removeprefix(self.prefix).lower(): value
            for name, value in values.items()
            if name.startswith(self.prefix) and value.strip()
        }
        return self.settings.model_validate(own)

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """What is declared, by the names that an operator knows."""
        fields = self.settings.model_fields
        return {f"{self.prefix}{name}".upper(): field for name, field in fields.items()}

    def takes(self, name: str) -> bool:
        """Whether this is a setting of the platform's."""
        anything = self.settings.model_config.get("extra") == "allow"
        return name in self.fields or (anything and name.startswith(self.prefix))


class AnySettings(BaseModel):
    """The settings of a platform that declares none."""

    model_config = ConfigDict(extra="allow")


def installed() -> list[EntryPoint]:
    """The platforms that are installed, by name, without the terminal."""
    found = {entry.name: entry for entry in entry_points(group=GROUP) if entry.name != TERMINAL}
    return [found[name] for name in sorted(found)]


def loaded(entry: EntryPoint) -> PlatformPackage[Any]:
    """What a platform offers. Raises ImportError where it cannot be loaded."""
    found = entry.load()
    if isinstance(found, PlatformPackage):
        return found
    prefix = f"{entry.name.upper().replace('-', '_')}_"

    def make(settings: AnySettings) -> Adapter | None:
        extra = settings.model_extra or {}
        made: Adapter | None = found({f"{prefix}{name}".upper(): extra[name] for name in extra})
        return made

    return PlatformPackage(prefix, AnySettings, make)


def packages() -> Iterator[PlatformPackage[Any]]:
    """Every installed platform that can be loaded."""
    for entry in installed():
        try:
            yield loaded(entry)
        except ImportError:
            continue  # whoever makes the adapters says so
