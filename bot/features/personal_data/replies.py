"""What people read about the data that is held about them."""

from collections.abc import Iterable

from bot.contract import Attachment, Button, ButtonStyle, Card, Fact, Reply
from bot.contract.markup import escape, plain
from bot.features.citations.replies import own as own_citation
from bot.features.exchange.prompts.replies import STATES as PROMPT_STATES
from bot.features.introductions.expert_replies import who_asks
from bot.features.members.administration_replies import ACTS as NAMES_OF_ACTS
from bot.features.members.consent_replies import line as consent_line
from bot.features.members.profile_replies import facts
from bot.features.postcards.replies import own as own_postcards
from bot.features.public_questions.replies import STANDINGS
from bot.i18n import Words
from bot.i18n.labels import word
from knowledge.cases.personal_data import CASES, FLAGS, NEWS_OFF
from knowledge.citations.personal_data import CITATIONS, CITED
from knowledge.conversations.personal_data import LINES
from knowledge.exchange.personal_data import (
    ASSISTANTS,
    ASSISTS,
    AVOIDS,
    CHECK_INS,
    EXCHANGE,
    PROMPTS,
)
from knowledge.introductions.introductions import IntroductionView
from knowledge.introductions.personal_data import INTRODUCTIONS, REQUESTS
from knowledge.lifecycle.personal_data import Holdings
from knowledge.members.anonymity import kept
from knowledge.members.personal_data import (
    ACCOUNTS,
    ACTS,
    CHANGED,
    CODES,
    CONSENTS,
    CONTACTS,
    JOINED,
    MEMBER,
    SUPERIORS,
)
from knowledge.messaging.personal_data import HOMES
from knowledge.postcards.personal_data import POSTCARDS
from knowledge.public_questions.personal_data import POSTED
from knowledge.questions.personal_data import QUESTIONS, RATINGS, SHOWN
from knowledge.threads.personal_data import ANSWERS
from knowledge.threads.thread_answers import PostKind


def confirming(say: Words) -> frozenset[str]:
    """The words that confirm an erasure: the reader's own and the English one."""
    return frozenset({say.label("everything").casefold(), "everything"})


def shown(say: Words, held: Holdings) -> Reply:
    """Everything that is held about somebody, in plain words."""
    if held.empty:
        return Reply(say("Nothing is stored about you here."))
    text = say(
        "This is everything that is stored about you here. Stewards can read your profile, and "
        "the people who run this service can read its database and its backups."
    )
    export = Button(say.label("Export as a file"), "data.export")
    erase = Button(say.label("Erase my data"), "data.erase", "", ButtonStyle.DANGER)
    return Reply(text, cards=tuple(_cards(say, held)), buttons=(export, erase))


def exported(say: Words, file: Attachment) -> Reply:
    """The same as a file, for the person alone."""
    text = say(
        "Here is everything that is stored about you, as the file **{name}**, which other "
        "programs can read. It is for you alone: it holds your name, your questions and what "
        "you agreed to.",
        name=file.name,
    )
    return Reply(text, files=(file,), lasting=True)


def erase_question(say: Words, held: Holdings, mark: str) -> Reply:
    """The first step of erasing: what will go, and what stays."""
    parts = [
        say(
            "This erases everything that is stored about you: profile, accounts, consents, "
            "questions and requests with their answers, votes, reports, what you wrote in "
            "conversations, answers to questions of others, and drafts of cases. Questions of "
            "yours to the community are taken down, and nobody is asked on your behalf any more. "
            "It cannot be undone. What else you shared in a channel stays there, as every message "
            "does. Backups of the operator keep it until they are replaced, and the record of what "
            "stewards did keeps the number of your profile."
        )
    ]
    member = held[MEMBER]
    if member is not None and member.key:
        parts.append(
            say(
                "A digest of your name in the imported file is kept, so that the file cannot bring "
                "you back."
            )
        )
    if held[CASES]:
        parts.append(
            say(
                "Published cases that you wrote stay as the community's knowledge, without you as "
                "their author. If you did not agree to be quoted, cases that name you go as well."
            )
        )
    parts.append(
        say(
            "To go on, press the button or write **data erase {word}**.",
            word=say.label("everything"),
        )
    )
    button = Button(say.label("Erase everything"), "data.erase", mark, ButtonStyle.DANGER)
    return Reply("\n\n".join(parts), buttons=(button,))


