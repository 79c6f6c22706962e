"""json: rows as a JSON array of objects, one a line, their values in the shapes that the API uses."""

import json
from collections.abc import AsyncIterator

from commands import (
    Columns,
    Command,
    Context,
    Event,
    Given,
    Register,
    Row,
    Stage,
    Stream,
    Word,
    hookimpl,
    say,
)
from commands.cells import to_json
from commands.exports import collect, export


def nothing(_columns: Columns, _given: Given) -> Columns:
    return ()


async def run(_context: Context, _given: Given, rows: Stream) -> AsyncIterator[Event]:
    names = [column.name for column in rows.columns]

    def write(row: Row) -> str:
        cells = {name: to_json(cell) for name, cell in zip(names, row, strict=True)}
        return json.dumps(cells, ensure_ascii=False, allow_nan=False)

    written = ",\n ".join(await collect(rows, write))
    async for event in export(f"[{written}]\n", "rows.json", "application/json"):
        yield event


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("json"),
            summary=say("Write the rows as JSON, to copy or, when it is long, to download."),
            does=Stage(run=run, shape=nothing),
            examples=("list | json",),
        )
    )
