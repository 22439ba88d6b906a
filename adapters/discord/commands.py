"""Application commands: what Discord lists, in each language, and only when it changed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from discord import Locale
from discord.http import Route

from adapters.discord.client import Client
from adapters.discord.inbound import ASK_ABOUT, SAVE
from bot.contract import Argument, ArgumentKind, Command, PlatformUI, markup
from bot.contract.adapter_kit import shortened

log = structlog.get_logger(__name__)

Json = dict[str, Any]

PLAIN = "en"
"""What stands where nothing else fits."""
MOST, DESCRIPTION, NAME = 100, 100, 32
CHAT, ON_MESSAGE = 1, 3
KINDS = {ArgumentKind.WORDS: 3, ArgumentKind.NUMBER: 4, ArgumentKind.SWITCH: 5}
LONGEST_WORDS = 4_000
IN_SERVERS, WITH_THE_BOT = 0, 1
MANAGE_GUILD = 1 << 5
COMPARED = ("type", "name", "name_localizations", "description", "description_localizations")
COMPARED_OPTION = (*COMPARED, "required", "autocomplete", "min_value", "max_length")

_NAME = re.compile(r"[-_\w]{1,32}")


def definitions(uis: Mapping[str, PlatformUI]) -> list[Json]:
    """Every command in every language, as Discord takes them; the first surface is English."""
    if not uis:
        return []
    plain = uis.get(PLAIN) or next(iter(uis.values()))
    told = [_command(one, at, uis) for at, one in enumerate(plain.commands)]
    if plain.ask_about:
        told.append(_menu(ASK_ABOUT, {key: each.ask_about for key, each in uis.items()}))
    if "save" in plain.verbs and plain.save_as_case:
        told.append(_menu(SAVE, {key: each.save_as_case for key, each in uis.items()}))
    return told[:MOST]


async def synchronise(client: Client, uis: Mapping[str, PlatformUI]) -> bool:
    """Tells Discord the commands when they are others than it lists; whether it was told."""
    wanted = definitions(uis)
    number = client.application_id
    if number is None:
        return False
    # The library's own call leaves the other languages out.
    listed = Route("GET", "/applications/{application_id}/commands", application_id=number)
    standing = await client.http.request(listed, params={"with_localizations": "true"})
    if _compared(standing) == _compared(wanted):
        return False
    payload: Any = wanted
    await client.http.bulk_upsert_global_commands(number, payload)
    log.info("Discord was told the commands.", commands=len(wanted))
    return True


def _command(plain: Command, at: int, uis: Mapping[str, PlatformUI]) -> Json:
    others = {key: each.commands[at] for key, each in uis.items() if at < len(each.commands)}
    arguments = sorted(enumerate(plain.arguments), key=lambda one: not one[1].required)
    drawn: Json = {
        "type": CHAT,
        "name": plain.name,
        "description": _described(plain.description),
        **_localised(
            {key: each.label for key, each in others.items()},
            {key: each.description for key, each in others.items()},
        ),
        "options": [
            _option(one, {key: each.arguments[index] for key, each in others.items()})
            for index, one in arguments
        ],
        "contexts": [IN_SERVERS] if plain.trusted else [IN_SERVERS, WITH_THE_BOT],
        "integration_types": [0],
    }
    return drawn | ({"default_member_permissions": MANAGE_GUILD} if plain.trusted else {})


def _option(plain: Argument, others: Mapping[str, Argument]) -> Json:
    drawn: Json = {
        "type": KINDS[plain.kind],
        "name": plain.name,
        "description": _described(plain.description),
        **_localised(
            {key: each.label for key, each in others.items()},
            {key: each.description for key, each in others.items()},
        ),
        "required": plain.required,
    }
    if plain.kind is ArgumentKind.WORDS:
        drawn["max_length"] = LONGEST_WORDS
    if plain.kind is ArgumentKind.NUMBER and not plain.completed:
        drawn["min_value"] = 1
    return drawn | ({"autocomplete": True} if plain.completed else {})


def _menu(name: str, labels: Mapping[str, str]) -> Json:
    told = {
        locale: shortened(markup.one_line(labels[language]), NAME)
        for language, locale in _locales(labels)
        if labels[language]
    }
    return {
        "type": ON_MESSAGE,
        "name": name,
        "name_localizations": told,
        "contexts": [IN_SERVERS, WITH_THE_BOT],
        "integration_types": [0],
    }


def _locales(languages: Iterable[str]) -> list[tuple[str, str]]:
    """Each of the languages but English with each of Discord's names of it: `es` and `es-419`."""
    return [
        (language, locale.value)
        for language in languages
        for locale in Locale
        if language == locale.value.partition("-")[0] != PLAIN
    ]


def _localised(names: Mapping[str, str], descriptions: Mapping[str, str]) -> Json:
    """Names and descriptions by Discord's locales; a word that it would refuse is left out."""
    pairs = _locales({**names, **descriptions})
    return {
        "name_localizations": {
            locale: names[language].casefold()
            for language, locale in pairs
            if _NAME.fullmatch(names.get(language, "").casefold())
        },
        "description_localizations": {
            locale: _described(descriptions[language])
            for language, locale in pairs
            if descriptions.get(language, "").strip()
        },
    }


def _described(text: str) -> str:
    return shortened(markup.one_line(text), DESCRIPTION) or "…"


def _compared(commands: Sequence[Any]) -> list[Json]:
    """What of each command is ours to decide, so that Discord's own additions do not count."""
    told = []
    for one in commands:
        kept: Json = {name: one.get(name) or None for name in COMPARED}
        kept["default_member_permissions"] = str(one.get("default_member_permissions") or "")
        kept["contexts"] = sorted(one.get("contexts") or ())
        kept["options"] = [
            {name: option.get(name) or None for name in COMPARED_OPTION}
            for option in one.get("options") or ()
        ]
        told.append(kept)
    return sorted(told, key=lambda each: (each["type"] or CHAT, each["name"]))
