"""``python -m quart_app.embedded.removal``: what `make clean` must remove outside the clone, if anything."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from quart_app.embedded.errors import EmbeddedError
from quart_app.embedded.lock import held_lock
from quart_app.embedded.place import ROOT_FOLDER, root_folder
from quart_app.embedded.predecessor import settle

DATA_DIRECTORY: Final = Path(__file__).resolve().parents[2] / "var"


def remove_embedded(data_directory: Path) -> None:
    """Ends a PostgreSQL that was left behind, removes its data. Raises EmbeddedError while the app runs."""
    if data_directory.exists():
        with held_lock(data_directory / "postgres.lock"):
            _remove(data_directory)
        shutil.rmtree(data_directory)
    else:
        _remove(data_directory)


def _remove(data_directory: Path) -> None:
    folder = root_folder(data_directory)
    for each in (data_directory, folder):
        settle(each / "postgres")
    if folder.exists():
        shutil.rmtree(folder)
        if not any(ROOT_FOLDER.iterdir()):
            ROOT_FOLDER.rmdir()


if __name__ == "__main__":
    try:
        remove_embedded(DATA_DIRECTORY)
    except EmbeddedError as error:
        raise SystemExit(str(error)) from None
