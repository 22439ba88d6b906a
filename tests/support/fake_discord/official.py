"""Bodies of requests judged by Discord's own OpenAPI document, where a tester has one."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from tests.support.fake_discord.limits import Json, invalid

VARIABLE = "DISCORD_OPENAPI"
MESSAGE, EDIT = "MessageCreateRequest", "MessageEditRequestPartial"
CALLBACKS = {
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}


def document() -> Path | None:
    """The file that DISCORD_OPENAPI names; None when it names none."""
    named = os.environ.get(VARIABLE, "").strip()
    found = Path(named) if named else None
    return found if found is not None and found.is_file() else None


def judge(body: Json, schema: str) -> None:
    """Refuse a body that the document refuses; without a document nothing is refused."""
    file = document()
    if file is None:
        return
    found = best_match(_validator(file, schema).iter_errors(body))
    if found is not None:
        where = "/".join(map(str, found.absolute_path)) or schema
        raise invalid(where, found.message[:300])


@cache
def _validator(file: Path, schema: str) -> Draft202012Validator:
    whole = json.loads(file.read_text("utf-8"))
    # Clients write ids as numbers, too, and Discord takes them.
    whole["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    reference = {"$ref": f"#/components/schemas/{schema}", "components": whole["components"]}
    return Draft202012Validator(reference)
