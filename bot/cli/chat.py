"""demo, chat, ask, sample: a conversation, or one question."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any

import structlog
import typer

from bot.app import Core, adapter_factory, now
from bot.cli.demo_round import prepare, rehearse
from bot.cli.sample import CASES, MEMBERS, load_sample
from bot.cli.session import (
    encode,
    errors,
    loaded_core,
    opened_store,
    terminal_person,
    using_database,
)
from bot.contract import Adapter, Person, Place, unwritten
from bot.contract.markup import plain
from bot.features.asking import replies as asking_replies
from bot.features.asking.answer import Answer, FoundCase, FoundExpert
from bot.features.asking.filters import filters_from
from bot.features.asking.service import Request
from bot.features.help.platform_ui import platform_ui
from bot.i18n import words
from bot.i18n.labels import described
from bot.settings import read_settings
from knowledge.encoders.embedded import cache_dir
from knowledge.errors import KnowledgeError

log = structlog.get_logger()
app = typer.Typer()

DEMO_QUESTION = "How do we get agencies to share their data?"


@app.command()
def demo(
    ask: Annotated[str, typer.Option(help="Ask this and end.")] = "",
) -> None:
    """Try Crosswalk with the sample community, in a database of its own."""
    with demo_core() as core:
        if ask:
            _print_answer(core, ask)
            return
        if sys.stdin.isatty():
            asyncio.run(converse(core))
        else:
            _print_answer(core, DEMO_QUESTION)
        asyncio.run(rehearse(core, now()))


@contextmanager
def demo_core() -> Iterator[Core]:
    """The core on a database that belongs to this sample and this model alone."""
    settings = read_settings()
    digest = sha256(settings.embedding_model.encode())
    for file in (CASES, MEMBERS):
        digest.update(file.read_bytes())
    file = cache_dir(settings.model_cache_dir) / f"demo-{digest.hexdigest()[:12]}.db"
    settings = settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    with loaded_core(settings, library=False) as core:
        core.store.write(load_sample)
        core.store.write(lambda session: prepare(session, now()))
        encode(core)
        yield core


@app.command()
def chat(
    lang: Annotated[str, typer.Option(help="The language you read: en, es or fr.")] = "",
    name: Annotated[
        str, typer.Option("--as", help="Who you are here; empty: your account on this machine.")
    ] = "",
) -> None:
    """Talk to the bot in this terminal, with every command that it has elsewhere."""
    settings = read_settings()
    with using_database(settings), loaded_core(settings) as core:
        asyncio.run(converse(core, lang, name.strip()))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Your question, in your own words.")],
    lang: Annotated[str, typer.Option(help="The language you read: en, es or fr.")] = "",
    topic: Annotated[str, typer.Option(help="Only cases on this topic.")] = "",
    community: Annotated[str, typer.Option(help="Only cases of city, national, partner.")] = "",
    level: Annotated[str, typer.Option(help="Only city, metro, state or national.")] = "",
    country: Annotated[str, typer.Option(help="Only this country, such as MX.")] = "",
    since: Annotated[str, typer.Option(help="Only sources published since this year.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask one question and end."""
    given = {
        "topic": topic,
        "community": community,
        "level": level,
        "country": country,
        "since": since,
    }
    options = {name: value for name, value in given.items() if value}
    with loaded_core() as core:
        _print_answer(core, question, lang, options, as_json=as_json)


@app.command()
def sample(
    cases_only: Annotated[bool, typer.Option(help="Leave the invented people out.")] = False,
) -> None:
    """Load the sample community into the configured database; twice changes nothing."""
    with opened_store() as store:
        loaded = store.write(lambda session: load_sample(session, cases_only=cases_only))
    errors.print(f"{loaded.cases} cases and {loaded.members} invented people are new.")


def _print_answer(
    core: Core,
    question: str,
    lang: str = "",
    options: dict[str, str] | None = None,
    *,
    as_json: bool = False,
) -> None:
    intent = core.dispatcher.grammar.parse(question)
    text = intent.text if intent.verb == "ask" else question
    person = terminal_person(lang or _locale())
    place = Place(person.platform, person.workspace, person.user_id)

    async def answer() -> Answer:
        context = await core.profiles.recognise(person, place)
        return await core.asking.answer(
            Request(
                text=text,
                account_key=person.key,
                asker=context.member,
                hint=lang or _locale(),
                filters=filters_from({**intent.options, **(options or {})}),
                sees_people=True,
            )
        )

    found = asyncio.run(answer())
    language = lang or found.language
    if as_json:
        typer.echo(json.dumps(_document(found, language), ensure_ascii=False, indent=2))
        return
    say = words(language)
    reply = asking_replies.answer(say, replace(found, suggestion=intent.suggestion), now())
    adapter = adapter_factory("console")(person)
    asyncio.run(adapter.post(place, reply, str(found.question_id)))


def _terminal(person: Person, first: str) -> Adapter:
    return adapter_factory("console")(person, first=first)


async def converse(
    core: Core,
    lang: str = "",
    name: str = "",
    terminal: Callable[[Person, str], Adapter] = _terminal,
) -> None:
    """A conversation with one person; it begins with what waited for them."""
    language = lang or _locale()
    person = terminal_person(language, name=name)
    # Nothing ticks without `crosswalk run`, and nothing can be sent to a closed terminal: what
    # waited is shown when somebody comes.
    await core.introductions.tick()
    waiting = await core.introductions.anything_for(person)
    adapter = terminal(person, "requests" if waiting else "")
    say = words(language)
    own = platform_ui(say, core.dispatcher.grammar, steward=person.admin)
    looking = asyncio.create_task(_look_once(core))
    await adapter.run(unwritten(core.dispatcher.handle), {say.language: own})
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def _look_once(core: Core) -> None:
    """Where nothing runs by itself, what is due is done when somebody comes."""
    for tick in core.jobs:
        try:
            await tick.job()
        except KnowledgeError as refused:
            log.error("What was due could not be done.", due=tick.name, why=str(refused))


def _locale() -> str:
    """The language of this terminal, such as `es` from LANG=es_MX.UTF-8."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "")[:2].casefold()
        if code.isalpha():
            return code
    return "en"


def _document(found: Answer, language: str) -> dict[str, Any]:
    return {
        "question": found.question_id,
        "language": found.language,
        "confidence": found.confidence.value,
        "score": round(found.score, 4),
        "cases": [_case(case) for case in found.cases],
        "experts": [_expert(expert, language) for expert in found.experts],
    }


def _case(found: FoundCase) -> dict[str, Any]:
    source = found.case.source
    return {
        "id": found.case.id,
        "title": found.case.title,
        "excerpt": str(found.excerpt),
        "best_sentence": found.excerpt.best,
        "score": round(found.score, 4),
        "strength": found.strength.value,
        "source": {
            "title": source.title,
            "url": source.url,
            "date": source.published,
            "licence": source.licence,
        },
        "community": found.case.community,
        "place": found.case.place,
        "country": found.case.country,
        "language": found.case.language,
    }


def _expert(found: FoundExpert, language: str) -> dict[str, Any]:
    return {
        "id": found.member_id,
        "display": described(words(language), found.shown_as),
        "community": found.community,
        "organisation": found.organisation,
        "score": round(found.score, 4),
        "reasons": [
            plain(asking_replies.reason(words(language), reason)) for reason in found.reasons
        ],
    }
