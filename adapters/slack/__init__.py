"""Slack: payload to contract and contract to Block Kit, nothing else."""

from adapters.slack.settings import PREFIX, SlackSettings
from bot.contract import Adapter, PlatformPackage

__all__ = ["create"]


def _make(settings: SlackSettings) -> Adapter | None:
    # Slack's SDK takes a second to import: commands that do not need it do not wait for it.
    from adapters.slack.adapter import made

    return made(settings)


create = PlatformPackage(PREFIX, SlackSettings, _make)
