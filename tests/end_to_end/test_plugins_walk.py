"""docs/PLUGINS.md, the walk: every block of it in order, as it stands there, in a fresh clone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product.document import Step, steps
from tests.product.newcomer import Newcomer
from tests.product.person import Crowd
from tests.product.process import ROOT, SECRETS
from tests.servers.postgres import Databases

DOCUMENT = (ROOT / "docs" / "PLUGINS.md").read_text()
WALK = DOCUMENT.partition("\n# Reference\n")[0]


@pytest.fixture
def newcomer(
    tmp_path: Path, databases: Databases, migrated_template: str, crowd: Crowd
) -> Iterator[Newcomer]:
    environment = {**SECRETS, "DATABASE_URL": databases.make(template=migrated_template)}
    newcomer = Newcomer(tmp_path / "telegram-chat-manager", environment, crowd.person())
    yield newcomer
    newcomer.clear_up()


async def test_the_walk_as_it_is_written(newcomer: Newcomer) -> None:
    before = set(sys.modules)
    printed = [(step, await newcomer.take(step)) for step in steps(WALK)]
    tested = [output for step, output in printed if "-m pytest" in step.text]
    assert [f"{count} passed" in output for count, output in zip((3, 4), tested, strict=True)] == [True, True]
    last = printed[-1][1]
    assert "Settings and plugins are in order." in last
    assert "ready     waiting 0.1.0: waiting; uses chats.read" in last
    assert not {name for name in set(sys.modules) - before if name.startswith("waiting")}


def test_the_walk_has_all_that_a_newcomer_does() -> None:
    """The control: a walk that the test would read past is no walk."""
    taken = steps(WALK)
    kinds = [step.kind for step in taken]
    assert kinds.count("sh") >= 6
    assert kinds.count("terminal") == 2
    assert [step.mark for step in taken if step.mark] == [
        "keeps running",
        "file: waiting/src/waiting/__init__.py",
        "add to: waiting/tests/test_waiting.py",
        "stop",
    ]
    assert WALK.count("```") == 2 * sum(1 for step in taken if step.kind)


async def test_a_wrong_walk_would_be_noticed(newcomer: Newcomer) -> None:
    with pytest.raises(AssertionError, match="no-such-command"):
        await newcomer.take(Step("sh", ".venv/bin/python -m quart_app no-such-command\n"))
    with pytest.raises(AssertionError, match="nobody knows"):
        await newcomer.take(Step("ruby", "puts 1\n"))
