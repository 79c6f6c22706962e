"""csv: rows as comma-separated values with a header, safe to open in a spreadsheet.

A cell of text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line break; chats
are named by strangers) gets an apostrophe in front. Numbers stay as they are. A file begins with a byte order
mark, without which Excel misreads accents.
"""

import csv
import io
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
    Value,
    Word,
    hookimpl,
    say,
)
from commands.cells import to_text
from commands.exports import collect, export

FORMULA_SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""The last four are the full-width ones, which some spreadsheets read alike."""


def nothing(_columns: Columns, _given: Given) -> Columns:
    return ()


def cell(value: Value) -> str:
    text = to_text(value)
    if isinstance(value, int | float):
        return text
    dangerous = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(FORMULA_SIGNS)
    return f"'{text}" if dangerous else text


def line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


async def run(_context: Context, _given: Given, rows: Stream) -> AsyncIterator[Event]:
    def write(row: Row) -> str:
        return line([cell(value) for value in row])

    header = line([cell(column.name) for column in rows.columns])
    text = header + "".join(await collect(rows, write))
    async for event in export(text, "rows.csv", "text/csv", encoding="utf-8-sig"):
        yield event


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("csv"),
            summary=say("Write the rows for a spreadsheet, to copy or, when it is long, to download."),
            does=Stage(run=run, shape=nothing),
            examples=("list | csv",),
        )
    )
