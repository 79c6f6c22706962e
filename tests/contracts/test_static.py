"""The pages keep to the strict policy they are served under, are light, and speak of the frames that exist."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from quart_app.locale.sentences import english_sentences
from quart_app.terminal import frames
from tests.contracts.rendering import FILES, PACKAGE, markup

TEMPLATES: Final = sorted((PACKAGE / "templates").glob("*.html"))
SCRIPTS: Final = sorted((PACKAGE / "static" / "js").rglob("*.js"))
STYLES: Final = sorted((PACKAGE / "static" / "css").glob("*.css"))
PAGES: Final = (
    "index",
    "register",
    "login",
    "session",
    "terminal",
    "error",
    "api_docs",
    "offline",
    "admin_overview",
    "settings",
)
MOST_BYTES: Final = 90_000
MOST_LINES: Final = 400

IMPORT: Final = re.compile(r'^\s*(?:import|export)\b[^;"]*"(\.{1,2}/[^"]+)"', re.MULTILINE)
JINJA: Final = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)
INJECTION: Final = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function|setHTMLUnsafe)\b"
    r"|\.style\b|(?:setAttribute|el)\([^)]*[\"']style[\"']|[\"']on\w+=|javascript:"
)
ELSEWHERE: Final = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[\w.-]+\.\w")
ALLOWED_WORDS: Final = frozenset({"https://t.me/"})


class Page(HTMLParser):
    """What a page would make a browser do: faults against the policy, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.loads: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag if tag in ("script", "style") else ""
        self.faults += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"<{tag}> in the page")
        if tag == "form" and given.get("method") not in ("post", "dialog"):
            # A browser without the scripts, or before they have loaded, would put codes and lines into the address.
            self.faults.append("<form> that sends its fields in the address")
        self._follow(tag, given)

    def _follow(self, tag: str, given: dict[str, str | None]) -> None:
        for name in ("src", "href", "action", "formaction", "srcset", "data"):
            address = given.get(name)
            if address is None:
                continue
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                self.faults.append(f"<{tag} {name}={address}>")
            if tag == "script" or (tag == "link" and "stylesheet" in (given.get("rel") or "")):
                self.loads.append(address)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.faults.append(f"text in <{self._inside}>")


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def rendered(name: str) -> Page:
    return read(markup(name))


def file_of(address: str) -> Path:
    start = f"/static/{FILES.digest}/"
    assert address.startswith(start), address
    return PACKAGE / "static" / address.removeprefix(start)


def loaded_by(page: Page) -> set[Path]:
    """Every file that a first visit fetches, imports of modules included."""
    found: set[Path] = set()
    waiting = [file_of(address) for address in page.loads]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if file.name == "words.js":
            waiting.append(file.parent / "words" / "en.js")
        if file.suffix == ".js":
            waiting += [(file.parent / name).resolve() for name in IMPORT.findall(file.read_text("utf-8"))]
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_inline_and_nothing_from_elsewhere(template: Path) -> None:
    page = read(JINJA.sub("x", template.read_text("utf-8")))
    assert page.faults == []


@pytest.mark.parametrize("name", PAGES)
def test_rendered_page_has_nothing_inline_and_nothing_from_elsewhere(name: str) -> None:
    assert rendered(name).faults == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "<style>p {}</style>",
        '<img src="//example.org/a.png">',
        '<form action="https://example.org" method="post">',
        '<form action="/terminal">',
        '<form method="get">',
    ],
)
def test_the_reader_of_pages_sees_what_it_must(text: str) -> None:
    assert read(text).faults


def weight(files: set[Path]) -> int:
    """Bytes over the wire: compressed, and 300 for the headers of each answer."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) + 300 for file in files)


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_only_files_that_exist(name: str) -> None:
    assert [file.name for file in loaded_by(rendered(name)) if not file.is_file()] == []


@pytest.mark.parametrize("name", PAGES)
def test_first_visit_is_light(name: str) -> None:
    assert len(markup(name).encode()) + weight(loaded_by(rendered(name))) < MOST_BYTES


def test_every_script_and_style_is_used() -> None:
    used = set[Path]().union(*(loaded_by(rendered(name)) for name in PAGES))
    used.add(PACKAGE / "static" / "js" / "service_worker.js")
    assert {file.name for file in (*SCRIPTS, *STYLES)} == {file.name for file in used}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_makes_no_markup_and_calls_nobody_else(script: Path) -> None:
    code = re.sub(r"^\s*(?://|\*|/\*).*$", "", script.read_text("utf-8"), flags=re.MULTILINE)
    assert INJECTION.findall(code) == []
    assert [found for found in ELSEWHERE.findall(code) if found not in ALLOWED_WORDS] == []


@pytest.mark.parametrize(
    "code", ["a.innerHTML = b", "a.style.color = b", "eval(x)", 'el("p", { style: "style" })']
)
def test_the_search_for_markup_sees_what_it_must(code: str) -> None:
    assert INJECTION.search(code)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_style_fetches_nothing(style: Path) -> None:
    assert re.findall(r"@import|url\(", style.read_text("utf-8")) == []


@pytest.mark.parametrize("file", [*TEMPLATES, *SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_file_stays_short(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES


def test_there_is_one_builder_for_each_kind_of_frame() -> None:
    text = (PACKAGE / "static" / "js" / "render.js").read_text("utf-8")
    builders = text[text.index("export const RENDER = {") :]
    assert set(re.findall(r"^  (\w+)\(", builders, re.MULTILINE)) == set(frames.DOWN_KINDS)


def test_scripts_send_only_frames_that_the_server_knows() -> None:
    sent = {
        kind for script in SCRIPTS for kind in re.findall(r'\{ type: "(\w+)", id', script.read_text("utf-8"))
    }
    assert sent == set(frames.UP_KINDS)


def test_every_sentence_of_the_scripts_is_in_the_list_of_words() -> None:
    sentences = english_sentences()
    known = {*sentences.single, *sentences.plural}
    said = {key for script in SCRIPTS for key in re.findall(r"\bsay\(\"(\w+)\"", script.read_text("utf-8"))}
    assert said
    assert said - known == set()
