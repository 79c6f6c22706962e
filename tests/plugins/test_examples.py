"""Each example is a package like any stranger's: sound, whole, and its own tests pass as its README says."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from plugins.discovery import parse_allow_list
from plugins.grants import Grants

ROOT = Path(__file__).parents[2]
KEYWORDS: Final = {"say": None, "say_n": (1, 2)}
EXAMPLES = sorted(
    path for path in (ROOT / "plugins" / "examples").iterdir() if (path / "pyproject.toml").exists()
)


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def project(example: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((example / "pyproject.toml").read_text())["project"]
    return found


def test_there_is_one_that_reads_one_that_draws_and_one_that_acts() -> None:
    assert {path.name for path in EXAMPLES} == {"hello", "recent", "pulse", "tidy"}


def test_it_is_a_whole_package(example: Path, project: dict[str, Any]) -> None:
    (module,) = project["entry-points"]["telegram_chat_manager.plugins"].values()
    assert (example / "src" / module / "__init__.py").exists()
    assert list((example / "tests").glob("test_*.py"))
    assert (example / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert (project["license"], project["requires-python"], project["dependencies"]) == ("MIT", ">=3.11", [])


def test_its_readme_says_what_it_needs(example: Path, project: dict[str, Any]) -> None:
    readme = (example / "README.md").read_text()
    (allowed,) = re.findall(r'PLUGINS="?([^" ]+)"? ', readme)
    assert {name: entry.version for name, entry in parse_allow_list(allowed).items()} == {
        project["name"]: project["version"]
    }
    told = set(re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", readme, re.MULTILINE))
    for granted in re.findall(r'PLUGIN_GRANTS="([^"]+)"', readme):
        assert {str(c) for c in Grants.parse(granted).granted[project["name"]]} == told


@pytest.mark.parametrize("name", ["recent", "pulse", "tidy"])
def test_its_own_tests_pass(name: str) -> None:
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"plugins/examples/{name}"]
    outcome = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert re.search(r"[5-9] passed", outcome.stdout)


def forms(text: str | Sequence[str]) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text


def sentences(example: Path) -> set[str]:
    found = extract_from_dir(example / "src", [("**.py", "python")], keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _file, _line, text, _comments, _context in found}


@pytest.mark.parametrize("name", ["pulse", "recent", "tidy"])
def test_it_speaks_italian(name: str) -> None:
    """Every sentence of it, and what is installed is what translators have written."""
    example = ROOT / "plugins" / "examples" / name
    (path,) = example.glob("src/*/locale/it/LC_MESSAGES/messages.po")
    with path.open("rb") as file:
        catalogue = read_po(file, locale="it")
    with path.with_suffix(".mo").open("rb") as file:
        installed = GNUTranslations(file)
    assert {forms(message.id)[0] for message in catalogue if message.id} == sentences(example)
    for message in (message for message in catalogue if message.id):
        one, *more = forms(message.id)
        said = [installed.ngettext(one, more[0], n) for n in (1, 2)] if more else [installed.gettext(one)]
        assert all(said)
        assert said == list(forms(message.string or ""))
