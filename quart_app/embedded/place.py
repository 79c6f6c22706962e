"""Where the embedded PostgreSQL keeps its data, and as whom it runs."""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quart_app.embedded.binaries import Binaries, copied_binaries, wheel_binaries
from quart_app.embedded.errors import EmbeddedError

ROOT_FOLDER: Final = Path("/var/lib/telegram-chat-manager")
ACCOUNT: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom PostgreSQL runs as where that isn't whoever runs the app."""

    name: str
    user: int
    group: int


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path
    """Exists; data and socket directories are made in it."""
    binaries: Binaries
    account: Account | None = None
    notice: str = ""
    """What to tell whoever starts it, if anything is unusual."""


def folder_for(data_directory: Path) -> Path:
    """Where `place_for` would put it; makes nothing."""
    return data_directory if os.geteuid() != 0 else root_folder(data_directory)


def place_for(data_directory: Path) -> Place:
    """Inside ``data_directory``; for root in a folder of its own that another account can reach.

    PostgreSQL refuses to run as root, and no other account may be able to enter the folder of root's clone.
    Only for whoever holds the lock of ``data_directory``. Raises EmbeddedError.
    """
    if os.geteuid() != 0:
        return Place(data_directory, wheel_binaries())
    account = unprivileged_account()
    folder = folder_for(data_directory)
    try:
        for each in (ROOT_FOLDER, folder):
            each.mkdir(mode=0o755, parents=True, exist_ok=True)
            each.chmod(0o755)
        binaries = copied_binaries(wheel_binaries(), folder)
    except OSError as error:
        raise EmbeddedError(
            f"{folder} can't be made ready for PostgreSQL ({error.strerror}). "
            "Set DATABASE_URL, or don't run as root."
        ) from error
    notice = f"As root, PostgreSQL runs as {account.name} with its data in {folder} (make clean removes it)."
    return Place(folder, binaries, account, notice)


def root_folder(data_directory: Path) -> Path:
    """A folder for each clone, named after its path."""
    digest = hashlib.sha256(os.fsencode(data_directory.resolve())).hexdigest()
    return ROOT_FOLDER / digest[:16]


def unprivileged_account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL can't run as root, and there is no user {ACCOUNT}. Set DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
