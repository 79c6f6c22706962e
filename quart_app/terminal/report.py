"""What came of an act, item by item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from commands.events import Notice
from commands.phrases import say
from commands.rows import Row

Outcome: TypeAlias = Literal["done", "already", "failed", "unknown"]


@dataclass(slots=True)
class Report:
    counts: Counter[Outcome] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)

    def add(self, items: tuple[Any, ...], outcome: Outcome, reason: str | None = None) -> None:
        self.counts[outcome] += len(items)
        self.rows += [(item, outcome, reason) for item in items]

    def notice(self, name: str, total: int) -> Notice:
        """The sums; ``total`` items were to be acted on."""
        left = total - len(self.rows)
        troubled = left or self.counts["failed"] or self.counts["unknown"]
        return Notice(
            "warning" if troubled else "info",
            "report",
            say(
                "{name}: {done} done, {already} already so, {failed} failed, {unknown} unknown.",
                name=name,
                done=self.counts["done"],
                already=self.counts["already"],
                failed=self.counts["failed"],
                unknown=self.counts["unknown"],
            ),
            hint=say("Not tried: {left}.", left=left) if left else "",
        )
