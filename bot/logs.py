"""The log: facts about what happened, to stderr, never what members wrote."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

HOME = Path(__file__).parents[1]
OURS = frozenset({"bot", "adapters", "knowledge"})


def configure(form: str, level: str) -> None:
    """Write `form` (console or json) from `level` on; tracebacks without the values in them."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        shared += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        shared.append(
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            )
        )
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # The tokenizers' and the hub's own chatter is of no use to an operator.
    for name in (
        "transformers",
        "sentence_transformers",
        "huggingface_hub",
        "trafilatura",
        "pypdf",
    ):
        logging.getLogger(name).setLevel(logging.ERROR)


def where(error: BaseException) -> str:
    """Where in our own code it went wrong, as `bot/app.py:12`, and nothing of what it says.

    The text of an exception may repeat what somebody wrote.
    """
    ours = [
        f"{file.relative_to(HOME)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if (file := Path(frame.filename)).is_relative_to(HOME)
        and file.relative_to(HOME).parts[0] in OURS
    ]
    return ours[-1] if ours else "outside"
