"""Help: one screen, and one per verb with examples."""

from collections.abc import Collection, Iterator, Sequence

from bot.contract import Reply
from bot.contract.adapter import PlatformStatus
from bot.contract.markup import escape
from bot.core.commands import BY_WORD, VERBS, Who
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import first_contact
from knowledge.messaging.dead_letters import Dead
from knowledge.messaging.deliveries import Standing
from knowledge.postcards.postcards import ReuseFigures

PURPOSES = {
    "ask": later("ask in your own words; you need not write the word ask"),
    "case": later("read one case"),
    "cases": later("see what is in the library"),
    "expert": later("find people who agreed to be asked"),
    "profile": later("see and change what the community knows about you"),
    "join": later("become a member"),
    "leave": later("leave the community"),
    "offer": later("say what you can help with"),
    "need": later("say what you want to learn"),
    "capacity": later("how many contacts you accept in seven days"),
    "snooze": later("be left alone until a day; it ends by itself"),
    "languages": later("the languages you work in"),
    "hours": later("when you work, and in which time zone"),
    "language": later("the language in which I write to you"),
    "consent": later("what you agree to; take it back at any time"),
    "data": later("see, export or erase what is held about you"),
    "claim": later("join two accounts of one person"),
    "questions": later("what you asked before"),
    "withdraw": later("take a question back"),
    "handoff": later("hand a question to a person who agreed to be asked"),
    "community": later("ask the other community, in channels that stewards named for it"),
    "solution": later("say which answer from the community solved your question"),
    "requests": later("requests that wait for you, and how your own stand"),
    "accept": later("agree to help with a request"),
    "decline": later("say that you cannot help with a request now"),
    "resume": later("take part again after a pause"),
    "resolve": later("say that a question of yours is answered"),
    "home": later("what concerns you, on one page"),
    "save": later("turn a message, or what you know, into a draft case"),
    "conversation": later("your conversations with other members"),
    "say": later("write into one of your conversations"),
    "propose": later("find a time to meet in one of your conversations"),
    "close": later("end one of your conversations"),
    "brief": later("the page that sums up one of your conversations, to keep or to have approved"),
    "postcard": later("what you learnt from each other and will try, in three lines"),
    "cite": later("make a case of what an expert told you, or of what you told"),
    "calls": later("what stewards ask members to write about"),
    "news": later("whether I write to you by myself"),
    "pair": later("be paired with a member of the other community, on a schedule"),
    "programme": later("who exchanges with whom, how often and where"),
    "round": later("see, change, send or cancel the next round"),
    "prompts": later("questions that are posted between rounds, and what was answered"),
    "queue": later("drafts and reports that wait for a steward"),
    "stale": later("published cases that are up for review"),
    "gaps": later("what members ask and the library does not answer"),
    "channel": later("where I am, and in which channels I answer"),
    "members": later("people who wait for a steward"),
    "audit": later("what stewards did"),
    "status": later("how the library stands"),
    "version": later("which version this is"),
    "help": later("this page, or more about one word"),
}

GROUPS = (
    (
        later("Questions and cases"),
        (
            "ask",
            "questions",
            "withdraw",
            "resolve",
            "cases",
            "case",
            "save",
            "calls",
            "community",
            "solution",
        ),
    ),
    (
        later("People who help one another"),
        (
            "expert",
            "handoff",
            "requests",
            "accept",
            "decline",
            "conversation",
            "say",
            "propose",
            "brief",
            "close",
            "cite",
            "postcard",
            "pair",
        ),
    ),
    (
        later("Your profile and your time"),
        ("home", "profile", "offer", "need", "languages", "hours", "capacity", "snooze", "resume"),
    ),
    (
        later("Membership, consent and data"),
        ("join", "leave", "consent", "data", "claim", "language", "news"),
    ),
    (
        later("For stewards"),
        ("queue", "stale", "gaps", "programme", "round", "prompts", "channel", "members", "audit"),
    ),
    (later("About me"), ("status", "version", "help")),
)
"""Every verb once, under what one wants to do, in the order of help."""

EXPERT_EXAMPLE = "open data portals"

