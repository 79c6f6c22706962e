"""The kit in the hands of a stranger: a package of their own, pytest as they start it, nothing of our tests."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PLUGIN = """
from commands import CHAT, Capability, Column, Command, Kind, Source, Word, argument, hookimpl, row, say

WHERE = argument(CHAT, "chat", say("which chat"))
seen = []

async def unread(context, given):
    for state in await context.telegram.chats():
        if state.unread:
            yield row(state.chat, state.unread)

@hookimpl
def register_commands(register):
    columns = (Column("chat", Kind.CHAT), Column("unread", Kind.INTEGER))
    register(Command(
        trigger=Word("unread"), summary=say("What waits."), does=Source(run=unread, columns=columns),
        capabilities=frozenset({Capability.CHATS_READ}), examples=("unread",),
    ))

@hookimpl
def command_finished(finished):
    seen.append(finished.command)
"""
TESTS = """
import sys
import unread_chats

def test_the_command_beside_the_builtins(telegram, terminal):
    shown = terminal("unread | sort -unread | head 3")
    assert shown.status == "ok", shown.notices
    assert shown.columns == ["chat", "unread"]
    counts = [state.unread for state in telegram.chats() if state.unread]
    assert [count for _chat, count in shown.rows] == sorted(counts, reverse=True)[:3]
    assert telegram.calls("messages.GetDialogs") >= 1
    assert unread_chats.seen[-1].startswith("unread")

def test_what_telegram_does(telegram, terminal):
    def waiting():
        return {chat.username: count for chat, count in terminal("unread").rows}.get("scontierrati", 0)
    before = waiting()
    telegram.post("scontierrati", "una offerta")
    for _ in range(500):
        if waiting() == before + 1:
            break
    assert waiting() == before + 1

def test_a_flood_is_an_error_of_the_line(telegram, terminal):
    telegram.flood("messages.GetDialogs", 30)
    assert terminal("unread").error == "flood_wait"

def test_mistakes(terminal):
    assert terminal("unraed").error == "unknown_command"
    assert terminal("unread --loud").error == "usage"
    assert terminal.complete("unr") == ["unread"]

def test_no_server_was_needed(terminal):
    terminal("unread")
    loaded = {name.partition(".")[0] for name in sys.modules}
    unwanted = {"quart", "hypercorn", "databases", "sqlalchemy", "fakeredis", "redis", "asyncpg", "uvloop"}
    assert loaded.isdisjoint(unwanted)
"""
ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"redis", "asyncpg", "quart", "hypercorn", "databases", "sqlalchemy", "fakeredis"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
"""
LAZY = """
import sys

def test_nothing_is_loaded_for_who_does_not_ask():
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert "quart_app" in loaded
    assert loaded.isdisjoint({"telethon", "cryptg", "redis", "commands", "plugins"})
    assert "quart_app.testkit.telegram" not in sys.modules
"""
BROKEN = """
def test_a_plugin_that_cannot_be_loaded(terminal):
    pass
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a stranger would, in their folder, with every warning an error and no other plugin."""
    line = [sys.executable, "-m", "pytest", "-p", "no:asyncio", "-p", "no:cacheprovider", "-q", *arguments]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "unread_chats.py").write_text(PLUGIN)
    (tmp_path / "pytest.ini").write_text(
        textwrap.dedent("""
            [pytest]
            pythonpath = src
            chat_manager_plugins = unread_chats
            filterwarnings = error
        """)
    )
    return tmp_path


def test_a_strangers_tests_pass_where_no_server_and_no_driver_is_installed(package: Path) -> None:
    (package / "conftest.py").write_text(ABSENT)
    (package / "test_unread.py").write_text(TESTS)
    (package / "test_absent.py").write_text(
        "import pytest\n\ndef test_absent():\n    with pytest.raises(ImportError):\n        import redis\n"
    )
    outcome = run_pytest(package)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "6 passed" in outcome.stdout


def test_a_strangers_mistake_is_seen(package: Path) -> None:
    """The control of the test above: a command that is wrong makes its test fail."""
    (package / "test_unread.py").write_text(TESTS)
    plugin = package / "src" / "unread_chats.py"
    plugin.write_text(plugin.read_text().replace("if state.unread:", "if not state.unread:"))
    outcome = run_pytest(package, "-x")
    assert outcome.returncode == 1
    assert "test_the_command_beside_the_builtins" in outcome.stdout


def test_a_plugin_that_cannot_be_loaded_fails_the_test(package: Path) -> None:
    (package / "test_broken.py").write_text(BROKEN)
    (package / "src" / "unread_chats.py").write_text("raise RuntimeError('half done')")
    outcome = run_pytest(package)
    assert outcome.returncode == 1
    assert "unread_chats: RuntimeError: half done" in outcome.stdout


def test_who_does_not_ask_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_lazy.py").write_text(LAZY)
    outcome = run_pytest(tmp_path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
