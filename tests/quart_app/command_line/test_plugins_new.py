"""``plugins new``: what it makes works as it is, and what it can't make it refuses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from quart_app.__main__ import main
from quart_app.command_line import plugins_new

ROOT = Path(__file__).parents[3]
QUIET = ("-q", "-p", "no:cacheprovider")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_it_makes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins", "new", "unread-first"]) == 0
    package = here / "unread-first"
    files = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert files == {
        *("pyproject.toml", "README.md", "LICENSE", ".gitignore"),
        *("src/unread_first/__init__.py", "tests/test_unread_first.py"),
    }
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    assert (project["name"], project["version"], project["license"]) == ("unread-first", "0.1.0", "MIT")
    assert project["entry-points"]["telegram_chat_manager.plugins"] == {"unread_first": "unread_first"}
    assert "$" not in "".join((package / name).read_text() for name in files)
    said = capsys.readouterr().out
    for step in (
        "-m pip install --no-build-isolation --editable ./unread-first",
        "-m pytest ./unread-first",
        'PLUGINS="unread-first==0.1.0" PLUGIN_GRANTS="unread-first=chats.read"',
        "-m quart_app plugins hash unread-first",
    ):
        assert step in said


def test_its_own_tests_pass_and_its_code_is_clean(here: Path) -> None:
    main(["plugins", "new", "unread-first"])
    line = [sys.executable, "-m", "pytest", *QUIET, "-W", "error", "-p", "no:asyncio", "./unread-first"]
    outcome = subprocess.run(
        line,
        cwd=here,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "3 passed" in outcome.stdout
    lint = [sys.executable, "-m", "ruff", "check", "--no-cache", "--line-length", "110", "unread-first"]
    assert subprocess.run(lint, cwd=here, check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("list", "is a command that the app has already"),
        ("Foo_Bar", "such as foo-bar"),
        ("../x", "can't be a plugin's name"),
        ("9a", "can't be a plugin's name"),
        ("", "can't be a plugin's name"),
        ("a--b", "such as a-b"),
        ("x" * 41, "can't be a plugin's name"),
        ("async", "Python has a module async"),
        ("asyncio", "Python has a module asyncio"),
        ("commands", "Python has a module commands"),
    ],
)
def test_bad_names(here: Path, capsys: pytest.CaptureFixture[str], name: str, why: str) -> None:
    assert main(["plugins", "new", name]) == 1
    assert why in capsys.readouterr().err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder", "dead link"])
def test_what_is_there_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    target = here / "mine"
    match kind:
        case "file":
            target.write_text("precious")
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to(here / "elsewhere")
    assert main(["plugins", "new", "mine"]) == 1
    assert "mine is there already." in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["mine"]
    assert not target.is_dir() or list(target.iterdir()) == []


def test_where_nothing_can_be_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "folder").write_text("a file")
    assert plugins_new.run_new("mine", here / "folder") == 1
    assert "can't be written: Not a directory." in capsys.readouterr().err


def test_every_template_is_used() -> None:
    folder = Path(plugins_new.__file__).parent / "new_plugin"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == set(plugins_new._FILES)
