"""What people typed into forms that are not sent yet: kept for an hour, in memory, and bounded.

Discord gives a form back without its labels, and opens none from another: a page that follows, or
a form that has to be corrected, is remembered until its button is pressed.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from adapters.discord.forms import Values, filled
from bot.contract import Form

MOST = 1_000
REMEMBERED = 3_600.0

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form with what was typed so far."""

    form: Form
    at: float


class PendingForms:
    """Forms in hand: by who fills them in, and by action and subject."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Draft] = OrderedDict()

    def keep(self, user_id: str, form: Form) -> None:
        """Remember a form as it stands."""
        key = (user_id, form.action, form.subject)
        self._kept[key] = Draft(form, time.monotonic())
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def find(self, user_id: str, action: str, subject: str) -> Form | None:
        """The form, or None when it was forgotten."""
        draft = self._kept.get((user_id, action, subject))
        if draft is None or time.monotonic() - draft.at > REMEMBERED:
            return None
        return draft.form

    def fill(self, user_id: str, action: str, subject: str, values: Values) -> Form | None:
        """The form with these values put in, remembered so; None when it was forgotten."""
        form = self.find(user_id, action, subject)
        if form is None:
            return None
        changed = filled(form, values)
        self.keep(user_id, changed)
        return changed

    def drop(self, user_id: str, action: str, subject: str) -> None:
        """It was sent."""
        self._kept.pop((user_id, action, subject), None)
