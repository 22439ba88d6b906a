"""Draw the README's picture: a real answer of the sample community, as the terminal shows it.

Run: python -m tests.support.picture
"""

import asyncio
from pathlib import Path

from adapters.console import to_svg
from bot.app import now
from bot.cli.chat import demo_core
from bot.features.asking import replies as asking_replies
from bot.features.asking.service import Request
from bot.i18n import words

QUESTION = "How do cities share sensor data with the statistics office?"
FILE = Path(__file__).parents[2] / "docs" / "answer.svg"


def main() -> None:
    with demo_core() as core:
        found = asyncio.run(core.asking.answer(Request(QUESTION, "", sees_people=True)))
    reply = asking_replies.answer(words("en"), found, now())
    FILE.write_text(to_svg(reply, "crosswalk demo", choices=False), "utf-8")


if __name__ == "__main__":
    main()
