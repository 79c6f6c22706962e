"""count: how many rows there are."""

from collections.abc import AsyncIterator

from commands import (
    Column,
    Columns,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Register,
    Stage,
    Stream,
    Word,
    hookimpl,
    row,
    say,
)

COLUMNS = (Column("count", Kind.INTEGER, title=say("Count")),)


def shape(_columns: Columns, _given: Given) -> Columns:
    return COLUMNS


async def run(_context: Context, _given: Given, rows: Stream) -> AsyncIterator[Event]:
    count = 0
    async for batch in rows.batches:
        count += len(batch)
    yield row(count)


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("count"),
            summary=say("Count the rows."),
            does=Stage(run=run, shape=shape),
            examples=("list | where muted | count",),
        )
    )
