"""Where the data goes, as root and not, and what is said where it can't go there."""

from __future__ import annotations

import importlib.util
import os
import pwd
from pathlib import Path

import pytest

from quart_app.embedded import place
from quart_app.embedded.binaries import wheel_binaries
from quart_app.embedded.errors import EmbeddedError
from quart_app.embedded.place import place_for, root_folder


def test_a_person_keeps_it_in_the_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    found = place_for(tmp_path)
    assert (found.folder, found.account, found.notice) == (tmp_path, None, "")
    assert found.binaries == wheel_binaries()


def test_root_keeps_it_where_another_account_can_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(place, "ROOT_FOLDER", tmp_path / "lib")
    found = place_for(tmp_path / "var")
    assert found.folder.parent == tmp_path / "lib"
    assert found.account is not None
    assert found.account.user != 0
    assert str(found.folder) in found.notice
    assert found.binaries.postgres.is_relative_to(found.folder)
    for path in (found.binaries.postgres, found.binaries.initdb, *found.binaries.postgres.parents):
        if path.is_relative_to(tmp_path / "lib"):
            assert path.stat().st_mode & 0o777 == 0o755
    copied = found.binaries.postgres.stat().st_ino
    assert place_for(tmp_path / "var").binaries.postgres.stat().st_ino == copied


def test_each_clone_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert root_folder(tmp_path / "one") == root_folder(tmp_path / "one" / ".." / "one")
    assert root_folder(tmp_path / "one") != root_folder(tmp_path / "other")


def test_root_without_another_account_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> object:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", nobody)
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        place_for(tmp_path)


def test_root_whose_folder_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(place, "ROOT_FOLDER", tmp_path / "file" / "lib")
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        place_for(tmp_path)


def test_a_machine_without_the_wheel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        wheel_binaries()
