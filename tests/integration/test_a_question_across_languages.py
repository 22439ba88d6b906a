"""One question's whole way with the real model: no shared word, a language between (`model`)."""

from collections.abc import Iterator

import pytest

from bot.app import Core, build
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from knowledge.vocabulary import Community
from tests.conftest import NOW
from tests.support.community import (
    Room,
    admit,
    case,
    case_cards,
    expert,
    people_cards,
    person,
    publish,
)

pytestmark = pytest.mark.model

ASKER = person("ines", "es")
RIGHT = "Des dépenses de caisse pour suivre l'inflation"
LIBRARY = (
    case(
        RIGHT,
        "Les supermarchés transmettent chaque semaine leurs ventes à l'institut, qui en tire "
        "l'indice des prix sans envoyer d'enquêteurs dans les magasins.",
        language="fr",
        country="FR",
    ),
    case(
        "Noise maps from street sensors",
        "The city measured traffic noise with forty microphones and published a map.",
    ),
    case(
        "Barrios sin direcciones",
        "La alcaldía dio nombre y número a cada calle de los asentamientos.",
        language="es",
    ),
    case(
        "Open licences for public data",
        "The council moved all of its datasets to one licence, after a year of talks.",
    ),
    case(
        "Sharing school records",
        "Two agencies agreed on how pupils' records may be linked, and who may see them.",
    ),
)


@pytest.fixture
def core(store: Store, embedded: Encoder) -> Iterator[Core]:
    """The core with the default settings, over a library of three languages."""
    publish(store, *LIBRARY)
    admit(
        store,
        expert("Ines", community=Community.CITY, languages=("es",), consents=()),
        ASKER,
    )
    admit(store, expert("Olga", "retail transaction files for consumer price statistics"))
    admit(store, expert("Noor", "archiving old building permits"))
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    wired = build(settings, store, embedded, clock=lambda: NOW)
    wired.library.refresh()
    yield wired
    wired.close()


async def test_a_case_and_a_person_are_found_across_languages(core: Core) -> None:
    reply = await Room(core).say(
        ASKER, "¿Se puede medir la subida de precios con los datos de caja de las tiendas?"
    )
    assert case_cards(reply)[0].title == RIGHT
    assert "Olga" in people_cards(reply)[0].title
    assert "Noor" not in str(people_cards(reply))


@pytest.mark.parametrize("text", ["¿Qué preparo de cena para mis suegros?", "gracias por todo"])
async def test_everyday_life_finds_neither(core: Core, text: str) -> None:
    reply = await Room(core).say(ASKER, text)
    assert not case_cards(reply)
    assert not people_cards(reply)
