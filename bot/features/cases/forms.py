"""The forms about cases: what members tell, report and correct, and what stewards decide."""

from bot.core.forms import (
    FormOf,
    any_topics,
    choice,
    long_text,
    must_choose,
    one_of,
    optional,
    or_refuse,
    short_text,
)
from bot.features.members import profile_forms
from bot.i18n import later
from knowledge.readers import parsers
from knowledge.vocabulary import FlagKind, Level

TITLE_LIMIT = 200
SAVED_LIMIT = 3_000
"""Characters: what every platform can put into a form beforehand."""
TEXT_LIMIT = 4_000
NOTE_LIMIT = 200
REASON_LIMIT = 300
REPORT_LIMIT = 500
ADDRESS_LIMIT = 2_000
OTHER, DRAFT = "other", "draft"
"""Whose words stay when a draft is merged into another case."""


def address(said: str) -> str:
    """A web address. Raises `unknown_address`."""
    return or_refuse(parsers.web_address, said, "unknown_address")


def published(said: str) -> str:
    """A year, a month or a day. Raises `unknown_date`."""
    return or_refuse(parsers.published, said, "unknown_date")


class SavedWords(FormOf):
    """What was done, in whose words, and where it comes from."""

    action, heading = "case.save", later("Save as case")
    title = short_text(
        later("Title"), TITLE_LIMIT, required=True, hint=later("One sentence of what was done.")
    )
    text = long_text(
        later("Text"),
        SAVED_LIMIT,
        required=True,
        hint=later("Two to six sentences: what was done, and what came of it."),
    )
    whose = one_of(later("Whose words are these"), required=True)
    source = short_text(
        later("Source"),
        TITLE_LIMIT,
        required=True,
        hint=later("Such as a report, a page, or where you know it from; no names."),
    )
    url = optional(later("Address of the source"), ADDRESS_LIMIT, address)


class SavedPlace(FormOf):
    """Where it was and what it is about; everything may stay empty."""

    action, heading = "case.save", later("Where it was")
    place = short_text(later("City or place"), 120)
    country = optional(later("Country"), 60, profile_forms.country)
    level = choice(later("Level of government"), Level)
    topics = any_topics(later("Topics"))
    published = optional(
        later("Published"), 20, published, hint=later("Such as 2019, 2019-03 or 2019-03-05.")
    )


class EditedCase(FormOf):
    """The words of a case; the note belongs to a published one."""

    action, heading = "case.edit", later("Edit case {number}")
    title = short_text(later("Title"), TITLE_LIMIT, required=True)
    text = long_text(later("Text"), TEXT_LIMIT, required=True)
    topics, url, published = SavedPlace.topics, SavedWords.url, SavedPlace.published
    note = short_text(
        later("What changed, in a sentence; every reader of the case can see it"), NOTE_LIMIT
    )


class RejectedCase(FormOf):
    """The reason for turning a draft down."""

    action, heading = "case.reject", later("Reject case {number}")
    reason = long_text(later("Reason"), REASON_LIMIT, required=True)


class RetiredCase(FormOf):
    """The reason for taking a case out of the library."""

    action, heading = "case.retire", later("Retire case {number}")
    reason = long_text(later("Reason"), REASON_LIMIT)


class MergedCase(FormOf):
    """Whose words stay."""

    action, heading = "case.merge", later("Merge draft {draft} into case {number}")
    keep = one_of(later("Whose words stay"), required=True)


class CaseReport(FormOf):
    """What is the matter with a case."""

    action, heading = "case.flag", later("Report case {number}")
    kind = must_choose(later("What is the matter"), FlagKind)
    reason = long_text(
        later("What should a steward know"),
        REPORT_LIMIT,
        required=True,
        hint=later("Such as what changed, and where that can be read."),
    )


class ReportAnswer(FormOf):
    """What came of a report."""

    action, heading = "flag.resolve", later("Answer the report on case {number}")
    note = long_text(later("What came of it"), REPORT_LIMIT, required=True)


class CallForCases(FormOf):
    """What members should tell about."""

    action, heading = "call.write", later("Call for cases")
    text = long_text(
        later("What members should tell about"),
        REPORT_LIMIT,
        required=True,
        hint=later("In your own words: nobody's question is quoted."),
    )
    topics = any_topics(later("Topics"))
