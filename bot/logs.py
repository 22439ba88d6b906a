"""The log: facts about what happened, to stderr, never what members wrote."""

import logging
import sys
from typing import Any

import structlog


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
