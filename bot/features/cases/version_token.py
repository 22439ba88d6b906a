"""A short word for a version of a case, so that two editors do not overwrite each other."""

from knowledge.cases.cases import content_hash, draft_of
from knowledge.cases.views import CaseView


def mark(case: CaseView) -> str:
    """The same for the same words, 12 characters."""
    return content_hash(draft_of(case))[:12]
