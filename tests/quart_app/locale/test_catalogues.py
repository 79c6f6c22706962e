"""A folder makes a language: for the server's sentences and for those of the browser's scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.datastructures import LanguageAccept

from quart_app.locale.catalogues import CatalogueError, Language, read_languages
from quart_app.locale.sentences import Sentences, english_sentences, read_sentences
from quart_app.web.languages import best

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
ENGLISH = Sentences({"copy": "Copy", "stop": "Stop"}, {"rows": ("{n} row", "{n} rows")})


def write(folder: Path, tag: str, rule: str, entries: str) -> None:
    path = folder / tag / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(f'{HEADER}"Plural-Forms: {rule}\\n"\n\n{entries}', "utf-8")


@pytest.fixture
def languages(tmp_path: Path) -> dict[str, Language]:
    polish = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    rows = 'msgid "{n} row"\nmsgid_plural "{n} rows"\n'
    rows += 'msgstr[0] "{n} wiersz"\nmsgstr[1] "{n} wiersze"\nmsgstr[2] "{n} wierszy"\n'
    unsure = '#, fuzzy\nmsgid "Stop"\nmsgstr "Może"\n'
    write(tmp_path, "pl", polish, f'msgid "Copy"\nmsgstr "Kopiuj </script>"\n\n{unsure}\n{rows}')
    write(tmp_path, "pt_BR", "nplurals=2; plural=(n > 1);", 'msgid "Copy"\nmsgstr "Copiar"\n')
    return read_languages(tmp_path)


def test_a_folder_makes_a_language(languages: dict[str, Language]) -> None:
    assert [*languages] == ["en", "pl", "pt-BR"]
    assert [each.own_name for each in languages.values()] == ["English", "Polski", "Português (brasil)"]
    assert languages["pl"].translations.gettext("Copy") == "Kopiuj </script>"
    assert languages["pl"].translations.ngettext("{n} row", "{n} rows", 22) == "{n} wiersze"


def test_what_is_missing_or_unsure_stays_english(languages: dict[str, Language]) -> None:
    assert languages["pl"].translations.gettext("Stop") == "Stop"
    module = languages["pt-BR"].module(ENGLISH).decode()
    assert '"copy":"Copiar","stop":"Stop","rows":["{n} row","{n} rows"]' in module
    assert "Number((n > 1))" in module


def test_every_form_of_a_plural_reaches_the_browser(languages: dict[str, Language]) -> None:
    module = languages["pl"].module(ENGLISH).decode()
    assert '"rows":["{n} wiersz","{n} wiersze","{n} wierszy"]' in module
    assert "n%10>=2" in module


def test_a_plural_rule_is_arithmetic_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "it", "nplurals=2; plural=(n != 1);", "")
    language = read_languages(tmp_path)["it"]
    assert b"n != 1" in language.module(ENGLISH)
    language._catalogue._plural_expr = "alert(n)"  # type: ignore[union-attr]
    with pytest.raises(CatalogueError):
        language.module(ENGLISH)


def test_every_sentence_of_the_scripts_is_read() -> None:
    sentences = english_sentences()
    assert len(sentences.single) > 80
    assert sentences.plural["chats"] == ("{n} chat", "{n} chats")
    text = 'export const SENTENCES = {\n  a: "one \\"two\\"",\n  b:\n    "three",\n  c: ["x", "y"],\n};\n'
    assert read_sentences(text) == Sentences({"a": 'one "two"', "b": "three"}, {"c": ("x", "y")})


@pytest.mark.parametrize(
    ("chosen", "wanted", "given"),
    [
        (None, [], "en"),
        (None, [("it", 1.0), ("pl", 0.5)], "pl"),
        (None, [("pl-PL", 1.0)], "pl"),
        (None, [("pl-PL", 1.0), ("en", 0.5)], "pl"),
        (None, [("PT-br", 1.0), ("en", 0.5)], "pt-BR"),
        (None, [("pl", 0.0), ("xx", 1.0)], "en"),
        ("pl", [("en", 1.0)], "pl"),
        ("../../etc", [("pl", 1.0)], "pl"),
    ],
)
def test_the_language_chosen_wins(
    languages: dict[str, Language], chosen: str | None, wanted: list[tuple[str, float]], given: str
) -> None:
    assert best(languages, chosen, LanguageAccept(wanted)).tag == given
