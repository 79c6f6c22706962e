"""What came back to one line: its frames, read as tables, notices and an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Frame: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    frames: list[Frame]

    def of(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def end(self) -> Frame:
        """There is one, and it is the last frame."""
        (end,) = self.of("finished")
        assert self.frames[-1] is end
        return end

    @property
    def status(self) -> str:
        return str(self.end["status"])

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Name and kind of each column of the only table."""
        (table,) = self.of("table")
        return [(column["name"], column["kind"]) for column in table["columns"]]

    @property
    def rows(self) -> list[Frame]:
        """By column name."""
        tables = {table["table"]: [each["name"] for each in table["columns"]] for table in self.of("table")}
        return [
            dict(zip(tables[frame["table"]], row, strict=True))
            for frame in self.of("rows")
            for row in frame["rows"]
        ]

    @property
    def texts(self) -> str:
        return "\n".join(frame["text"] for frame in self.of("text"))

    @property
    def error(self) -> Frame:
        """The only error notice, of a run that ended in an error."""
        assert self.status == "error", self.frames
        (error,) = [notice for notice in self.of("notice") if notice["level"] == "error"]
        return error

    @property
    def titles(self) -> list[str]:
        return [row["chat"]["title"] for row in self.rows]


def of_run(frames: Iterable[Frame], run_id: str) -> Answer:
    return Answer([frame for frame in frames if frame.get("id") == run_id])
