"""What came of an act, item by item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from commands.events import Notice
from commands.phrases import Phrase, say_n
from commands.rows import Row
from quart_app.terminal.question import joined
from quart_app.terminal.wording import Wording

Outcome: TypeAlias = Literal["done", "already", "failed", "unknown"]


@dataclass(slots=True)
class Report:
    counts: Counter[Outcome] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)

    def add(self, items: tuple[Any, ...], outcome: Outcome, reason: str | None = None) -> None:
        self.counts[outcome] += len(items)
        self.rows += [(item, outcome, reason) for item in items]

    def notice(self, wording: Wording) -> Notice:
        """What was done, and a sentence for each other way in which an item came out of it."""
        left = wording.n - len(self.rows)
        rest = [
            phrase
            for phrase, n in (
                (self._already(), self.counts["already"]),
                (self._failed(), self.counts["failed"]),
                (self._unknown(), self.counts["unknown"]),
                (_left(left), left),
            )
            if n
        ]
        troubled = left or self.counts["failed"] or self.counts["unknown"]
        return Notice(
            "warning" if troubled else "info", "report", wording.done(self.counts["done"]), hint=joined(*rest)
        )

    def _already(self) -> Phrase:
        return say_n("{n} was so already.", "{n} were so already.", self.counts["already"])

    def _failed(self) -> Phrase:
        return say_n("{n} didn’t work.", "{n} didn’t work.", self.counts["failed"])

    def _unknown(self) -> Phrase:
        return say_n(
            "{n} may have been done, or not: look before you try again.",
            "{n} may have been done, or not: look before you try again.",
            self.counts["unknown"],
        )


def _left(n: int) -> Phrase:
    return say_n("{n} was left as it was.", "{n} were left as they were.", n)
