"""Everything that people read can be translated, and every catalogue has all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment

from quart_app.locale.catalogues import FOLDER
from quart_app.locale.extraction import ROOT, extracted
from tests.contracts.rendering import PACKAGE, environment, markup

CATALOGUES: Final = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
TEMPLATES: Final = sorted(path for path in (PACKAGE / "templates").glob("*.html") if path.stem != "parts")
PLACEHOLDER: Final = re.compile(r"\{\w+\}|%\(\w+\)[sd]")
ROOMS: Final = (
    "commands",
    "plugins",
    "quart_app/accounts",
    "quart_app/telegram",
    "quart_app/terminal",
    "quart_app/web",
)
FOR_PROGRAMS: Final = {"quart_app/web/openapi.py"}
"""A document that programs read."""
SAME_IN_EVERY_LANGUAGE: Final = re.compile(
    r"[^A-Za-z]*|(?:Ctrl|Tab|C|L|R|ms|s|Telegram Chat Manager)[^A-Za-z]*"
)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def texts(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (said or "",) if isinstance(said, str) or said is None else tuple(said)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return extracted()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_has_every_sentence_and_no_other(path: Path, source: Catalog) -> None:
    """``make messages`` brings it up to date; then translate what is new."""
    catalogue = read(path)
    assert {texts(message.id) for message in messages(source)} == {
        texts(message.id) for message in messages(catalogue)
    }
    unsaid = [
        message.id for message in messages(catalogue) if message.fuzzy or not all(texts(message.string))
    ]
    assert unsaid == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_same_gaps(path: Path) -> None:
    for message in messages(read(path)):
        gaps = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
        for text in texts(message.string):
            assert set(PLACEHOLDER.findall(text)) == gaps, message.id
            assert "<" not in text or "<" in texts(message.id)[0], message.id


def test_there_is_italian() -> None:
    assert "it" in {path.parent.parent.name for path in CATALOGUES}


def sentences_in(path: Path) -> Iterator[str]:
    """Every string that reads as a sentence, but for what speaks to the operator or to other code."""
    tree = ast.parse(path.read_text("utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
        elif isinstance(node, ast.keyword) and node.arg == "description":
            aside |= {id(each) for each in ast.walk(node.value)}
        elif (
            isinstance(node, ast.Call)
            and {getattr(node.func, "attr", ""), getattr(node.func, "id", "")} & ASIDE
        ):
            aside |= {id(each) for argument in node.args for each in ast.walk(argument)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            text = node.value.strip()
            if len(text.split()) >= 3 and text[0].isupper() and text.endswith((".", "?", "!")):
                yield node.value


ASIDE: Final = {"debug", "info", "warning", "error", "exception", "TypeError", "ValueError", "RuntimeError"}
"""Who calls these speaks to the operator or to other code."""


def test_every_sentence_of_the_source_is_marked(source: Catalog) -> None:
    known = {text for message in messages(source) for text in texts(message.id)}
    unmarked = [
        f"{path.relative_to(ROOT)}: {text}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "examples" not in path.parts and path.relative_to(ROOT).as_posix() not in FOR_PROGRAMS
        for text in sentences_in(path)
        if text not in known
    ]
    assert unmarked == []


def test_the_search_for_sentences_sees_what_it_must(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        '"""A docstring of this."""\nlog.info("Something was logged.")\nx = "This is unmarked."\n', "utf-8"
    )
    assert list(sentences_in(path)) == ["This is unmarked."]


class Words(HTMLParser):
    """What a page shows or says that did not come through a catalogue, where everything does in brackets."""

    READ_ALOUD: Final = ("aria-label", "title", "placeholder", "alt", "data-label", "data-title")
    SILENT: Final = ("script", "style", "code", "bdi", "kbd")
    TYPED: Final = frozenset({"cmd", "typed"})
    """Classes of what can be typed: command words are the same in every language."""
    WITHOUT_END: Final = ("meta", "link", "input", "img", "br", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.plain: list[str] = []
        self._silent: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.WITHOUT_END:
            typed = self.TYPED & set((given.get("class") or "").split())
            self._silent.append(tag in self.SILENT or bool(typed))
        if not any(self._silent):
            read = [given.get(name) or "" for name in self.READ_ALOUD]
            self.plain += [value for value in read if not spoken(value)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a drawing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.WITHOUT_END:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._silent) and data.strip() and not spoken(data):
            self.plain.append(data.strip())


def spoken(text: str) -> bool:
    return "⟦" in text or bool(SAME_IN_EVERY_LANGUAGE.fullmatch(text.strip()))


def marked() -> Environment:
    """Every sentence that goes through a catalogue comes out in brackets."""
    made = environment()
    made.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        lambda message: f"⟦{message}⟧", lambda one, more, n: f"⟦{one if n == 1 else more}⟧", newstyle=True
    )
    return made


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_page_comes_out_of_a_catalogue(path: Path) -> None:
    words = Words()
    words.feed(markup(path.stem, marked()))
    assert words.plain == []


def test_the_search_for_words_sees_what_it_must() -> None:
    words = Words()
    words.feed('<p>Unmarked</p><code>list</code><b>⟦Marked⟧</b><a aria-label="Unmarked too">⟦x⟧</a> 12')
    assert words.plain == ["Unmarked", "Unmarked too"]
