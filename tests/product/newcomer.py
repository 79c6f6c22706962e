"""Somebody who has just cloned the app, and types what a document says: at a shell, in an editor, in the browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.product.caller import Program
from tests.product.document import Step
from tests.product.person import Person
from tests.product.process import ROOT, Product
from tests.product.terminal import Terminal

CLONED: Final = (
    *(".ci", "Makefile", "README.md", "LICENSE", "pyproject.toml", "requirements.txt"),
    *("requirements-dev.txt", "requirements-build.txt", "quart_app", "commands", "plugins", "migrations"),
)
INSTALLED: Final = ("requirements-build.txt", "requirements-dev.txt")
IGNORED: Final = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
STEP_SECONDS: Final = 240


class Newcomer(Product):
    """Stands in a fresh clone whose ``.venv`` has what this environment has, and nothing that is installed there comes
    back here."""

    def __init__(self, folder: Path, environment: Mapping[str, str], person: Person) -> None:
        super().__init__(folder, environment)
        self._person = person
        self._open = AsyncExitStack()
        self._program: Program | None = None
        self._terminal: Terminal | None = None
        clone(folder)

    async def take(self, step: Step) -> str:
        """Do what the step says; what a shell printed."""
        match step.kind, step.mark.partition(": "):
            case "sh", ("keeps running", _, _):
                self._begin(step.text)
            case "sh", _:
                return self._shell(step.text)
            case "python", ("file", _, name):
                await self._save(name, step.text)
            case "python", ("add to", _, name):
                path = self.folder / name
                path.write_text(f"{path.read_text()}\n\n{step.text}")
            case "terminal", _:
                await self._type(step.text.splitlines())
            case "", ("stop", _, _):
                await self.leave()
                assert self.stop() == 0
            case "text", _:
                pass
            case _:
                raise AssertionError(f"nobody knows what to do with this: {step}")
        return ""

    async def leave(self) -> None:
        """Close the page."""
        await self._open.aclose()
        self._program = self._terminal = None

    def _all(self) -> dict[str, str]:
        given = {**self._all_of_the_environment(), "PIP_NO_INDEX": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        del given["PYTHONPATH"]  # what is typed must do without
        return given

    def _shell(self, text: str) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", text],
            cwd=self.folder,
            env=self._all(),
            capture_output=True,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _begin(self, text: str) -> None:
        """Its shell makes way for the command, so that Ctrl-C reaches that."""
        assignments = " ".join(word for word in text.split(" ") if "=" in word.partition('"')[0])
        command = text.removeprefix(assignments)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", f"export {assignments}; exec {command}"],
                cwd=self.folder,
                env=self._all(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_for("/health/ready", 200)

    async def _save(self, name: str, text: str) -> None:
        """A page that is open is told, and connects anew."""
        (self.folder / name).write_text(text)
        if self._terminal is not None:
            await self._terminal.next("goodbye", code=1012)
            assert self._program is not None
            self._terminal = await self._open.enter_async_context(self._program.terminal())

    async def _type(self, lines: list[str]) -> None:
        for line in lines:
            answer = await (await self._page()).run(line)
            assert answer.status == "ok", f"{line}: {answer.frames}"
            assert answer.of("rows"), f"{line} shows nothing"

    async def _page(self) -> Terminal:
        if self._terminal is None:
            self._program = Program(self.url, self._person)
            self._open.push_async_callback(self._program.close)
            await self._program.register()
            await self._program.log_in()
            await self._program.open_session()
            self._terminal = await self._open.enter_async_context(self._program.terminal())
        return self._terminal


def clone(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in CLONED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=IGNORED)
        else:
            shutil.copy(source, folder / name)
    environment(folder)


def environment(folder: Path) -> None:
    """As ``make setup-dev`` leaves it, without the minutes that it takes."""
    place = folder / ".venv"
    venv.create(place, symlinks=True, with_pip=False)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "what_is_installed.pth").write_text(
        "".join(f"{path}\n" for path in sys.path if path.endswith("site-packages"))
    )
    if importlib.util.find_spec("pip") is None:  # one from outside works for this environment then
        (packages / "pip").mkdir()
        (packages / "pip" / "__main__.py").write_text(
            "import os, sys\nos.execvp('pip', ['pip', '--python', sys.executable, *sys.argv[1:]])\n"
        )
    script = _module(folder / ".ci" / "environment.py")
    for name in INSTALLED:
        (place / f".installed-{name}").write_text(script.digest((folder / name).read_bytes()))
    ourselves = (folder / "pyproject.toml").read_bytes() + os.fsencode(folder.resolve())
    (place / ".installed-ourselves").write_text(script.digest(ourselves))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment_of_clone", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
