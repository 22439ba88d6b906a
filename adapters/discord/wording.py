"""The fixed words beside replies, in the language of whoever reads them."""

from collections.abc import Mapping

import discord

from adapters.discord.directory import Directory
from bot.contract import Place, PlaceKind, PlatformUI
from bot.contract.adapter_kit import words_for


class Wording:
    """Every language's words, once the core has given them."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._uis: Mapping[str, PlatformUI] = {}

    def take(self, uis: Mapping[str, PlatformUI]) -> None:
        """These are the words of each language."""
        self._uis = uis

    @property
    def all(self) -> Mapping[str, PlatformUI]:
        """Those of each language."""
        return self._uis

    def of(self, locale: str) -> PlatformUI:
        """Those for a locale such as `es-419`; English, or the first, otherwise."""
        return words_for(self._uis, locale)

    def at(self, client: discord.Client, place: Place) -> PlatformUI:
        """Those of a conversation's person, or of a room's server."""
        if place.kind is PlaceKind.DIRECT:
            return self.of(self._directory.locale(int(place.channel)))
        guild = client.get_guild(int(place.workspace)) if place.workspace else None
        return self.of(str(guild.preferred_locale) if guild is not None else "en")
