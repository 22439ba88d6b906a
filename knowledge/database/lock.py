"""Who has the database open: those who run beside one another, or one that puts it back."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from knowledge.errors import StoreRefused

PATIENCE = 20.0
"""Seconds to wait for another that is starting; whoever restores takes longer than that."""


class DatabaseLock:
    """A lock on `<database>.lock`, which the system gives back when the process ends.

    Processes that use the database share it. One that must be alone, as at its start, takes it
    whole and shares it again as soon as it can.
    """

    def __init__(self, file: Path) -> None:
        path = file.with_name(f"{file.name}.lock")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreRefused(f"{path} cannot be written. Check its permissions.") from error

    def share(self) -> None:
        """Use the database beside others. Raises StoreRefused while it is being put back."""
        end = time.monotonic() + PATIENCE
        while not self._take(fcntl.LOCK_SH):
            if time.monotonic() > end:
                raise StoreRefused("The database is being restored. Start again when it is done.")
            time.sleep(0.05)

    def take_whole(self) -> bool:
        """Whether nobody else has the database open, and nobody can until it is shared again."""
        if self._take(fcntl.LOCK_EX):
            return True
        self.share()  # a lock that could not be widened may be lost
        return False

    def release(self) -> None:
        """Give it back."""
        with suppress(OSError):
            os.close(self._handle)

    def _take(self, how: int) -> bool:
        try:
            fcntl.flock(self._handle, how | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
