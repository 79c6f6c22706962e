"""Every sentence is found where it stands: in Python, in templates, in the browser's scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from quart_app.locale.__main__ import update
from quart_app.locale.extraction import extracted


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("There is no command {name}.", "commands/errors.py"),
        ("Skip to the content", "quart_app/templates/base.html"),
        ("Connection lost. Trying again; your line is kept.", "quart_app/static/js/words/en.js"),
        ("Something went wrong (reference {reference}).", "quart_app/terminal/failures.py"),
    ],
)
def test_found_where_it_stands(sentence: str, place: str) -> None:
    message = extracted().get(sentence)
    assert message is not None
    assert place in {file for file, _ in message.locations}


def test_a_plural_is_one_message() -> None:
    message = extracted().get("{n} chat")
    assert message is not None
    assert message.id == ("{n} chat", "{n} chats")


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "it" / "LC_MESSAGES" / "messages.po"
    assert "without a translation" in update(path)
    text = path.read_text("utf-8")
    first = text.replace(
        'msgid "Skip to the content"\nmsgstr ""', 'msgid "Skip to the content"\nmsgstr "Vai"'
    )
    assert first != text
    path.write_text(first + '\nmsgid "Gone since"\nmsgstr "Via"\n', "utf-8")
    update(path)
    assert path.read_text("utf-8") == first
    with path.open("rb") as file:
        assert len(read_po(file)) == len(extracted())
