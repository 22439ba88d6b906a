"""Whatever is said: an answer in words, never an exception, never a claim that does not hold."""

import asyncio

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.contract import Reply, markup
from bot.contract.markup import Bullets, Paragraph, Quote, Span
from knowledge.database.store import Store
from knowledge.questions import questions
from knowledge.vocabulary import Confidence
from tests.support.community import Room, admit, case, expert, person, publish, spoken
from tests.support.properties import slow

ASKER = person("asker")
APOLOGY = ("Something went wrong", "Algo falló", "de notre côté", "nuestro lado")
NASTY = [
    "",
    "   ",
    "\n\n\t",
    "?",
    "🙂",
    "🙂🙂🙂 👩‍👩‍👧‍👦 🏳️‍🌈",
    "x" * 50_000,
    "word " * 10_000,
    "é" * 50_000,
    "مرحبا كيف نشارك البيانات",
    "\u202egnirahs atad\u202c",
    "שלום עולם\u200f",
    "\x00\x01\x02\x1b[31mred\x07",
    "a\x00b",
    "half \ud83d of a pair",
    "AND OR NEAR NOT",
    '" * ( : ) ^ - + {',
    'title:"x" AND (a* OR b) NEAR/5 c',
    "'; DROP TABLE member; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "@everyone @here",
    "<!channel> <!here> <@U123> <#C123>",
    "[click](javascript:alert(1)) [x](https://evil.example)",
    "https://evil.example/?q=1",
    "**bold** _it_ > quote\n- list\n# head\n```code```",
    "{time:1} {question} {0} {number!r} %s %(x)s",
    "${jndi:ldap://x}",
    "../../../etc/passwd",
    "ask ask ask",
    "/ask",
    "case case case",
    "cases topic:legal topic:legal topic:",
    "ask topic:\u202e",
    "expert",
    "expert ?",
    "expert 🙂",
    "consent all yes yes yes",
    "claim " + "A" * 40,
    "data erase",
    "hours 99-100",
    "languages zz",
    "capacity 99",
    "withdraw 999999999",
    "questions 1 edit " + "x" * 5_000,
    "language klingon",
    "join us",
    "क्या आप डेटा साझा करते हैं",
    "数据共享怎么做？",
    "ﬁne ２０ Ⅷ ½",
    "Z̷̢͝a̸l̴g̵o̶" * 50,
    "\u200b\u200c\u200d\ufeff",
    "1" * 400,
    "public",
    "? public",
]


@pytest.fixture
def stocked(store: Store, room: Room) -> Room:
    """A library with an answer and an expert, and an approved asker."""
    publish(store, case("Departments that refused to share data"), case("Law on access"))
    admit(store, expert("Bea", "departments that refuse to share data"))
    admit(store, expert("Asker", consents=()), ASKER)
    room.core.library.refresh()
    return room


def links(blocks: tuple[object, ...]) -> list[str]:
    """Every address that a text would make clickable."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(spans):
                found += [span.address for span in spans if span.address]
            case Quote(inner):
                found += links(inner)
            case Bullets(items):
                found += [address for item in items for address in links(item)]
            case Span():
                pass
    return found


def sound(reply: Reply) -> None:
    """Words, no exception, no answer claimed, nothing of what was said become markup."""
    assert reply.text.strip()
    heard = spoken(reply)
    assert not any(words in heard for words in APOLOGY), heard[:300]
    assert "closely matches" not in heard
    assert "One case in the library answers" not in heard
    assert links(markup.parse(reply.text)) == []


@pytest.mark.parametrize("said", NASTY, ids=range(len(NASTY)))
async def test_awkward_words_get_a_sound_answer(stocked: Room, said: str) -> None:
    sound(await stocked.say(ASKER, said))
    sound(await stocked.say(person("stranger", "es"), said))
    sound(await stocked.submit(ASKER, "ask.form", {"question": said, "topic": ""}))


async def test_a_long_question_is_refused_with_the_limit(stocked: Room) -> None:
    for said in ("x" * 50_000, "share data " * 5_000):
        assert "at most 4000 characters" in (await stocked.say(ASKER, said)).text


async def test_what_was_said_is_shown_as_it_was_said(stocked: Room) -> None:
    for said in ("<script>alert(1)</script>", "**a** [x](https://evil.example) @everyone {time:1}"):
        reply = await stocked.say(ASKER, said)
        assert markup.plain(reply.text).startswith(said)


ALPHABET = st.sampled_from(
    [*"\"*(): ^-+{}[]<>@#!&|\\/`'~$%?.,;_=", "AND", "OR", "NEAR", "🙂", "م", "\u202e", "\x00", "é"]
)


@slow(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=80), st.lists(ALPHABET, max_size=25).map("".join)))
def test_any_text_gets_a_sound_answer(stocked: Room, said: str) -> None:
    sound(asyncio.run(stocked.say(ASKER, said)))


@slow(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from(["case", "expert", "offer", "need", "hours", "consent", "claim", "help"]),
    rest=st.text(max_size=40),
)
def test_any_words_after_a_verb_get_a_sound_answer(stocked: Room, verb: str, rest: str) -> None:
    sound(asyncio.run(stocked.say(ASKER, f"{verb} {rest}")))


async def test_no_awkward_question_is_kept_as_answered(stocked: Room, store: Store) -> None:
    for said in NASTY:
        await stocked.say(ASKER, said)
    kept = store.read(lambda s: questions.asked_by(s, asker_id=None, account_key=ASKER.key))
    assert kept
    assert {question.confidence for question in kept} <= {Confidence.NONE, Confidence.RELATED}
