"""Slack: payload to contract and contract to Block Kit, nothing else."""

from adapters.slack.adapter import SlackAdapter, create

__all__ = ["SlackAdapter", "create"]
