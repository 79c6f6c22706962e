"""What one line has shown: its events in order, and the questions that tests ask of them most."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

from commands import Chart, Event, Finished, Notice, Progress, Row, Rows, Text
from commands.events import Started, Table
from commands.phrases import render

PLAIN: Final = gettext.NullTranslations()
AnyEvent = Event | Started | Table


@dataclass(frozen=True)
class Shown(Sequence[AnyEvent]):
    """A sequence of events. ``asked`` are the questions that were asked, ``finished`` is how it ended."""

    events: tuple[AnyEvent, ...]
    asked: tuple[str, ...]
    finished: Finished

    @overload
    def __getitem__(self, index: int) -> AnyEvent: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[AnyEvent, ...]: ...
    def __getitem__(self, index: int | slice) -> AnyEvent | tuple[AnyEvent, ...]:
        return self.events[index]

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[AnyEvent]:
        return iter(self.events)

    @property
    def status(self) -> str:
        """ok, error, cancelled or unknown."""
        return self.finished.status

    @property
    def columns(self) -> list[str]:
        """Names, of the last table."""
        tables = [event for event in self.events if isinstance(event, Table)]
        return [column.name for column in tables[-1].columns] if tables else []

    @property
    def rows(self) -> list[Row]:
        return [row for event in self.events if isinstance(event, Rows) for row in event.rows]

    @property
    def text(self) -> str:
        return "\n".join(render(event.text, PLAIN) for event in self.events if isinstance(event, Text))

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.events if isinstance(event, Notice)]

    @property
    def told(self) -> list[str]:
        """What the notices say."""
        return [render(notice.text, PLAIN) for notice in self.notices]

    @property
    def charts(self) -> list[Chart]:
        return [event for event in self.events if isinstance(event, Chart)]

    @property
    def progress(self) -> list[Progress]:
        return [event for event in self.events if isinstance(event, Progress)]

    @property
    def error(self) -> str:
        """The code of the error that ended the run; empty if none did."""
        return next((notice.code for notice in self.notices if notice.level == "error"), "")
