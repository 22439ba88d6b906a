"""What is promised in numbers is what the rule says: in sentences, and in the documents."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.calendars import meeting_times
from bot.features.asking import service as asking
from bot.features.citations import quotes
from bot.features.citations import service as citing
from bot.features.conversations import replies as conversation_replies
from bot.features.exchange.prompts import asker_consent, library
from bot.features.exchange.rounds import member_replies, next_step
from bot.features.exchange.rounds.member_replies import StoryForm
from bot.features.introductions import queue
from bot.features.members import availability, availability_replies, claims
from bot.features.members.profile_form_replies import MEANINGS
from bot.features.postcards import view
from bot.i18n import LANGUAGES, words
from bot.runtime.server import MESSAGES_KEPT
from knowledge.cases import review_cycle
from knowledge.cases.gaps import LOOKING_BACK
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.exchange.plans import Meeting, Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.members import anonymity, contacts
from knowledge.vocabulary import Community, ConversationKind, ConversationState, Purpose
from tests.support.catalogues import sentences
from tests.support.people import Clock
from tests.unit.test_description import somebody

ROOT = Path(__file__).parents[2]
DAY, WEEK, YEAR = timedelta(days=1), timedelta(weeks=1), timedelta(days=365)

NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|ten|twelve|twenty|half|an?)"
UNIT = (
    r"(?:(?:working|short) )?"
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|people|person|rounds|questions|sentences)"
)
PROMISE = re.compile(rf"\b{NUMBER} {UNIT}\b", re.IGNORECASE)

# Every number with a unit in a sentence stands here: beside the rule that it tells, or with True
# where it promises nothing. What can be filled in is not written into a sentence at all.
TOLD: dict[str, bool] = {
    "within an hour, which is the most": timedelta(hours=1) == asking.HOUR,
    "Please wait an hour, or ask a steward": timedelta(hours=1) == claims.GUESSING_WINDOW,
    "more than a year ahead": YEAR <= availability.LONGEST * DAY <= YEAR + 2 * DAY,
    "at most a year ahead": YEAR <= availability.LONGEST * DAY <= YEAR + 2 * DAY,
    "within a year": not library.is_free(date(2026, 1, 5), date(2027, 1, 4))
    and library.is_free(date(2026, 1, 5), date(2027, 1, 5)),
    "people a week": contacts.WINDOW == WEEK,
    "person a week": contacts.WINDOW == WEEK,
    "seven days": contacts.WINDOW == WEEK,
    "half an hour": timedelta(minutes=30) == meeting_times.LENGTH,
    "no half hour at which": timedelta(minutes=30) == meeting_times.LENGTH,
    "Snooze for a week": availability_replies.DAYS[0] == "7",
    "Snooze for a month": availability_replies.DAYS[1] == "30",
    "in six months": view.HALF_A_YEAR == 6,
    "The last three rounds of": next_step.SILENT_ROUNDS == 3,
    "Four short questions": len(StoryForm.inputs()) == 4,
    "One person at a time is asked": True,
    "whole hours of one day": True,
    "every two weeks": True,
    "Three questions to start with": True,
    "Two to six sentences": True,
    "a year from now that you cannot do today": True,
    "about three minutes": True,
    "takes a minute": True,
    "may take a day": True,
    "until** and a day": True,
    "on a day on which": True,
    "alone until a day": True,
    "Snooze until a day": True,
    "one day after its last": True,
    "again in one day": True,
    "a person": True,
    "one person": True,
    "4 people": True,
    "19 people": True,
    "99 people": True,
    "100 people": True,
}

DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("docs/members.md", f"contacted at most {{{contacts.DEFAULT_CAPACITY}}} times in seven days"),
    ("docs/members.md", f"kept for {conversations.KEPT.days} days after the end"),
    (
        "docs/members.md",
        f"at most {{{asking.CASES_SHOWN}}} cases and at most "
        f"{{{asking.EXPERTS_BESIDE_CASES}}} people, or at most {{{asking.EXPERTS_SHOWN}}} people",
    ),
    ("docs/members.md", f"at least {{{anonymity.FEWEST}}} approved members"),
    ("docs/members.md", f"at most {{{queue.LONGEST_LINE}}} in a line"),
    ("docs/members.md", f"{{{queue.WORKING_DAYS}}} working days of their own calendar"),
    ("docs/members.md", f"within {{{meeting_times.WORKING_DAYS}}} working days"),
    ("docs/members.md", f"at most once in {asker_consent.ONE_IN.days} days"),
    ("docs/members.md", f"at most about {quotes.MOST:,} characters"),
    ("docs/members.md", f"does not answer within {citing.PATIENCE.days} days"),
    ("docs/members.md", f"an answer of the last {MESSAGES_KEPT.days} days"),
    ("docs/stewards.md", f"comes up for review {review_cycle.REVIEW_DAYS} days after"),
    ("docs/stewards.md", f"in the last {LOOKING_BACK.days} days and the library did not answer"),
    ("docs/stewards.md", f"{{{next_step.SILENT_ROUNDS}}} rounds without a word"),
    ("docs/privacy.md", f"{conversations.KEPT.days} days after its end"),
    ("docs/privacy.md", f"at least {{{anonymity.FEWEST}}} fit"),
    ("SECURITY.md", f"at least {{{anonymity.FEWEST}}} approved members"),
)
CONVERSATION = ConversationView(
    1,
    ConversationKind.PAIRING,
    "registers",
    "",
    ConversationState.OPEN,
    True,
    True,
    Clock().now,
    (),
)
PROGRAMME = ProgrammeView(1, "Bridges", {}, {}, {}, True, 28, False, False, None)
WRITTEN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def said() -> Iterator[str]:
    for entry in sentences():
        if entry.id:
            yield from [entry.id] if isinstance(entry.id, str) else entry.id


def test_every_number_in_a_sentence_is_held_against_its_rule() -> None:
    promises = [each for each in said() if PROMISE.search(each)]
    assert len(promises) > 40
    unknown = [each for each in promises if not any(known in each for known in TOLD)]
    assert unknown == [], "a number that no rule is held against; fill it in from its constant"
    assert [known for known in TOLD if not any(known in each for each in promises)] == []


@pytest.mark.parametrize("told", TOLD)
def test_a_sentence_says_what_the_rule_does(told: str) -> None:
    assert TOLD[told]


@pytest.mark.parametrize(("name", "phrase"), DOCUMENTED)
def test_a_document_says_what_the_rule_does(name: str, phrase: str) -> None:
    phrase = re.sub(r"\{(\d+)\}", lambda found: WRITTEN[int(found[1])], phrase)
    text = (ROOT / name).read_text("utf-8")
    assert phrase.casefold() in text.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_set_no_limit_reads_the_one_that_holds(language: str) -> None:
    say, someone = words(language), somebody(1, Community.CITY, "Statistician", "MX")
    for capacity in (None, 1, 2, 5):
        told = availability_replies.capacity(say, replace(someone, capacity=capacity)).text
        most = contacts.capacity(replace(someone, capacity=capacity))
        assert str(most) in told or most == 1
        assert (told == availability_replies.capacity(say, someone).text) is (capacity is None)


def test_what_a_room_keeps_is_said_as_it_is() -> None:
    say = words("en")
    for bridged, heard, kept in ((True, True, True), (False, True, True), (False, False, False)):
        found = replace(CONVERSATION, bridged=bridged, heard=heard)
        told = conversation_replies.closed(say, found).text
        assert (f"kept for {conversations.KEPT.days} days" in told) is kept
        assert ("never kept here" in told) is not kept


def test_partners_read_what_the_consent_to_be_paired_says_and_no_more() -> None:
    told: dict[str, object] = {
        "name": "Nadia Nameson",
        "organisation": "Orgoffice",
        "offers": ("offering",),
        "needs": ("needing",),
    }
    kept: dict[str, object] = {
        "place": "Placeville",
        "profile": "PROFILETEXT",
        "contact_line": "contact@example.org",
    }
    one = somebody(1, Community.CITY, "Roleholder", "MX", **{**told, **kept})
    other = somebody(2, Community.NATIONAL, "Statistician", "CO", needs=("x",), offers=("y",))
    why = Reasons(meetings=(Meeting(1, 0, 2, 0), Meeting(2, 0, 1, 0)), hours=((0, 3600),))
    shown = member_replies.greeting(words("en"), PROGRAMME, 1, {1: one, 2: other}, why).text
    for field, value in (
        ("name", one.name),
        ("role", one.role),
        ("organisation", one.organisation),
        ("offers", one.offers[0]),
        ("needs", one.needs[0]),
        ("hours", "Hours in which all of you work"),
    ):
        assert field in MEANINGS[Purpose.BE_PAIRED], f"the consent does not name the {field}"
        assert value in shown
    assert not [value for value in kept.values() if str(value) in shown]
