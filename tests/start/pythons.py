"""Which Pythons this machine has."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

WANTED: Final = ("3.11", "3.12", "3.13")
"""The versions that a start is promised for."""
_NAME: Final = re.compile(r"python3\.1[1-9]")
_FACTS: Final = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"


@cache
def found(user: int | None = None) -> dict[str, Path]:
    """One interpreter for each version from 3.11 on; of those that ``user`` (an id) can run, if one is given."""
    versions: dict[str, Path] = {}
    for candidate in _candidates():
        if (facts := _ask(candidate, user)) is not None:
            versions.setdefault(facts[0], Path(facts[1]))
    return versions


def _candidates() -> list[Path]:
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    folders += [Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    for versions in (Path.home() / ".pyenv" / "versions", Path("/opt/python")):
        folders += sorted(versions.glob("*/bin"))
    candidates = []
    for folder in folders:
        # An environment's own Python is a poor beginning for another: what made it is found elsewhere.
        if folder.is_dir() and os.access(folder, os.R_OK) and not (folder.parent / "pyvenv.cfg").exists():
            candidates += [each for each in sorted(folder.iterdir()) if _NAME.fullmatch(each.name)]
    return candidates


def _ask(python: Path, user: int | None) -> tuple[str, str] | None:
    try:
        answer = subprocess.run(
            [python, "-c", _FACTS], user=user, cwd="/", capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, _, executable = answer.stdout.strip().partition(" ")
    return version, executable