def erased(say: Words) -> Reply:
    """The second step of erasing."""
    return Reply(
        say(
            "Everything that was stored about you has been erased. You are welcome back at any "
            "time with **join**."
        )
    )


def _cards(say: Words, held: Holdings) -> Iterable[Card]:
    member, joined, changed = held[MEMBER], held[JOINED], held[CHANGED]
    if member is not None:
        own = [*facts(say, member)]
        if member.key:
            own.append(Fact(say.label("Name in the imported file"), escape(member.key)))
        if joined is not None and changed is not None:
            own.append(Fact(say.label("Stored since"), say.day(joined)))
            own.append(Fact(say.label("Last changed"), say.day(changed)))
        yield Card(member.name, escape(member.profile), tuple(own))
        yield Card(say.label("Accounts"), _bullets(_accounts(say, held)))
        if held[CONSENTS]:
            answers = [consent_line(say, answer) for answer in held[CONSENTS]]
            yield Card(say.label("Your answers about consent"), _bullets(answers))
    yield from _asked_and_said(say, held)
    if held[CITED]:
        told = [say("{title}: {text}", title=one.title, text=one.text) for one in held[CITED]]
        yield Card(say.label("Words of yours that are proposed as a case"), _bullets(told))
    if held[CITATIONS]:
        how = [own_citation(say, one) for one in held[CITATIONS]]
        yield Card(say.label("How you are quoted"), _bullets(how))
    if held[CASES]:
        yield Card(say.label("Cases you wrote"), _bullets(_cases(say, held)))
    if held[POSTCARDS]:
        yield Card(say.label("Your postcards"), _bullets(own_postcards(say, held[POSTCARDS])))
    rest = list(_rest(say, held))
    if rest:
        yield Card(say.label("What else there is"), _bullets(rest))


def _asked_and_said(say: Words, held: Holdings) -> Iterable[Card]:
    """What somebody asked, answered and wrote."""
    if held[QUESTIONS]:
        yield Card(say.label("Your questions"), _bullets(_questions(say, held)))
    if held[REQUESTS]:
        yield Card(say.label("Your requests to experts"), _bullets(_requests(say, held)))
    if held[INTRODUCTIONS]:
        asked = [_introduction(say, view) for view in held[INTRODUCTIONS]]
        yield Card(say.label("Requests that reached you"), _bullets(asked))
    if held[RATINGS]:
        yield Card(say.label("Your votes"), _bullets(_votes(say, held)))
    if held[POSTED]:
        asked = [
            say(
                "{number}. {text}: {state}",
                number=one.id,
                text=one.agreed.text,
                state=say(STANDINGS[one.state]),
            )
            for one in held[POSTED]
        ]
        yield Card(say.label("Your questions to the community"), _bullets(asked))
    below = [one for one in held[ANSWERS] if one.post.kind is PostKind.QUESTION]
    between = [one for one in held[ANSWERS] if one.post.kind is PostKind.PROMPT]
    if below:
        said = [
            say(
                "{day}, on question {number}: {text}",
                day=say.day(one.at),
                number=one.post.id,
                text=one.text,
            )
            for one in below
        ]
        yield Card(say.label("What you answered in channels"), _bullets(said))
    if held[PROMPTS]:
        asked = list(_prompts(say, held))
        yield Card(say.label("Questions of yours, asked for to be posted"), _bullets(asked))
    if between:
        said = [say("{day}: {text}", day=say.day(each.at), text=each.text) for each in between]
        yield Card(say.label("What you answered to questions between rounds"), _bullets(said))
    if held[LINES]:
        yield Card(say.label("What you wrote in conversations"), _bullets(_lines(say, held)))


def _accounts(say: Words, held: Holdings) -> Iterable[str]:
    for account in held[ACCOUNTS]:
        yield say(
            "{name} on {platform} (workspace {workspace}, account {user}), {locale}, {zone}, "
            "language chosen: {language}",
            name=account.name,
            platform=account.platform,
            workspace=account.workspace,
            user=account.user_id,
            locale=account.locale,
            zone=account.time_zone,
            language=account.language or "–",
        )


def _questions(say: Words, held: Holdings) -> Iterable[str]:
    for question in held[QUESTIONS]:
        yield f"{question.id}: {escape(question.text)} ({say.day(question.asked_at)})"


