"""What one run shows: events in, frames out, in the same order."""

from __future__ import annotations

import asyncio
from typing import Final

from commands.events import Chart, ClearScreen, Download, Notice, Progress, Rows, Started, Table, Text
from quart_app.terminal import batch, frames
from quart_app.terminal.downloads import Downloads
from quart_app.terminal.frames import Frame, SayIt
from quart_app.terminal.outbox import Outbox
from quart_app.terminal.question import Question
from quart_app.terminal.run import Status
from quart_app.terminal.surroundings import Shown

MOST_TEXT: Final = 32 << 10
"""Characters of one text frame, unless one line alone is longer."""


class Output:
    """The frames of one run. What is no event at all is a TypeError in the command that sent it."""

    def __init__(
        self,
        run_id: str,
        outbox: Outbox,
        *,
        say_it: SayIt,
        downloads: Downloads,
        batch_seconds: float = batch.SECONDS,
    ) -> None:
        self.run_id, self.say_it = run_id, say_it
        self._outbox, self._downloads = outbox, downloads
        self._batch = batch.RowBatch(run_id, outbox, seconds=batch_seconds)
        self._shut = False

    async def emit(self, event: Shown) -> None:
        """Waits while the reader is behind."""
        if self._shut:
            raise asyncio.CancelledError
        if isinstance(event, Rows):
            await self._batch.add(event.rows)
            return
        await self._batch.flush()
        if isinstance(event, Table):
            self._batch.open(event.id)
        for frame in self._encode(event):
            await self._put(frame)

    async def ask(self, ask_id: str, question: Question) -> None:
        await self._batch.flush()
        await self._put(frames.ask(self.run_id, ask_id, question, self.say_it))

    async def finish(self, status: Status, *, seconds: float = 0.0, rows: int = 0) -> None:
        """The last frame of the run."""
        await self._batch.flush()
        await self._put(frames.finished(self.run_id, status, seconds=seconds, rows=rows))
        self.shut()

    def shut(self) -> None:
        """Show nothing more; a command that won't end is cancelled anew whenever it tries to."""
        self._shut = True
        self._batch.drop()

    async def _put(self, frame: Frame) -> None:
        await self._outbox.put(frames.dumps(frame))

    def _encode(self, event: Shown) -> list[Frame]:
        match event:
            case Text(text=said):
                return [frames.text(self.run_id, piece) for piece in split_lines(self.say_it(said))]
            case Notice():
                return [frames.notice(event, self.say_it, self.run_id)]
            case Progress():
                return [frames.progress(self.run_id, event, self.say_it)]
            case Table():
                return [frames.table(self.run_id, event, self.say_it)]
            case Started(commands=commands):
                return [frames.started(self.run_id, commands)]
            case Chart():
                return [frames.chart(self.run_id, event, self.say_it)]
            case Download(name=name, media_type=media_type, data=data):
                url = self._downloads.offer(name, media_type, data)
                return [frames.download(self.run_id, url, name, len(data))]
            case ClearScreen():
                return [frames.clear(self.run_id)]
        raise TypeError(f"{type(event).__name__} is nothing that a terminal can show")


def split_lines(text: str, most: int = MOST_TEXT) -> list[str]:
    """``text`` cut at line ends into pieces of at most ``most`` characters, if no line is longer."""
    pieces: list[str] = []
    start = 0
    while len(text) - start > most:
        cut = text.rfind("\n", start, start + most + 1)
        if cut < 0:
            cut = text.find("\n", start + most)
        if cut < 0:
            break
        pieces.append(text[start:cut])
        start = cut + 1
    return [*pieces, text[start:]]
