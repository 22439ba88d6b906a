"""What a feature refuses to a person, kindly."""


class UserFacingError(Exception):
    """A refusal that the person may read.

    It carries a code and the facts of the case. The sentence stands in wording/refusals.py,
    because only the desk knows which language the person reads.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class InvalidForm(UserFacingError):
    """Some fields of a form cannot be taken; `problems` maps a field to a refusal."""

    def __init__(self, problems: dict[str, UserFacingError]) -> None:
        super().__init__("invalid_form")
        self.problems = problems