def _requests(say: Words, held: Holdings) -> Iterable[str]:
    for request in held[REQUESTS]:
        wish = request.wish
        yield say(
            "Request {number} ({state}, {day}): {text} {context} Languages: {languages}; an answer "
            "is needed: {urgency}; you are shown: {shown}",
            number=request.id,
            state=word(say, request.state),
            day=say.day(request.created_at),
            text=wish.text,
            context=wish.context,
            languages=", ".join(wish.languages),
            urgency=word(say, wish.urgency),
            shown=plain(who_asks(say, kept(wish.shown))),
        )


def _prompts(say: Words, held: Holdings) -> Iterable[str]:
    for each in held[PROMPTS]:
        when = each.posted_at or each.asked_at
        yield say(
            "Number {number} ({state}, {day}): {text}",
            number=each.id,
            state=say(PROMPT_STATES[each.state]),
            day=say.day(when) if when else "",
            text=each.text or say("words forgotten"),
        )


def _introduction(say: Words, view: IntroductionView) -> str:
    return say(
        "Request {number}: {state}, asked on {day}",
        number=view.request_id,
        state=word(say, view.state),
        day=say.day(view.proposed_at),
    )


def _votes(say: Words, held: Holdings) -> Iterable[str]:
    for vote in held[RATINGS]:
        what = say("question {number}", number=vote.question_id)
        if vote.case_id is not None:
            what = say("question {number}, case {case}", number=vote.question_id, case=vote.case_id)
        said = say("helpful") if vote.helpful else say("not helpful")
        yield f"{what}: {said} ({say.day(vote.at)})"


def _lines(say: Words, held: Holdings) -> Iterable[str]:
    for line in held[LINES]:
        yield say("{day}: {text}", day=say.day(line.at), text=line.text)


def _cases(say: Words, held: Holdings) -> Iterable[str]:
    for case in held[CASES]:
        yield f"{case.id}: {escape(case.title)} ({word(say, case.state)})"


def _rest(say: Words, held: Holdings) -> Iterable[str]:
    for flag in held[FLAGS]:
        yield say(
            "{day}: you reported case {number}: {text}",
            day=say.day(flag.at),
            number=flag.case_id,
            text=flag.reason,
        )
    if held[NEWS_OFF]:
        yield say("You said that I should not write to you by myself.")
    yield from _exchange(say, held)
    if held[SHOWN]:
        yield say.plural(
            "You were shown as an expert under one answer.",
            "You were shown as an expert under {number} answers.",
            held[SHOWN],
        )
    if held[CONTACTS]:
        yield say.plural(
            "You were contacted once; this counts towards your capacity for seven days.",
            "You were contacted {number} times; each counts towards your capacity for seven days.",
            len(held[CONTACTS]),
        )
    for page in held[HOMES]:
        yield say("You last opened your home page on {day}.", day=say.day(page.opened_at))
    if held[CODES]:
        yield say.plural(
            "One claim code waits to be used.",
            "{number} claim codes wait to be used.",
            len(held[CODES]),
        )
    for act in held[ACTS]:
        done = say.label(NAMES_OF_ACTS[act.act]) if act.act in NAMES_OF_ACTS else act.act
        who = say.label("you") if act.actor != "steward" else say.label("a steward")
        line = say("{day}: {who} {done}", day=say.day(act.at), who=who, done=done)
        yield f"{line} ({escape(act.detail)})" if act.detail else line


def _exchange(say: Words, held: Holdings) -> Iterable[str]:
    """What somebody set for the exchange; whom it concerns stands in the export, by number."""
    if held[EXCHANGE]:
        yield say.plural(
            "You take part in one exchange programme.",
            "You take part in {number} exchange programmes.",
            len(held[EXCHANGE]),
        )
    if held[AVOIDS]:
        yield say.plural(
            "You avoid one member; nobody is told.",
            "You avoid {number} members; nobody is told.",
            len(held[AVOIDS]),
        )
    if held[SUPERIORS]:
        yield say.plural(
            "You named one superior; nobody is told.",
            "You named {number} superiors; nobody is told.",
            len(held[SUPERIORS]),
        )
    if held[CHECK_INS]:
        yield say.plural(
            "You said once what came of a meeting.",
            "You said {number} times what came of a meeting.",
            len(held[CHECK_INS]),
        )
    for each in held[ASSISTANTS]:
        yield say(
            "{day}: you asked {name} to schedule for you.",
            day=say.day(each.asked_at),
            name=each.name,
        )
    for each in held[ASSISTS]:
        yield say("{day}: a member asked you to schedule for them.", day=say.day(each.asked_at))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join("- " + line.replace("\n", " ") for line in lines)
