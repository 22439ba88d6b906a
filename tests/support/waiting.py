"""Waiting for something that happens in the background."""

import asyncio
from collections.abc import Callable

STEP = 0.01


async def until(fact: Callable[[], object], seconds: float = 30.0) -> None:
    """Return once `fact` holds; fails after `seconds`."""
    for _ in range(int(seconds / STEP)):
        if fact():
            return
        await asyncio.sleep(STEP)
    raise AssertionError(f"it did not happen within {seconds} seconds")