EXAMPLES = {
    "ask": "How do cities share sensor data with the statistics office? topic:interoperability",
    "case": "case 42\ncase 42 history",
    "cases": "cases topic:legal country:MX",
    "expert": f"expert {EXPERT_EXAMPLE}",
    "offer": 'offer "open data licensing"\noffer remove 2',
    "need": 'need "scanner data for prices"',
    "capacity": "capacity 2",
    "snooze": "snooze until 2027-01-10\nsnooze off",
    "languages": "languages es,fr",
    "hours": "hours 9-17 America/Mexico_City",
    "language": "language es",
    "consent": "consent be_named yes",
    "data": "data show\ndata export\ndata erase",
    "claim": "claim\nclaim ABCD-EFGH-JKMN",
    "questions": "questions\nquestions 17 edit How do we price open data?",
    "withdraw": "withdraw 17",
    "handoff": "handoff 17",
    "community": "community\ncommunity 17\ncommunity 17 close\ncommunity 17 withdraw",
    "solution": "solution 41",
    "accept": "accept 17",
    "decline": "decline 17\ndecline 17 busy",
    "resolve": "resolve 17\nresolve 17 cite",
    "channel": "channels\nchannel allow\nchannel quiet\nchannel default\nchannel only named\n"
    "channel everywhere\nchannel forum on\nchannel forum off\n"
    "channel questions city\nchannel questions national\nchannel questions off",
    "conversation": "conversation\nconversation 7",
    "say": "say 7 Thank you, Tuesday suits me.",
    "propose": "propose times\npropose times 7",
    "close": "close 7",
    "cite": "cite 7",
    "brief": "brief\nbrief 7",
    "postcard": "postcard\npostcard 7",
    "news": "news\nnews off",
    "pair": "pair join\npair skip next\npair snooze until 2027-01-10\npair avoid Ana Ruiz\n"
    "pair superior Ana Ruiz\npair assistant @name\npair met not yet\npair every 2",
    "programme": "programme create\nprogramme edit Bridges\nprogramme pause Bridges\n"
    "programme here Bridges\nprogramme apart MX | #12\n"
    "programme reports Ana Ruiz | Eva Sol",
    "round": "round preview Bridges\nround swap Bridges 3 9\nround lock Bridges 3 9\n"
    "round send Bridges\nround cancel Bridges",
    "prompts": "prompts Bridges\nprompts cadence Bridges\nprompts own Bridges\nprompts front 12\n"
    "prompts skip 12\nprompts drop 12\nprompts answers 12\nprompts off Bridges",
    "help": "help offer",
}


def overview(say: Words, verbs: Collection[str], *, steward: bool) -> Reply:
    """Every verb that does something here, by what one wants to do; stewards' for stewards only."""
    shown = {verb.name for verb in VERBS if steward or verb.who is not Who.STEWARD} & {*verbs}
    groups = [
        Markup("\n").join(
            [
                say("**{heading}**", heading=say(heading)),
                "",
                *(
                    say("- **{verb}**: {purpose}", verb=name, purpose=say(PURPOSES[name]))
                    for name in names
                    if name in shown
                ),
            ]
        )
        for heading, names in GROUPS
        if shown.intersection(names)
    ]
    text = say(
        "Write a question in your own words and I look for cases that answer it and for people "
        "who agreed to be asked. These words do something else:"
    )
    return Reply(
        Markup(f"{text}\n\n")
        + Markup("\n\n").join(groups)
        + Markup("\n\n")
        + say("For examples, write help and one of these words, such as: help ask")
        + Markup("\n\n")
        + first_contact(say)
    )


def one(say: Words, word: str, verbs: Collection[str]) -> Reply | None:
    """One verb with examples; None when there is no such verb here."""
    verb = BY_WORD.get(word.casefold())
    if verb is None or verb.name not in verbs:
        return None
    text = say("**{verb}**: {purpose}", verb=verb.name, purpose=say(PURPOSES[verb.name]))
    examples = EXAMPLES.get(verb.name, verb.name)
    shown = "\n".join(f"- {escape(line)}" for line in examples.splitlines())
    return Reply(Markup(f"{text}\n\n{shown}"))


def status(
    say: Words,
    *,
    cases: int,
    experts: int,
    model: str,
    outbox: Standing | None = None,
    dead: Sequence[Dead] = (),
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


def version(say: Words, number: str) -> Reply:
    """Which Crosswalk answers."""
    return Reply(say("Crosswalk {number}", number=number))
