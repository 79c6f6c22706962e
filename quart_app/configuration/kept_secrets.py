"""Secrets that are made once and kept under the data directory, where the database is embedded too."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def prepare_private_directory(directory: Path) -> None:
    """Made if missing, and closed to everybody else either way."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o077:
        directory.chmod(0o700)


def kept_secret(directory: Path, name: str) -> str:
    """The text in ``directory/name``, made of 32 random bytes in base64url at first. Raises OSError.

    Two processes that start at once agree: whichever links its file first wins.
    """
    prepare_private_directory(directory)
    path = directory / name
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()
