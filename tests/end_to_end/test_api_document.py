"""docs/API.md is true: its examples are run, one after the other, and answer what stands below them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product.process import Product

DOCUMENT = Path(__file__).parents[2] / "docs" / "API.md"
_BLOCK = re.compile(r"^```(bash|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "----- end of example -----"


def examples() -> list[tuple[str, str | None]]:
    """Each shell example with the answer below it, or None where none is shown."""
    found: list[tuple[str, str | None]] = []
    for kind, text in _BLOCK.findall(DOCUMENT.read_text()):
        if kind == "bash":
            found.append((text, None))
        else:
            assert found, "an answer without a question"
            assert found[-1][1] is None, "two answers to one question"
            found[-1] = (found[-1][0], text)
    return found


def matches(shown: str, printed: str) -> bool:
    """``...`` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("..."))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.fixture
def search_path(tmp_path: Path) -> str:
    """With a curl on it, whatever the machine has."""
    if shutil.which("curl") is None:
        stand_in = Path(__file__).with_name("curl_stand_in.py")
        script = tmp_path / "curl"
        script.write_text(
            f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(stand_in))} "$@"\n'
        )
        script.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def test_the_examples_answer_what_the_document_says(product: Product, search_path: str) -> None:
    told = examples()
    script = "".join(f"{question}\necho; echo '{_END}'\n" for question, _ in told)
    environment = {**os.environ, "BASE": product.url, "PATH": search_path}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    printed = done.stdout.split(f"{_END}\n")
    assert len(told) > 10
    for (question, answer), output in zip(told, printed, strict=False):
        assert answer is None or matches(answer, output), f"{question}\n{output}"


def test_a_wrong_document_would_be_noticed() -> None:
    assert matches('{"a":...,"b":2}', '{"a":1,"b":2}')
    assert not matches('{"a":...,"b":3}', '{"a":1,"b":2}')


def test_every_frame_kind_is_named() -> None:
    from quart_app.terminal.frames import DOWN_KINDS, UP_KINDS

    text = DOCUMENT.read_text()
    assert [kind for kind in DOWN_KINDS if f"`{kind}`" not in text] == []
    assert [kind for kind in UP_KINDS if f'"type": "{kind}"' not in text] == []
