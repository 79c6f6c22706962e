"""A Python without ensurepip, as distributions ship it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.start.clone import MakeClone
from tests.start.journey import use
from tests.start.running import Run

STUB: Final = """
import sys
if "venv" in sys.orig_argv:
    import venv
    def _setup_pip(self, context):
        raise SystemExit("there is no ensurepip")
    venv.EnvBuilder._setup_pip = _setup_pip
"""
"""Whatever else Python finds in its path: venv asks for ensurepip with an emptied environment."""


def test_no_ensurepip(ground: Path, make_clone: MakeClone, run: Run) -> None:
    stub = ground / "stub"
    stub.mkdir()
    (stub / "sitecustomize.py").write_text(STUB)
    made = make_clone()
    clone = replace(made, more={"PYTHONPATH": str(stub)})
    refused = clone.run(str(clone.python), "-m", "venv", str(ground / "control"))
    assert "there is no ensurepip" in refused.stdout, "the control: no ordinary environment can be made"
    assert refused.returncode != 0
    running = run(clone)
    use(running.url)
    running.interrupt()
    assert not (clone.folder / ".venv" / "bin" / "pip").exists()
