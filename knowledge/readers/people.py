"""Tells rows about people from rows about cases, by what their columns are called.

A list of people in a folder of cases must not put their names into the review queue.
"""

from collections.abc import Iterable

from knowledge.errors import UnreadableInput
from knowledge.readers.columns import CASES, MEMBERS, NAME_PARTS, header

_PERSONAL = frozenset(
    {"first_name", "last_name", "second_last_name", "role", "contact_line", "offers", "needs"}
    | {"consents", "time_zone", "hours", "hours_from", "capacity"}
)
# What else a page about somebody states; rosters of members know no such columns.
_ABOUT_SOMEBODY = frozenset(
    word
    for words in (
        "roles job_titles linkedin twitter orcid birth_date birthday date_of_birth pronouns",
        "nickname salutation honorific academic_title avatar headshot photo speaker bio biography",
    )
    for word in words.split()
)
_ONLY_NAMED = frozenset({"name", "nombre", "nom", "nome"})


class DescribesPerson(UnreadableInput):
    """A row that belongs to `members import`."""

    def __init__(self) -> None:
        super().__init__(
            "This row describes a person, not a case. Bring people in with: "
            "crosswalk members import FILE."
        )


def check_no_person(labels: Iterable[str], *, document: bool = False) -> None:
    """Raise `DescribesPerson` where the names of a row's values are those of a person.

    `document` is for the head of a page, whose text is no column: a title is then what tells a
    case from a biography.
    """
    stated = list(labels)
    words = {header(label) for label in stated}
    person = {name for label in stated if (name := MEMBERS.known(label))} & _PERSONAL
    if words & _ABOUT_SOMEBODY:
        person.add("profile")
    titles = {header(label) for label in stated if CASES.known(label) == "title"}
    titled = bool(titles - _ONLY_NAMED)
    reading = CASES.reading(stated)
    told = reading.names & {"text", "topics", "published", "source_title"}
    named = bool(words & _ONLY_NAMED) or not person.isdisjoint(NAME_PARTS)
    whole_name = {"first_name", "last_name"} <= person
    if document:
        # An author's mail address beside a title is no person's page.
        person -= {"contact_line", "hours", "hours_from"} if titled else set()
        found = whole_name or (bool(person) and not titled)
    elif named:
        linked = "source_url" in reading.names and len(person) < 2
        found = bool(person) and not told and not linked
        found = found or (len(person) >= 3 and told <= {"text"} and not titled)
    else:
        found = bool(person) and not told and not titled and "source_url" not in reading.names
    if found:
        raise DescribesPerson
