"""sort: put rows in order; -name for the largest or newest first."""

from collections.abc import AsyncIterator
from typing import Any

from commands import (
    COLUMN,
    Columns,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Register,
    Row,
    Rows,
    Stage,
    Stream,
    UsageError,
    Word,
    hookimpl,
    many,
    say,
)
from commands.nearness import fold, nearest

BY = many(COLUMN, "column", say("what to sort by; -name for the largest or newest first"))
ORDERED = (Kind.INTEGER, Kind.NUMBER, Kind.BYTES, Kind.TIME, Kind.DURATION, Kind.FLAG)


def shape(columns: Columns, given: Given) -> Columns:
    names = [column.name for column in columns]
    for index, word in enumerate(given[BY]):
        name = word.removeprefix("-")
        if name not in names:
            close = nearest(name, names)
            raise UsageError(
                "unknown_column",
                say("There is no column {name} here; there are {names}.", name=name, names=tuple(names)),
                at=given.at(BY, index),
                hint=say("Did you mean {close}?", close=close) if close else "",
            )
    return columns


def key(cell: Any, kind: Kind) -> Any:
    if kind is Kind.FLAGS:
        return sorted(cell)
    return cell if kind in ORDERED else fold(str(cell))


async def run(_context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
    found: list[Row] = [row async for batch in rows.batches for row in batch]
    for word in reversed(given[BY]):
        index = rows.index(word.removeprefix("-"))
        found = by_column(found, index, rows.columns[index].kind, descending=word.startswith("-"))
    yield Rows(tuple(found))


def by_column(rows: list[Row], index: int, kind: Kind, *, descending: bool) -> list[Row]:
    """Rows that are alike keep their order; empty cells come last, whichever the direction."""
    filled = [row for row in rows if row[index] is not None]
    filled.sort(key=lambda row: key(row[index], kind), reverse=descending)
    return filled + [row for row in rows if row[index] is None]


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("sort"),
            summary=say("Sort rows; empty cells come last."),
            does=Stage(run=run, shape=shape),
            arguments=(BY,),
            examples=("list | sort -unread",),
        )
    )
