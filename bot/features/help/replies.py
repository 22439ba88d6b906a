"""Help: one screen, and one per command with examples."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.contract import Button, ButtonStyle, Reply
from bot.contract.adapter import PlatformStatus
from bot.contract.markup import escape
from bot.core.commands import Command, Grammar, Who
from bot.i18n import Markup, Words
from bot.i18n.phrases import first_contact
from knowledge.messaging.dead_letters import Dead
from knowledge.messaging.deliveries import Standing
from knowledge.messaging.inbox import Lost
from knowledge.postcards.postcards import ReuseFigures


def first(say: Words, *, member: bool) -> Reply:
    """What this is in three lines, and the next steps as buttons."""
    lines = (
        say("City data offices and national statistics offices ask one another here."),
        say(
            "Write a question in your own words: I look for cases that answer it, and for people "
            "who agreed to be asked. What you ask me in private is seen by nobody else."
        ),
        first_contact(say),
    )
    mine = Button(say.label("My page"), "home.show")
    join = Button(say.label("Become a member"), "profile.edit", "who")
    buttons = (
        Button(say.label("Ask a question"), "ask.form", style=ButtonStyle.PRIMARY),
        mine if member else join,
        Button(say.label("All that I can do"), "help.all"),
    )
    return Reply(Markup("\n\n").join(lines), buttons=buttons)


def overview(say: Words, grammar: Grammar, *, steward: bool) -> Reply:
    """Every command, by what one wants to do; those of stewards for stewards only."""
    shown = [each for each in grammar.commands.values() if steward or each.who is not Who.STEWARD]
    groups = [
        Markup("\n").join(
            [
                say("**{heading}**", heading=say(heading.value)),
                "",
                *(
                    say("- **{verb}**: {purpose}", verb=each.name, purpose=say(each.purpose))
                    for each in commands
                ),
            ]
        )
        for heading, commands in groupby(shown, lambda each: each.group)
    ]
    text = say("Whatever is none of these words is asked as a question:")
    return Reply(
        Markup(f"{text}\n\n")
        + Markup("\n\n").join(groups)
        + Markup("\n\n")
        + say("For examples, write help and one of these words, such as: help ask")
    )


def one(say: Words, command: Command) -> Reply:
    """One command with examples."""
    return Reply(_with_examples(say, command))


def meant(say: Words, commands: Sequence[Command]) -> Reply:
    """What commands can do, for an order that looked like one of them."""
    unclear = say("I did not understand this, and have asked and changed nothing. Did you mean:")
    still = say("If it is a question, write ask in front of it.")
    shown = (_with_examples(say, command) for command in commands)
    return Reply(Markup("\n\n").join((unclear, *shown, still)))


def _with_examples(say: Words, command: Command) -> Markup:
    text = say("**{verb}**: {purpose}", verb=command.name, purpose=say(command.purpose))
    examples = (command.examples or command.name).splitlines()
    shown = "\n".join(f"- {escape(line)}" for line in examples)
    return Markup(f"{text}\n\n{shown}")


def status(
    say: Words,
    *,
    cases: int,
    experts: int,
    model: str,
    outbox: Standing | None = None,
    dead: Sequence[Dead] = (),
    lost: Sequence[Lost] = (),
    platforms: Sequence[PlatformStatus] = (),
    reuse: ReuseFigures | None = None,
) -> Reply:
    """How the library stands, for everybody; how the messages stand, where `outbox` is given.

    `platforms`: how each stands. `reuse`: what came of meeting each other.
    """
    found = say.plural("One case can be found.", "{number} cases can be found.", cases)
    people = say.plural(
        "One member agreed to be asked.", "{number} members agreed to be asked.", experts
    )
    parts = (
        found if cases else say("There is no case in the library yet."),
        people if experts else say("Nobody has agreed to be asked yet."),
        say("Matching model: {model}.", model=model),
    )
    text = Markup(" ").join(parts)
    if reuse is not None:
        text = Markup("\n\n").join((text, _reuse(say, reuse)))
    if outbox is not None:
        text = Markup("\n\n").join((text, _messages(say, outbox, dead)))
    if lost:
        text = Markup("\n\n").join((text, _lost(say, lost)))
    return Reply(Markup("\n\n").join((text, *_platforms(say, platforms))))


def _platforms(say: Words, platforms: Sequence[PlatformStatus]) -> Iterator[Markup]:
    """Those that are not connected, and the workspaces that give the bot too little."""
    away = [
        say("- {platform}: {reason}", platform=one.name, reason=one.reason)
        for one in platforms
        if one.reason
    ]
    if away:
        heading = say("Not connected, and tried again; messages wait meanwhile:")
        yield Markup("\n").join((heading, *away))
    lacking = [
        say("- {platform}: {reason}", platform=one.name, reason=line)
        for one in platforms
        for line in one.lacking
    ]
    if lacking:
        heading = say("Permissions that I lack, by workspace; crosswalk doctor says what for:")
        yield Markup("\n").join((heading, *lacking))


def _reuse(say: Words, found: ReuseFigures) -> Markup:
    approved = say.plural(
        "Members agreed to one postcard of what they will try.",
        "Members agreed to {number} postcards of what they will try.",
        found.approved,
    )
    tried = say.plural(
        "One of them was tried.",
        "{number} of them were tried.",
        found.tried,
    )
    none = say("None of them was tried yet, as far as anybody said.")
    return Markup(" ").join((approved, tried if found.tried else none))


def _messages(say: Words, outbox: Standing, dead: Sequence[Dead]) -> Markup:
    waiting = say.plural(
        "One message is waiting to be sent.",
        "{number} messages are waiting to be sent.",
        outbox.waiting,
    )
    sentences = [waiting if outbox.waiting else say("No message is waiting to be sent.")]
    if outbox.dead:
        sentences.append(
            say.plural(
                "One message could not be delivered:",
                "{number} messages could not be delivered, the latest first:",
                outbox.dead,
            )
        )
    lines = [
        say(
            "- {platform}, {channel}: {reason}",
            platform=letter.platform,
            channel=letter.channel,
            reason=letter.reason,
        )
        for letter in dead
    ]
    return Markup("\n").join((Markup(" ").join(sentences), *lines))


def _lost(say: Words, lost: Sequence[Lost]) -> Markup:
    """What members did that was never finished: they were asked to do it again."""
    heading = say.plural(
        "In the last days, one thing that somebody did could not be finished. They were told:",
        "In the last days, {number} things that people did could not be finished. They were told:",
        len(lost),
    )
    lines = [
        say(
            "- {platform}, {time}",
            platform=one.platform,
            time=Markup(f"{{time:{int(one.at.timestamp())}}}"),
        )
        for one in lost
    ]
    return Markup("\n").join((heading, *lines))


def version(say: Words, number: str) -> Reply:
    """Which Crosswalk answers."""
    return Reply(say("Crosswalk {number}", number=number))
