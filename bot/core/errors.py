"""What a feature refuses to a person, kindly."""

from bot.contract import Form


class UserFacingError(Exception):
    """A refusal that the person may read.

    It carries a code and the facts of the case. The sentence stands in error_messages.py,
    because only the dispatcher knows which language the person reads.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class InvalidForm(UserFacingError):
    """Some fields of a form cannot be taken; `problems` maps a field to a refusal.

    `form` is shown again where it is given; `first` is said instead of a word on the whole form.
    """

    def __init__(
        self,
        problems: dict[str, UserFacingError],
        form: Form | None = None,
        first: UserFacingError | None = None,
    ) -> None:
        super().__init__("invalid_form")
        self.problems = problems
        self.form = form
        self.first = first or self
