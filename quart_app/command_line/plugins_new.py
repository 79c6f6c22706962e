"""``plugins new NAME``: a package with one command that installs, runs and passes its own tests as it is."""

from __future__ import annotations

import keyword
import re
import shlex
import sys
from datetime import UTC, datetime
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Final

from plugins.loading import load
from plugins.origin import canonical
from quart_app.command_line.speech import complain, say

MOST_LETTERS: Final = 40
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FILES: Final = {
    "pyproject.toml.in": "pyproject.toml",
    "README.md.in": "README.md",
    "LICENSE.in": "LICENSE",
    "gitignore.in": ".gitignore",
    "src/module.py.in": "src/{module}/__init__.py",
    "tests/test_module.py.in": "tests/test_{module}.py",
}


def run_new(name: str, folder: Path | None = None) -> int:
    """Makes ``folder``/NAME, the current folder unless given; 1 if the name won't do or something is there."""
    target = (folder or Path()) / name
    there = target.exists() or target.is_symlink()
    if flaw := flaw_of(name) or (f"{target} is there already." if there else ""):
        complain(flaw)
        return 1
    try:
        write(name, target)
    except OSError as error:
        complain(f"{target} can't be written: {error.strerror}.")
        return 1
    say(next_steps(name, target))
    return 0


def flaw_of(name: str) -> str:
    """Why a plugin can't be called so; empty if it can."""
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name) or len(name) > MOST_LETTERS:
        rule = f"{name!r} can't be a plugin's name: take a-z, 0-9 and single dashes, a letter first"
        close = canonical(name)
        return (
            f"{rule}, such as {close}."
            if _NAME.fullmatch(close) and len(close) <= MOST_LETTERS
            else f"{rule}."
        )
    if load().registry.find(name) is not None:
        return f"{name} is a command that the app has already."
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or find_spec(module) is not None:
        return f"{name} won't do: Python has a module {module} here already."
    return ""


def write(name: str, target: Path) -> None:
    module = name.replace("-", "_")
    values = {"name": name, "module": module, "first": name[:2], "year": str(datetime.now(UTC).year)}
    templates = files("quart_app.command_line").joinpath("new_plugin")
    for source, destination in _FILES.items():
        path = target / destination.format(module=module)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(templates.joinpath(source).read_text("utf-8")).substitute(values), "utf-8")


def next_steps(name: str, target: Path) -> str:
    """What to type next, as it has to be typed here."""
    python, path = (
        shlex.quote(_python()),
        shlex.quote(f"./{target}" if not target.is_absolute() else str(target)),
    )
    pip = f"{python} -m pip" if find_spec("pip") else f"pip --python {python}"
    settings = f'PLUGINS="{name}==0.1.0" PLUGIN_GRANTS="{name}=chats.read"'
    module = f"{path}/src/{name.replace('-', '_')}/__init__.py"
    lines = [
        f"Made {path}: a plugin with the command {name}. Next:",
        "",
        f"  {pip} install --no-build-isolation --editable {path}",
        f"  {python} -m pytest {path}" + ("" if find_spec("pytest") else "  # make setup-dev brings pytest"),
        f"  FLASK_ENV=development DEBUG=1 {settings} {python} -m quart_app run",
        "",
        f"The command is in {module}; saving it reloads it.",
        f"For a server that lasts, pin what you have reviewed: {python} -m quart_app plugins hash {name}",
    ]
    return "\n".join(lines)


def _python() -> str:
    """Of this environment, from here if it is below."""
    python = Path(sys.executable)
    return str(python.relative_to(Path.cwd())) if python.is_relative_to(Path.cwd()) else str(python)
