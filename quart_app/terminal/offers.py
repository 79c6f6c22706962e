"""What completion offers for a chat, a public name or a word of an expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commands.gateway import ChatState
from commands.nearness import fold
from commands.rows import Columns, Kind


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` may stand for the whole word that ends at the cursor; ``help`` says in a few words what it is."""

    text: str
    help: str = ""


def usernames(chats: Iterable[ChatState], part: str) -> Iterator[Completion]:
    wanted = fold(part)
    for chat in (state.chat for state in chats):
        if chat.username and fold(chat.username).startswith(wanted):
            yield Completion(chat.username, chat.title)


def chats_by_name(chats: Iterable[ChatState], part: str) -> Iterator[Completion]:
    """By @username, or by how the title begins; a title is quoted."""
    wanted = fold(part.removeprefix("@"))
    for chat in (state.chat for state in chats):
        titled = not part.startswith("@") and fold(chat.title).startswith(wanted)
        if chat.username and (titled or fold(chat.username).startswith(wanted)):
            yield Completion(f"@{chat.username}", chat.title)
        elif titled and not chat.username:
            quoted = chat.title.replace("\\", "\\\\").replace('"', '\\"')
            yield Completion(f'"{quoted}"', chat.type)


def people(chats: Iterable[ChatState]) -> Iterator[ChatState]:
    """The chats with one person or bot."""
    return (state for state in chats if state.chat.type in ("user", "bot"))


def column_names(columns: Columns) -> Iterator[Completion]:
    for column in columns:
        yield Completion(column.name, str(column.kind))
        if column.kind is Kind.FLAGS:
            for word in column.words:
                yield Completion(word, column.name)
