"""How .env is read, and that the environment wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from quart_app.command_line.dotenv import read_dotenv, with_dotenv
from quart_app.settings import SettingsError


def test_lines_are_read_as_a_shell_would(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# comment\n\nPORT=9000\nexport HOST = localhost # here\n"
        "PLUGINS='a b # c'\nMETRICS_TOKEN=\"x=y\" # why\nEMPTY=\nURL=http://x/#y\n"
    )
    assert read_dotenv(file) == {
        "PORT": "9000",
        "HOST": "localhost",
        "PLUGINS": "a b # c",
        "METRICS_TOKEN": "x=y",
        "EMPTY": "",
        "URL": "http://x/#y",
    }


def test_what_is_set_outside_wins_unless_it_is_empty(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9000\nHOST=one\n")
    assert with_dotenv({"HOST": "two", "PORT": ""}, file) == {"PORT": "9000", "HOST": "two"}


def test_without_the_file_there_is_the_environment(tmp_path: Path) -> None:
    assert with_dotenv({"PORT": "1"}, tmp_path / ".env") == {"PORT": "1"}


def test_a_line_that_is_none_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=1\nhunter2\n")
    with pytest.raises(SettingsError) as caught:
        read_dotenv(file)
    assert caught.value.names == {".env line 2"}
    assert "hunter2" not in str(caught.value)
    file.write_bytes(b"\xff")
    with pytest.raises(SettingsError):
        read_dotenv(file)
