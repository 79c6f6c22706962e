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
from commands.expressions import fold

BY = many(COLUMN, "columns", say("names of columns; -name for descending"))


def shape(columns: Columns, given: Given) -> Columns:
    for name in given[BY]:
        if name.lstrip("-") not in {column.name for column in columns}:
            raise UsageError(
                "unknown_column", say("There is no column {name} here.", name=name), at=given.at(BY)
            )
    return columns


def key(index: int, kind: Kind, row: Row) -> Any:
    cell: Any = row[index]
    if kind is Kind.FLAGS:
        return sorted(cell)
    return (
        cell
        if kind in (Kind.INTEGER, Kind.NUMBER, Kind.BYTES, Kind.TIME, Kind.DURATION, Kind.FLAG)
        else fold(str(cell))
    )


async def run(context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
    found = [row async for batch in rows.batches for row in batch]
    for name in reversed(given[BY]):
        index = rows.index(name.lstrip("-"))
        kind = rows.columns[index].kind
        empty = [row for row in found if row[index] is None]
        found = sorted(
            (row for row in found if row[index] is not None),
            key=lambda row: key(index, kind, row),
            reverse=name[0] == "-",
        )
        found += empty
    yield Rows(tuple(found))


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
