"""The example that authors copy: listed, it works like a built-in; unlisted, it isn't imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest

from commands.flaws import flaws
from plugins.fingerprint import fingerprint
from plugins.loading import load, problems
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import NOW, MemoryTelegram

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "plugins" / "examples" / "hello"
PROJECT: dict[str, Any] = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
PERMIT = f"{PROJECT['name']}=={PROJECT['version']}"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distribution]:
    """What pip makes of its pyproject.toml, without a build."""
    monkeypatch.syspath_prepend(str(tmp_path))
    shutil.copytree(EXAMPLE / "src" / "hello_chats", tmp_path / "hello_chats")
    info = tmp_path / f"hello_chats-{PROJECT['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
    )
    points = [
        f"[{group}]\n{name} = {value}\n"
        for group, named in PROJECT["entry-points"].items()
        for name, value in named.items()
    ]
    (info / "entry_points.txt").write_text("".join(points))
    (info / "RECORD").write_text(
        f"hello_chats/__init__.py,,\n{info.name}/METADATA,,\n{info.name}/entry_points.txt,,\n"
    )
    yield next(iter(distributions(path=[str(tmp_path)])))
    sys.modules.pop("hello_chats", None)


@pytest.mark.parametrize("pinned", [False, True])
async def test_listed_it_works_like_a_builtin(installed: Distribution, pinned: bool) -> None:
    permit = f"{PERMIT}@sha256:{fingerprint(installed)}" if pinned else PERMIT
    manager = load(permit, installed=[installed])
    assert problems(manager) == []
    terminal = LineTerminal(MemoryTelegram(), manager)
    assert (await terminal("hello Ada --loud")).rows == [("HELLO, ADA!", NOW)]
    assert (await terminal("hello | where greeting ~ WORLD | count")).rows == [(1,)]
    assert ("from", "hello-chats 1.0.0") in (await terminal("help hello")).rows
    assert await terminal.completions("hel") == ["help", "hello"]
    assert (await terminal("hallo")).hint == "Did you mean hello?"


async def test_unlisted_it_is_not_imported(installed: Distribution) -> None:
    manager = load(installed=[installed])
    assert "hello_chats" not in sys.modules
    assert problems(manager) == []
    assert (await LineTerminal(MemoryTelegram(), manager)("hello")).notice.code == "unknown_command"


def test_its_declaration_is_sound(installed: Distribution) -> None:
    entry = load(PERMIT, installed=[installed]).registry.find("hello")
    assert entry is not None
    assert list(flaws(entry.command)) == []


def test_its_own_tests_pass() -> None:
    """As its README says, in a process of their own."""
    line = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        f"{EXAMPLE}/pyproject.toml",
        f"{EXAMPLE}/tests",
    ]
    outcome = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "3 passed" in outcome.stdout


def test_its_readme_names_what_is_there() -> None:
    readme = (EXAMPLE / "README.md").read_text()
    assert f"PLUGINS={PERMIT} " in readme
    assert "plugins/examples/hello" in readme
