"""A clone of the last commit in a folder of its own, and make called in it with nothing of this process around it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

ROOT: Final = Path(__file__).parents[2]
MARK: Final = "STARTED_BY_A_TEST"
"""Set to something unique in the environment of all that a clone starts, so that whatever is left is found."""
_KEPT: Final = (
    "PIP_",
    "SSL_",
    "REQUESTS_",
    "LANG",
    "LC_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
)
INSTALL_SECONDS: Final = 600
BEFORE_TAGS: Final = "9544431b66397967cc290bb31840a1a54e9dc9e9"


@dataclass
class Clone:
    """``user`` (name of an account) owns it and runs it; None is whoever runs the tests."""

    folder: Path
    python: Path
    user: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: uuid4().hex)
    downloads: Path | None = None
    """What pip has fetched, for several clones of one user; beside the clone unless given."""

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        home = self.folder.with_name(f"{self.folder.name}-home")
        return {
            **kept,
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
            "HOME": str(home),
            "TMPDIR": str(home),
            "PIP_CACHE_DIR": str(self.downloads or self.folder.parent / f"pip-cache-of-{self.user or 'me'}"),
            MARK: self.mark,
            **self.more,
        }

    def make(self, *words: str) -> list[str]:
        return ["make", "--no-print-directory", *words, f"PYTHON={self.python}"]

    def run(self, *line: str, seconds: float = INSTALL_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run to its end; what it says on both channels is ``stdout``."""
        return subprocess.run(
            line,
            cwd=self.folder,
            env=self.environment(),
            user=self.user,
            group=self.user_group,
            extra_groups=None if self.user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )

    @property
    def user_group(self) -> int | None:
        if self.user is None:
            return None
        import pwd

        return pwd.getpwnam(self.user).pw_gid

    def remove(self) -> None:
        """By its own ``make clean``, after which nothing of it is anywhere else."""
        cleaned = self.run(*self.make("clean"))
        assert cleaned.returncode == 0, cleaned.stdout
        shutil.rmtree(self.folder)


class MakeClone(Protocol):
    """The fixture of this name."""

    def __call__(
        self, version: str | None = None, *, user: str | None = None, commit: str = ...
    ) -> Clone: ...


def clone(folder: Path, python: Path, *, user: str | None = None, commit: str = "HEAD") -> Clone:
    """As ``git clone`` makes it: what is not committed is not in it."""
    subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, folder], check=True)
    subprocess.run(["git", "checkout", "--quiet", "--detach", commit], cwd=folder, check=True)
    made = Clone(folder, python, user)
    home = Path(made.environment()["HOME"])
    cache = Path(made.environment()["PIP_CACHE_DIR"])
    for each in (home, cache):
        each.mkdir(exist_ok=True)
    if user is not None:
        subprocess.run(["chown", "-R", f"{user}:", folder, home, cache], check=True)
    return made


def uncommitted() -> bool:
    """Whether the clones lack something that is in the working tree."""
    line = ["git", "status", "--porcelain"]
    return bool(subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def last_version() -> str | None:
    """The newest tag before this commit, else the state that was in use before there were tags.

    None if this copy of the repository doesn't go back that far.
    """
    described = _git("describe", "--tags", "--abbrev=0", "HEAD^")
    if described.returncode == 0:
        return described.stdout.strip()
    there = _git("cat-file", "-e", f"{BEFORE_TAGS}^{{commit}}").returncode == 0
    return BEFORE_TAGS if there else None


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def interpreter() -> str:
    """The one with the tests' requirements."""
    return sys.executable
