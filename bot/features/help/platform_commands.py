"""The commands that a platform lists by themselves, in the words of one language."""

from collections.abc import Collection

from bot.contract import Argument, ArgumentKind, Command
from bot.core.commands import VERBS, Who
from bot.features.help.replies import PURPOSES
from bot.i18n import Words

LISTED = ("ask", "expert", "case", "pair", "profile")
"""The verbs that have a command of their own; all others are said to the one for everything."""


def shortcuts(say: Words, verbs: Collection[str]) -> tuple[Command, ...]:
    """Those of `LISTED` that do something here, one for all of the grammar, and the stewards'."""
    known = {verb.name: verb for verb in VERBS if verb.name in verbs}
    told = [_listed(say, name) for name in LISTED if name in known]
    told += [
        Command(verb.name, verb.name, verb.name, say.label(PURPOSES[verb.name]), trusted=True)
        for verb in known.values()
        if verb.who is Who.STEWARD
    ]
    return (*told, _everything(say))


def _listed(say: Words, verb: str) -> Command:
    labels = {
        "ask": say.label("ask"),
        "expert": say.label("expert"),
        "case": say.label("case"),
        "pair": say.label("pair"),
        "profile": say.label("profile"),
    }
    arguments = {
        "ask": _asking(say),
        "expert": (
            Argument("topic", say.label("subject"), say.label("What they should know about")),
        ),
        "case": (
            Argument(
                "number",
                say.label("number"),
                say.label("The number of a case, or words of its title"),
                completed=True,
            ),
        ),
        "pair": (Argument("what", say.label("what"), say.label("Such as join, leave or status")),),
    }
    return Command(
        verb, verb, labels[verb], say.label(PURPOSES[verb]), tuple(arguments.get(verb, ()))
    )


def _asking(say: Words) -> tuple[Argument, ...]:
    return (
        Argument("question", say.label("question"), say.label("Your question, in your own words")),
        Argument(
            "topic",
            say.label("topic"),
            say.label("Only cases on this topic"),
            option="topic",
            completed=True,
        ),
        Argument(
            "public",
            say.label("public"),
            say.label("Answer so that everybody in this channel can read it"),
            ArgumentKind.SWITCH,
        ),
    )


def _everything(say: Words) -> Command:
    text = Argument("text", say.label("text"), say.label("What you want; help shows how"))
    return Command(
        "crosswalk", "", "crosswalk", say.label("Everything that Crosswalk does"), (text,)
    )
