"""Keys of what happens once: made of what causes it, never of a row's number alone."""

from hashlib import blake2b


def key_of(*cause: str) -> str:
    """The key of what `cause` names: 24 characters, short enough for any platform's own key."""
    return blake2b("\0".join(cause).encode("utf-8", "replace"), digest_size=12).hexdigest()
