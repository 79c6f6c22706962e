"""A stranger's plugin that says one thing of each kind, and works step by step when a test lets it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

NAME: Final = "speaker"
PERMIT: Final = f"{NAME}==1.0.0"
STEPS: Final = 8
SOURCE: Final = """
import asyncio
from pathlib import Path

from commands import *
from commands import COUNT, Chart, Column, Command, Download, Kind, Notice, Progress, Source, Text, Word, argument
from commands import hookimpl

GATE = Path(__file__).with_name("gate")
STEPS = argument(COUNT, "steps", "how many")
AXIS = (Column("day", Kind.TEXT), Column("messages", Kind.INTEGER))


async def until(step):
    while not (GATE / str(step)).exists():
        await asyncio.sleep(0.02)


async def work(context, given):
    for step in range(given[STEPS] + 1):
        await until(step)
        yield Progress(step, given[STEPS], "Sorting")


async def pause(context, given):
    yield Notice("warning", "waiting", "Telegram asks us to wait.", retry_after=42)
    await until("waited")
    yield Text("Sorted.")


async def show(context, given):
    yield Notice("warning", "heard", "Two were left out.", hint="They are yours.")
    yield Chart("bars", "Messages a day", AXIS, (("Monday", 3), ("Tuesday", 5)))
    yield Download("days.csv", "text/csv", b"day,messages")
    yield Text("one\\ntwo\\nthree")


async def ask(context, given):
    yield Text("Done." if await context.confirm("Sort them all?") else "Left as they are.")


@hookimpl
def register_commands(register):
    for name, run, arguments in (("work", work, (STEPS,)), ("pause", pause, ()), ("show", show, ()), ("ask", ask, ())):
        register(Command(trigger=Word(name), summary="Says it.", arguments=arguments, does=Source(run=run),
                         examples=(f"{name} 8" if arguments else name,)))
"""
METADATA: Final = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0.0\n"
ENTRY: Final = f"[telegram_chat_manager.plugins]\n{NAME} = {NAME}\n"


class Gate:
    """What the plugin waits for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "gate"
        self._folder.mkdir()

    def open(self, step: int | str) -> None:
        (self._folder / str(step)).touch()


def install(folder: Path) -> Gate:
    """As pip leaves a package behind, in a folder to put on the path."""
    about = folder / f"{NAME}-1.0.0.dist-info"
    about.mkdir(parents=True)
    files = {folder / f"{NAME}.py": SOURCE, about / "METADATA": METADATA, about / "entry_points.txt": ENTRY}
    for path, text in files.items():
        path.write_text(text)
    listed = "".join(f"{path.relative_to(folder)},,\n" for path in [*files, about / "RECORD"])
    (about / "RECORD").write_text(listed)
    return Gate(folder)
