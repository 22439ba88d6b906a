"""What the ground floor refuses, in one sentence with the remedy."""


class KnowledgeError(Exception):
    """A refusal whose text is one plain sentence that an operator may read."""


class StoreRefused(KnowledgeError):
    """The database cannot be opened, is too new, or does not answer."""


class UnreadableInput(KnowledgeError):
    """A file or row that cannot be taken in."""
