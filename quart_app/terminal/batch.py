"""Rows on their way out, gathered: a frame for each row would cost twenty times as much."""

from __future__ import annotations

import asyncio
from typing import Final

from commands.rows import Row
from quart_app.terminal import frames
from quart_app.terminal.outbox import Outbox
from quart_app.terminal.values import encode_row

MOST_ROWS: Final = 50
MOST_BYTES: Final = 32 << 10
SECONDS: Final = 0.05
"""How long a row may wait for others."""


class RowBatch:
    """The rows of one run: frames of at most 50 rows and, unless one row alone is bigger, 32 KiB."""

    def __init__(self, run_id: str, outbox: Outbox, *, seconds: float = SECONDS) -> None:
        self._run_id, self._outbox, self._seconds = run_id, outbox, seconds
        self._table: str | None = None
        self._rows: list[bytes] = []
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def open(self, table_id: str) -> None:
        """Rows from here on stand in this table; those before must have been flushed."""
        self._table = table_id

    async def add(self, rows: tuple[Row, ...]) -> None:
        """TypeError for a cell that is no value."""
        if self._table is None:
            raise TypeError("rows without a table")
        for row in rows:
            encoded = frames.dump_row(encode_row(row))
            if self._rows and self._bytes + len(encoded) > MOST_BYTES:
                await self.flush()
            self._rows.append(encoded)
            self._bytes += len(encoded)
            if len(self._rows) >= MOST_ROWS:
                await self.flush()
                await asyncio.sleep(0)  # ten thousand rows at once must not hold up everyone else
        self._arm()

    async def flush(self) -> None:
        if frame := self._take():
            await self._outbox.put(frame)

    def drop(self) -> None:
        """Forget what is here: nobody will read it."""
        self._take()

    def _take(self) -> bytes | None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._rows or self._table is None:
            return None
        encoded, self._rows, self._bytes = self._rows, [], 0
        return frames.dumps(frames.rows(self._run_id, self._table, encoded))

    def _arm(self) -> None:
        if self._rows and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._on_time)

    def _on_time(self) -> None:
        """Send what has waited; while the reader is behind, it can as well gather more."""
        self._timer = None
        if not self._outbox.has_room(self._bytes):
            self._arm()
        elif frame := self._take():
            self._outbox.put_now(frame)
