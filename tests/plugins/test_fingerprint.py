"""The hash of a distribution is about what would run, on whatever machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plugins.fingerprint import fingerprint, own_module


def test_the_same_files_have_the_same_hash(install: Any, hello: str, tmp_path: Path) -> None:
    before = fingerprint(install("hello", hello))
    (tmp_path / "hello-1.0.dist-info" / "INSTALLER").write_text("uv\n")
    (tmp_path / "script").write_text("#!/elsewhere/python\n")
    record = tmp_path / "hello-1.0.dist-info" / "RECORD"
    record.write_text("\n".join(reversed(record.read_text().splitlines())))
    assert fingerprint(install("hello", hello)) == before


def test_other_code_or_other_metadata_has_another(install: Any, hello: str, tmp_path: Path) -> None:
    installed = install("hello", hello)
    seen = {fingerprint(installed)}
    (tmp_path / "hello.py").write_text(hello + " ")
    seen.add(fingerprint(installed))
    (tmp_path / "hello-1.0.dist-info" / "entry_points.txt").write_text(
        "[telegram_chat_manager.plugins]\nhello = os\n"
    )
    seen.add(fingerprint(installed))
    assert len(seen) == 3


def test_whose_module_it_is(install: Any, hello: str) -> None:
    installed = install("hello", hello)
    assert own_module(installed, "hello")
    assert not own_module(installed, "json")
    assert not own_module(installed, "no_such_module")
    assert not own_module(installed, "sys")


def test_one_installed_in_place_owns_no_module(install: Any, hello: str, tmp_path: Path) -> None:
    """An editable install lists a .pth file, and no source."""
    installed = install("hello", hello)
    (tmp_path / "hello-1.0.dist-info" / "RECORD").write_text(
        "hello-1.0.dist-info/METADATA,,\n__editable__.hello.pth,,\n"
    )
    assert not own_module(installed, "hello")
