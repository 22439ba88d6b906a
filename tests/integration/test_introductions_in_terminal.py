"""A question goes from one person to another in the terminal alone, through the real console."""

import io

from adapters.console import create
from adapters.console.adapter import ConsoleAdapter
from bot.app import Core
from bot.cli.chat import converse
from bot.contract import Person
from knowledge.database.store import Store
from tests.support.community import admit, expert

ANA, BO = "ana", "bo"
ASK = "registers of addresses for the census"


async def talk(core: Core, name: str, *lines: str) -> str:
    """What one person sees who writes these lines and leaves."""
    stdout = io.StringIO()

    def adapter(person: Person, first: str) -> ConsoleAdapter:
        return create(
            person, stdin=io.StringIO("\n".join((*lines, ""))), stdout=stdout, first=first
        )

    await converse(core, "en", name, adapter)
    return " ".join(stdout.getvalue().split())


async def test_two_people_and_one_terminal(store: Store, core: Core, judged: None) -> None:
    asker = expert("Ana Ruiz", consents=(), contact_line="ana@leon.example")
    admit(store, asker, Person("console", "local", ANA, ANA))
    helper = expert("Bo Berg", ASK, contact_line="bo@stat.example")
    admit(store, helper, Person("console", "local", BO, BO))

    seen = await talk(core, ANA, ASK, "1", "", "", "", "", "3", "1")
    assert "Nothing is sent yet" in seen
    assert "With expert 1 of 1" in seen
    assert "Bo@" not in seen

    seen = await talk(core, BO, "1")
    assert "One request waits for your answer." in seen
    assert "Thank you. You have accepted request 1." in seen
    assert "ana@leon.example" in seen

    seen = await talk(core, ANA)
    assert "An expert has accepted." in seen
    assert "bo@stat.example" in seen
    assert "An expert has accepted." not in await talk(core, ANA)
