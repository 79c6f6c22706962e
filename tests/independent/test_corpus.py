"""The corpora: what clients say, and must be answered by the documentation, asked by processes of their own."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telethon.errors.rpcerrorlist import rpc_errors_dict, rpc_errors_re

from quart_app.demo import DemoDataCentre, open_demo, received, sending
from quart_app.demo.methods import method_name
from quart_app.demo.recording import Refusal
from tests.independent.corpus.calls import CASES
from tests.independent.corpus.documented import UNDOCUMENTED, codes_of, complaint, method_of

ROOT = Path(__file__).parents[2]
SECONDS = 120
NEWER_THAN_TELETHON = {
    "CHAT_PUBLIC_REQUIRED",
    "DEMO_INTERNAL_ERROR",
    "EMAIL_INSTALL_MISSING",
    "EMAIL_NOT_ALLOWED",
    "EMAIL_NOT_SETUP",
    "EXPIRES_AT_INVALID",
    "FILTERS_TOO_MUCH",
    "FILTER_INCLUDE_TOO_MUCH",
    "MESSAGE_IDS_TOO_MANY",
    "MSG_WAIT_TIMEOUT",
    "REPLY_MESSAGE_ID_INVALID",
    "REPLY_TO_INVALID",
    "SRP_A_INVALID",
    "TOPICS_EMPTY",
    "TOPIC_TITLE_EMPTY",
}
"""Clients see these as a plain BadRequestError or ForbiddenError with the name in it."""


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


async def test_calls_are_answered_as_documented(tmp_path: Path) -> None:
    async with open_demo(200, 7) as demo:
        outcome = await asyncio.to_thread(replay, "calls", demo, tmp_path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert len(outcome.stdout.splitlines()) > 200
    assert outcome.stdout.endswith("no complaints\n")
    assert [wrong for refusal in demo.instrument.refusals if (wrong := _complaint(refusal))] == []


def _complaint(refusal: Refusal) -> str:
    return complaint(method_of(refusal.method), refusal.code, refusal.message)


async def test_the_calls_find_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a data centre that says one thing for another."""
    monkeypatch.setattr(sending, "LONGEST_TEXT", 4095)
    async with open_demo(200, 7) as demo:
        outcome = await asyncio.to_thread(replay, "calls", demo, tmp_path)
    assert outcome.returncode == 1
    wrong = [line for line in outcome.stdout.splitlines() if line.startswith("NOT SO")]
    assert wrong == ["NOT SO: 4,096 characters: 400 MESSAGE_TOO_LONG, not Updates"]


def test_what_the_corpus_expects_is_documented() -> None:
    scene: Any = _Anything()
    wrong = []
    for case in CASES:
        code, _, name = case.expected.partition(" ")
        if name:
            request = case.request(scene)
            request = getattr(request, "query", request)
            wrong.append(complaint(method_of(method_name(type(request))), int(code), name))
    assert [each for each in wrong if each] == []
    assert len(wrong) > 120


class _Anything:
    def __getattr__(self, name: str) -> Any:
        return _Anything()


def _raised() -> Iterator[tuple[int, str]]:
    """Code and name of every RpcError that the source of the demo data centre spells."""
    for path in sorted((ROOT / "quart_app" / "demo").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RpcError":
                code, words = node.args
                if isinstance(code, ast.Constant) and isinstance(code.value, int):
                    yield from ((code.value, name) for name in _names(words))


def _names(words: ast.expr) -> Iterator[str]:
    if isinstance(words, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "%d" for part in words.values]
        yield "".join(parts)
    else:
        yield from (
            str(node.value)
            for node in ast.walk(words)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )


def test_every_error_of_the_demo_is_a_documented_one() -> None:
    raised = set(_raised())
    assert len(raised) > 120
    unknown = [
        (code, name)
        for code, name in sorted(raised)
        if code not in codes_of(name) and name not in UNDOCUMENTED and not name.startswith("NOT ")
    ]
    assert unknown == []


def test_every_error_of_the_demo_is_known_to_telethon() -> None:
    """Or is one of the few that are newer than its list."""
    unknown = {
        name
        for _, name in _raised()
        if name not in rpc_errors_dict
        and not any(re.match(pattern, name.replace("%d", "7")) for pattern, _ in rpc_errors_re)
    }
    assert unknown == NEWER_THAN_TELETHON


def test_reasons_are_given_for_what_is_there() -> None:
    names = {name for _, name in _raised()}
    assert [name for name in UNDOCUMENTED if name not in names] == []
