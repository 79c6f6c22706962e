"""``plugins hash``: the entry that allows exactly the files that are installed, without importing any of them."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from plugins.loading import load, problems
from quart_app.__main__ import main


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pinned_chats.py").write_text(
        "from commands import hookimpl\n\n\n@hookimpl\ndef register_commands(register): ...\n"
    )
    info = tmp_path / "Pinned_Chats-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Pinned_Chats\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text("[telegram_chat_manager.plugins]\npinned = pinned_chats\n")
    (info / "RECORD").write_text(
        f"pinned_chats.py,,\n{info.name}/METADATA,,\n{info.name}/entry_points.txt,,\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "pinned_chats", raising=False)
    return tmp_path


def test_the_entry_is_admitted_until_a_file_changes(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugins", "hash", "pinned-chats"]) == 0
    entry = capsys.readouterr().out.strip()
    assert entry.startswith("pinned-chats==2.0@sha256:")
    assert "pinned_chats" not in sys.modules
    assert problems(load(entry, installed=distributions(path=[str(installed)]))) == []
    (installed / "pinned_chats.py").write_text("raise SystemExit")
    (problem,) = problems(load(entry, installed=distributions(path=[str(installed)])))
    assert "not the ones that were allowed" in problem


def test_all_of_them(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plugins", "hash"])
    assert "pinned-chats==2.0@sha256:" in capsys.readouterr().out


def test_an_editable_install_cannot_be_pinned(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = installed / "Pinned_Chats-2.0.dist-info" / "RECORD"
    record.write_text(
        "".join(line for line in record.read_text().splitlines(True) if "pinned_chats.py" not in line)
    )
    assert main(["plugins", "hash", "Pinned_Chats"]) == 1
    assert "install it without --editable" in capsys.readouterr().err


def test_nobody_of_this_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins", "hash", "nobody-here"]) == 1
    assert "nobody-here is not installed, or offers no plugin." in capsys.readouterr().err
