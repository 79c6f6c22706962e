"""The corpora: what clients say, and must be answered by the documentation, asked by processes of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quart_app.demo import DemoDataCentre, open_demo, received

ROOT = Path(__file__).parents[2]
SECONDS = 120


def replay(corpus: str, demo: DemoDataCentre, directory: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own. Blocking."""
    key = directory / "key.pem"
    key.write_text(demo.data_centre.public_key)
    where = (demo.data_centre.host, str(demo.data_centre.port), str(key))
    line = [sys.executable, "-m", f"tests.independent.corpus.{corpus}", *where]
    env = {"PATH": os.environ["PATH"], "HOME": str(directory)}
    return subprocess.run(
        line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
    )


async def test_packets_are_answered_as_specified(tmp_path: Path) -> None:
    async with open_demo(10) as demo:
        outcome = await asyncio.to_thread(replay, "transport", demo, tmp_path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert len(outcome.stdout.splitlines()) > 40
    assert outcome.stdout.endswith("no complaints\n")


async def test_the_corpus_finds_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a data centre that refuses wrong message ids with another code than the specification's."""
    right = received.id_refusal
    monkeypatch.setattr(received, "id_refusal", lambda *given: 20 if right(*given) else 0)
    async with open_demo(10) as demo:
        outcome = await asyncio.to_thread(replay, "transport", demo, tmp_path)
    assert outcome.returncode == 1
    wrong = [line for line in outcome.stdout.splitlines() if line.startswith("NOT SO")]
    assert {line[8:10] for line in wrong} == {"16", "17", "18"}
