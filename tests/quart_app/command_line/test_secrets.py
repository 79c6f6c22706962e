"""``secrets`` as its operator sees it: what it prints, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from quart_app.__main__ import main

HASH = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("PUBLIC_URL", "TELEGRAM_API_ID", "TELEGRAM_API_HASH", "TELEGRAM_DC"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "secrets"
    folder.mkdir()
    return folder


def test_it_says_what_is_missing_and_makes_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", str(folder)]) == 1
    said = capsys.readouterr()
    assert "TELEGRAM_API_ID and TELEGRAM_API_HASH are missing" in said.err
    assert "made backend/pepper" in said.out


def test_the_hash_goes_from_the_settings_into_a_file_and_may_leave_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_API_ID", "1234567")
    monkeypatch.setenv("TELEGRAM_API_HASH", HASH)
    assert main(["secrets", str(folder)]) == 0
    assert (folder / "backend" / "telegram_api_hash").read_text().strip() == HASH
    monkeypatch.delenv("TELEGRAM_API_HASH")
    assert main(["secrets", str(folder)]) == 0
    assert HASH not in capsys.readouterr().out


def test_a_public_api_id_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_ID", "6")
    monkeypatch.setenv("TELEGRAM_API_HASH", HASH)
    assert main(["secrets", str(folder)]) == 1
    assert not (folder / "backend").exists()


def test_a_folder_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", str(folder / "none")]) == 1
    assert "can't be read or written" in capsys.readouterr().err


def test_a_rotation_says_what_to_do_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["secrets", str(folder)])
    assert main(["secrets", "--rotate", "pepper", str(folder)]) == 0
    assert "pepper_previous" in capsys.readouterr().out
