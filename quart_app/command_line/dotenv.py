"""The file ``.env`` beside the app, for those who keep their settings there; what is set outside wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from quart_app.settings import Problem, SettingsError

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTED: Final = re.compile(r"""(["'])(.*)\1\s*(?:#.*)?""")


def with_dotenv(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Raises SettingsError naming the lines that can't be read."""
    return {**read_dotenv(path), **{name: value for name, value in environ.items() if value}}


def read_dotenv(path: Path) -> dict[str, str]:
    """``NAME=value`` lines; comments, blank lines, ``export`` and quotes as a shell has them, nothing expanded."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise SettingsError((Problem(path.name, "can't be read as text"),)) from None
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if match := _LINE.fullmatch(line):
            found[match[1]] = _value(match[2])
        else:
            problems.append(Problem(f"{path.name} line {number}", "must read NAME=value"))
    if problems:
        raise SettingsError(tuple(problems))
    return found


def _value(text: str) -> str:
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2]
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()
