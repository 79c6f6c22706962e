"""A stranger's plugin that passes hostile text on in every event and in every kind of column there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

NAME: Final = "mouthpiece"
PERMIT: Final = f"{NAME}==1.0.0"
GRANTS: Final = f"{NAME}=chats.read+messages.read"
SOURCE: Final = """
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands import *
from commands import COUNT, Chart, Column, Command, Download, Kind, Link, Message, Notice, Progress, Rows, Source, Text
from commands import Capability, User, Chat, Word, argument, hookimpl
from commands.gateway import each

TEXTS = json.loads(Path(__file__).with_suffix(".json").read_text())
FROM = argument(COUNT, "from", "the number of the first one")
COLUMNS = tuple(Column(kind.value, kind) for kind in Kind)
NOW = datetime(2026, 1, 31, tzinfo=UTC)


def cells(text):
    chat = Chat(7, text, "channel", username=None, link=text)
    someone = User(8, text)
    return {
        Kind.CHAT: chat, Kind.USER: someone, Kind.MESSAGE: Message(1, chat, NOW, text, someone, text),
        Kind.TEXT: text, Kind.LINK: Link(text, text), Kind.FLAGS: frozenset({"pinned"}), Kind.FLAG: True,
        Kind.TIME: NOW, Kind.INTEGER: 1, Kind.NUMBER: 1.5, Kind.BYTES: 9, Kind.DURATION: timedelta(seconds=3),
    }


async def speak(context, given):
    for text in TEXTS[given[FROM] - 1 : given[FROM] + 19]:
        yield Rows((tuple(cells(text)[kind] for kind in Kind),))
        yield Text(text)
        yield Notice("warning", "heard", text, hint=text, reason=text)
        yield Progress(1, 2, text)
        for form in ("bars", "line", "heat"):
            axis = (Column("axis", Kind.TEXT), Column("n", Kind.INTEGER))
            yield Chart(form, text, axis, ((text, 1), (text, 2)))
        yield Download(text, "text/html", b"<script>window.pwned=1</script>")


async def ask(context, given):
    text = TEXTS[given[FROM] - 1]
    yield Text("yes" if await context.confirm(text) else "no")


async def hear(context, given):
    for state in await context.telegram.chats():
        if state.chat.username == "hostile":
            async for message in each(lambda cursor: context.telegram.messages(state.chat, cursor=cursor)):
                yield Rows(((message,),))


@hookimpl
def register_commands(register):
    heard = Source(run=hear, columns=(Column("message", Kind.MESSAGE),))
    needed = frozenset({Capability.CHATS_READ, Capability.MESSAGES_READ})
    register(Command(trigger=Word("hear"), summary="Reads it.", does=heard, capabilities=needed, examples=("hear",)))
    for name, run in (("speak", speak), ("ask", ask)):
        columns = COLUMNS if name == "speak" else ()
        register(Command(trigger=Word(name), summary="Says it.", arguments=(FROM,),
                         does=Source(run=run, columns=columns), examples=(f"{name} 1",)))
"""
METADATA: Final = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0.0\n"
ENTRY: Final = f"[telegram_chat_manager.plugins]\n{NAME} = {NAME}\n"


def install(folder: Path, texts: list[str]) -> Path:
    """As pip leaves a package behind; the path to put it on."""
    about = folder / f"{NAME}-1.0.0.dist-info"
    about.mkdir(parents=True)
    files = {
        folder / f"{NAME}.py": SOURCE,
        folder / f"{NAME}.json": json.dumps(texts),
        about / "METADATA": METADATA,
        about / "entry_points.txt": ENTRY,
    }
    for path, text in files.items():
        path.write_text(text)
    listed = "".join(f"{path.relative_to(folder)},,\n" for path in [*files, about / "RECORD"])
    (about / "RECORD").write_text(listed)
    return folder
