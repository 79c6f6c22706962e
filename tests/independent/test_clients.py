"""Not only our own word: clients that share nothing with this project work with a data centre in its own process.

Each client is a script in this folder that imports nothing of ours, and runs as a process of its own as well.
"""

from __future__ import annotations

import ast
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from telethon import types

from quart_app.demo import RsaKey, open_demo
from quart_app.demo.key_exchange import KeyExchange

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WALKS = ("telethon_walk.py", "telethon_acts_walk.py", "pyrogram_walk.py")
OURS = {"quart_app", "plugins", "commands", "migrations", "tests"}
START_SECONDS, WALK_SECONDS = 60, 180


@pytest.fixture(scope="module")
def centre() -> Iterator[dict[str, str]]:
    """``python -m quart_app demo`` and the settings that it prints."""
    line = [sys.executable, "-m", "quart_app", "demo", "--port", "0"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DEMO_CHATS": "60", "DEMO_SEED": "7"}
    process = subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = [process.stdout.readline() for _ in range(5)]
        yield dict(each.rstrip().split("=", 1) for each in said if each.startswith("TELEGRAM_"))
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0


def walk(script: str, centre: dict[str, str], key: Path) -> subprocess.CompletedProcess[str]:
    """In an empty environment and from another folder, so that nothing of ours can be found by chance."""
    host, port = centre["TELEGRAM_DC"].partition("@")[2].split(":")
    api = (centre["TELEGRAM_API_ID"], centre["TELEGRAM_API_HASH"])
    line = [sys.executable, "-W", "error::ResourceWarning", str(HERE / script), host, port, str(key), *api]
    env = {"PATH": os.environ["PATH"], "HOME": str(key.parent)}
    return subprocess.run(
        line, cwd=key.parent, env=env, capture_output=True, text=True, timeout=WALK_SECONDS, check=False
    )


@pytest.mark.parametrize("script", WALKS)
def test_it_walks_without_a_complaint(script: str, centre: dict[str, str]) -> None:
    outcome = walk(script, centre, Path(centre["TELEGRAM_DC_KEY"]))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert len(outcome.stdout.splitlines()) > 7
    assert outcome.stdout.endswith("no complaints\n")


@pytest.mark.parametrize("script", WALKS)
def test_it_refuses_a_data_centre_with_another_key(
    script: str, centre: dict[str, str], tmp_path: Path
) -> None:
    """The control: these clients do check what they are told."""
    other = tmp_path / "other.pem"
    other.write_text(RsaKey.generate().public_pem)
    outcome = walk(script, centre, other)
    assert outcome.returncode != 0
    assert "signed in" not in outcome.stdout


@pytest.mark.parametrize("script", WALKS)
async def test_it_walks_however_often_a_key_is_agreed_anew(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is so of one exchange in 256, and here of each second: no run may depend on that chance."""
    finish, numbers, repeated = KeyExchange._finish, count(), list[int]()

    def often_repeated(exchange: KeyExchange, query: Any, *more: Any) -> Any:
        if (number := next(numbers)) % 2:
            return finish(exchange, query, *more)
        repeated.append(number)
        return types.DhGenRetry(query.nonce, query.server_nonce, 0)

    monkeypatch.setattr(KeyExchange, "_finish", often_repeated)
    key = tmp_path / "key.pem"
    async with open_demo(60, 7) as demo:
        place, (api_id, api_hash) = demo.data_centre, demo.api
        key.write_text(place.public_key)
        centre = {"TELEGRAM_DC": f"{place.id}@{place.host}:{place.port}"}
        centre |= {"TELEGRAM_API_ID": str(api_id), "TELEGRAM_API_HASH": api_hash}
        outcome = await asyncio.to_thread(walk, script, centre, key)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert len(repeated) >= 3


@pytest.mark.parametrize("script", WALKS)
def test_it_imports_nothing_of_ours(script: str) -> None:
    tree = ast.parse((HERE / script).read_text("utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported
    assert imported.isdisjoint(OURS)
