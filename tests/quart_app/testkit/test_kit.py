"""What the kit's own hands can do, as its users use them: worlds of any size, trouble, lines that are stopped."""

from __future__ import annotations

from pathlib import Path

from tests.quart_app.testkit.test_stranger import run_pytest

TESTS = """
import pytest

@pytest.mark.telegram(chats=20, seed=7)
def test_a_small_world(telegram):
    assert len(telegram.chats()) == 20

@pytest.mark.telegram(chats=300)
def test_a_large_world(telegram, terminal):
    assert len(telegram.chats()) > 290
    assert terminal("list | count").rows == [(len(telegram.chats()),)]

def test_trouble(telegram, terminal):
    telegram.fail("contacts.ResolveUsername", "CHANNEL_PRIVATE")
    assert terminal("@somebody_else").error == "telegram_refused"
    telegram.drop("contacts.ResolveUsername")
    assert terminal("@somebody_else").error == "telegram_unreachable"

def test_what_never_comes_true(telegram):
    with pytest.raises(AssertionError, match="not met within"):
        telegram.until(lambda: False, seconds=0.05)

def test_a_line_that_is_stopped(telegram, terminal):
    telegram.delay("contacts.ResolveUsername", 30)
    running = terminal.start("@somebody_else")
    running.until(lambda: running.events)
    shown = running.cancel()
    assert (shown.status, shown.rows) == ("cancelled", [])

def test_a_line_that_goes_on(terminal):
    running = terminal.start("list 3")
    assert len(running.finish().rows) == 3
"""


def test_the_hands_of_the_kit(tmp_path: Path) -> None:
    (tmp_path / "test_hands.py").write_text(TESTS)
    outcome = run_pytest(tmp_path, "--strict-markers", "-W", "error")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "6 passed" in outcome.stdout
