"""Claims of acts: all that wait are written in one unit, since platforms wait for them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.storage.database import Database
from knowledge.messaging import inbox

AT_ONCE = 64
"""Claims in one unit: each one more costs little, and what is on disk is told at once."""


@dataclass(frozen=True, slots=True)
class _Claim:
    platform: str
    event_id: str
    text: str
    at: datetime
    fresh: asyncio.Future[bool]


class Claims:
    """Writes acts down before they run; many at once cost hardly more than one."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[_Claim] = []
        self._writing: asyncio.Task[None] | None = None

    async def claim(self, platform: str, event_id: str, text: str) -> bool:
        """Write an act down; False when it is done already. Raises StoreRefused."""
        fresh: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Claim(platform, event_id, text, self._clock(), fresh))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await fresh

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]

            def claim(session: Session, batch: list[_Claim] = batch) -> list[bool]:
                return [
                    inbox.claim(session, one.platform, one.event_id, one.text, one.at)
                    for one in batch
                ]

            try:
                told = await self._database.write(claim, urgent=True)
            except BaseException as error:  # noqa: BLE001  (it is told to those who wait)
                for one in batch:
                    if not one.fresh.done():
                        one.fresh.set_exception(error)
                continue
            for one, fresh in zip(batch, told, strict=True):
                if not one.fresh.done():
                    one.fresh.set_result(fresh)
        self._writing = None
