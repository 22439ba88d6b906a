"""Pure: an action and its subject as the 100 characters that a component carries back.

`action|number|subject`; the number tells components of one message apart. A subject that is too
long is compressed (`action~number~...`); what does not fit even then has no identifier.
"""

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

LONGEST = 100
PLAIN, PACKED = "|", "~"
MOST_UNPACKED = 4_000


def packed(action: str, subject: str, number: int = 0) -> str | None:
    """The identifier, or None when it cannot be carried."""
    if not action or PLAIN in action or PACKED in action:
        return None
    plain = PLAIN.join((action, str(number), subject))
    if len(plain) <= LONGEST:
        return plain
    if len(subject) > MOST_UNPACKED:
        return None
    pressed = urlsafe_b64encode(zlib.compress(subject.encode("utf-8", "replace"), 9, -15))
    small = PACKED.join((action, str(number), pressed.decode("ascii").rstrip("=")))
    return small if len(small) <= LONGEST else None


def unpacked(identifier: str) -> tuple[str, str] | None:
    """Action and subject; None for what is none of ours."""
    for separator in (PLAIN, PACKED):
        action, found, rest = identifier.partition(separator)
        if not found or PLAIN in action or PACKED in action:
            continue
        number, found, subject = rest.partition(separator)
        if not action or not found or not number.isdecimal():
            return None
        return (action, subject) if separator == PLAIN else _decompressed(action, subject)
    return None


def _decompressed(action: str, pressed: str) -> tuple[str, str] | None:
    try:
        data = urlsafe_b64decode(pressed + "=" * (-len(pressed) % 4))
        opened = zlib.decompressobj(-15)
        subject = opened.decompress(data, MOST_UNPACKED * 4).decode("utf-8")
        return (action, subject) if opened.eof else None
    except (binascii.Error, zlib.error, ValueError):
        return None
