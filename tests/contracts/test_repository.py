"""What stands beside the code agrees with it: make targets, documented settings, locked requirements."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from quart_app.command_line.dotenv import read_dotenv
from quart_app.command_line.reading import plugin_problems
from quart_app.configuration.environment import Environment
from quart_app.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).resolve().parents[2]
TARGETS = (
    "run",
    "test",
    "test-browser",
    "test-start",
    "test-lighthouse",
    "smoke-telegram",
    "setup-dev",
    "lint",
    "format",
    "migrate",
    "logs",
    "bench",
    "chaos",
    "clean",
)
LOCKED = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")


def documented() -> dict[str, str]:
    return dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def names_read(tmp_path: Path) -> frozenset[str]:
    env = Environment({})
    read_settings(env, tmp_path)
    plugin_problems(env)
    return env.names_read


def test_the_example_names_every_setting_and_no_other(tmp_path: Path) -> None:
    assert documented().keys() == names_read(tmp_path)


def test_a_copy_of_the_example_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text(EXAMPLE, "utf-8")
    assert read_dotenv(copy) == {}


@pytest.mark.parametrize("name", ["SECRET_KEY", "PEPPER"])
def test_the_examples_own_secrets_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({name: documented()[name]}, data_directory=tmp_path)
    assert caught.value.names == {name}
    assert "example" in str(caught.value)


@pytest.mark.parametrize("name", LOCKED)
def test_locked_requirements_are_hashed_and_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "file:" not in text
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert requirements
    assert all(re.match(r"[a-z0-9.-]+==\S+ .*\\$", line) for line in requirements)
    assert text.count("--hash=sha256:") >= len(requirements)


def test_the_app_is_installed_as_it_is_tested() -> None:
    app, dev = ((ROOT / name).read_text("utf-8") for name in LOCKED[:2])
    pinned = re.compile(r"^(\S+==\S+)", re.MULTILINE)
    assert set(pinned.findall(app)) <= set(pinned.findall(dev))


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target: str) -> None:
    made = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout


def test_make_does_not_know_just_anything() -> None:
    made = subprocess.run(["make", "--dry-run", "tests-all"], cwd=ROOT, capture_output=True, check=False)
    assert made.returncode != 0
