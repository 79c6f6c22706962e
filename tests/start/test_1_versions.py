"""The promised Pythons, from nothing: installed, healthy, used, stopped. First, since later tests use these clones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from tests.start import pythons
from tests.start.clone import Clone
from tests.start.journey import NEWCOMER, use
from tests.start.running import Run


@pytest.mark.parametrize("version", pythons.WANTED)
def test_from_nothing(
    version: str,
    clones_by_version: Callable[[str], Clone],
    run: Run,
    not_here: Callable[[str], NoReturn],
    as_root: bool,
    say: Callable[[str], None],
) -> None:
    if version not in pythons.found():
        not_here(f"Python {version}: there is none on this machine")
    clone = clones_by_version(version)
    running = run(clone)
    made_with = clone.run(".venv/bin/python", "--version").stdout
    assert made_with.startswith(f"Python {version}."), made_with
    assert running.url.replace("127.0.0.1", "localhost") in running.log
    assert "+99966DYYYY" in running.log
    use(running.url)
    assert NEWCOMER.phone not in running.log
    running.interrupt()
    say(f"Python {version}, {'root' if as_root else 'ordinary user'}: installed, healthy, used, stopped")
