"""The commands of all features, without a core around them."""

from collections.abc import Collection
from importlib import import_module
from inspect import isclass
from pkgutil import walk_packages

from bot import features
from bot.core.commands import Command, Grammar
from bot.core.handlers import commands_of


def _declared() -> list[Command]:
    """What the methods of all classes in bot/features carry out."""
    names = [each.name for each in walk_packages(features.__path__, f"{features.__name__}.")]
    modules = [import_module(name) for name in names]
    kinds = {
        kind: None
        for module in modules
        for kind in vars(module).values()
        if isclass(kind) and kind.__module__ == module.__name__
    }
    return [command for kind in kinds for command in commands_of(kind)]


GRAMMAR = Grammar(_declared())
COMMANDS = tuple(GRAMMAR.commands.values())
parse = GRAMMAR.parse


def some(names: Collection[str]) -> Grammar:
    """A grammar with these commands alone."""
    return Grammar(each for each in COMMANDS if each.name in names)
