"""Somebody who was let in: from that moment, before anything is open for them, they can be shown out."""

from __future__ import annotations

from typing import Protocol

from commands.phrases import Said


class Closable(Protocol):
    """What ends early: a terminal, or a run over HTTP."""

    def close(self, code: int, text: Said) -> None: ...


class Presence:
    """Remembers an end that comes while something is still being opened, and tells it to what is open by then."""

    def __init__(self) -> None:
        self.ended: tuple[int, Said] | None = None
        self._open: Closable | None = None

    def close(self, code: int, text: Said) -> None:
        """The first reason counts."""
        if self.ended is not None:
            return
        self.ended = (code, text)
        if self._open is not None:
            self._open.close(code, text)

    def leads_to(self, opened: Closable) -> None:
        """From now on ``opened`` hears of the end; at once, if it has come already."""
        self._open = opened
        if self.ended is not None:
            opened.close(*self.ended)
