"""Makes .venv and installs hashed requirements into it: ``python .ci/environment.py requirements.txt [more...]``.

Standard library only, any Python from 3.11. What is there already is left alone: packages that an operator added
stay, and nothing is installed twice. Two calls at once wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = "requirements-build.txt"


def main(requirements: list[str]) -> int:
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_environment()
        for name in (BUILD, *requirements):
            install(name)
        install_ourselves()
    return 0


def make_environment() -> None:
    """A new one only where there is none, or where its Python has gone away."""
    if PYTHON.exists() and run([str(PYTHON), "-c", ""], quiet=True) == 0:
        return
    empty_environment()
    # Debian's Python comes without ensurepip: a pip from outside does as well.
    if run([sys.executable, "-m", "venv", str(VENV)], quiet=True) != 0:
        empty_environment()
        if run([sys.executable, "-m", "venv", "--without-pip", str(VENV)]) != 0:
            raise SystemExit("This Python can't make virtual environments; install its venv module.")


def empty_environment() -> None:
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()


def install(name: str) -> None:
    """The hashed requirements in ``name``, unless exactly these are in already."""
    once(f".installed-{name}", (ROOT / name).read_bytes(), ["--require-hashes", "-r", str(ROOT / name)], name)


def install_ourselves() -> None:
    """So that plugins find ``commands``, and pip knows that what they depend on is here."""
    content = (ROOT / "pyproject.toml").read_bytes() + os.fsencode(ROOT)
    once(".installed-ourselves", content, ["--no-deps", "-e", str(ROOT)], "")


def once(stamp: str, content: bytes, arguments: list[str], announced: str) -> None:
    if stamped(stamp, content):
        return
    if announced:
        sys.stdout.write(f"Installing {announced} ...\n")
        sys.stdout.flush()
    # What has to be built is built with the hashed setuptools, not with any that pip would fetch for it.
    how = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-build-isolation", "--use-pep517"]
    if run([*pip(), "install", *how, *arguments]) != 0:
        raise SystemExit("pip could not install what is needed; its message is above.")
    (VENV / stamp).write_text(digest(content))


def stamped(stamp: str, content: bytes) -> bool:
    path = VENV / stamp
    return path.exists() and path.read_text() == digest(content)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pip() -> list[str]:
    """The environment's own, else any pip here that can work on another environment."""
    candidates = [
        [str(PYTHON), "-m", "pip"],
        [sys.executable, "-m", "pip", "--python", str(PYTHON)],
        ["pip", "--python", str(PYTHON)],
        ["pip3", "--python", str(PYTHON)],
    ]
    for candidate in candidates:
        if shutil.which(candidate[0]) and run([*candidate, "--version"], quiet=True) == 0:
            return candidate
    raise SystemExit("There is no pip (22.3 or newer) to install with.")


def run(command: list[str], *, quiet: bool = False) -> int:
    output = subprocess.DEVNULL if quiet else None
    ended = subprocess.run(  # noqa: S603 (no shell, nothing from outside)
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=ROOT, check=False
    )
    return ended.returncode


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever names a PYTHON may name an older one)
        raise SystemExit("Python 3.11 or newer is needed.")
    raise SystemExit(main(sys.argv[1:]))
