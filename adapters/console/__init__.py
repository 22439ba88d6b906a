"""The terminal as a complete platform: cards as panels, buttons as numbers, forms as prompts."""

from adapters.console.adapter import ConsoleAdapter, create
from adapters.console.render import plain, render, to_svg

__all__ = ["ConsoleAdapter", "create", "plain", "render", "to_svg"]
