"""The commands that a platform lists by themselves, in the words of one language."""

from dataclasses import replace

from bot import contract
from bot.contract import Argument
from bot.core.commands import Command, Grammar, Who
from bot.i18n import Words


def shortcuts(say: Words, grammar: Grammar) -> tuple[contract.Command, ...]:
    """Those with a label, the stewards', and one to which all others are said."""
    commands = grammar.commands.values()
    text = Argument("text", say.label("text"), say.label("What you want; help shows how"))
    purpose = say.label("Everything that Crosswalk does")
    return (
        *(_listed(say, each) for each in commands if each.label),
        *(_listed(say, each) for each in commands if each.who is Who.STEWARD),
        contract.Command("crosswalk", "", "crosswalk", purpose, (text,)),
    )


def _listed(say: Words, command: Command) -> contract.Command:
    return contract.Command(
        command.name,
        command.name,
        say.label(command.label) if command.label else command.name,
        say.label(command.purpose),
        tuple(
            replace(each, label=say.label(each.label), description=say.label(each.description))
            for each in command.arguments
        ),
        trusted=command.who is Who.STEWARD,
    )
