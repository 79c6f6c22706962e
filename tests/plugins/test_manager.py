"""Admission: a bad plugin is named and left out, the others stay."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest

from commands import Finished
from plugins.discovery import Candidate
from plugins.grants import Grants
from plugins.loading import load
from plugins.manager import PluginManager
from plugins.origin import Origin

FINISHED = Finished("list", "telegram-chat-manager", "ok", 5, 0.1)


def admit(install: Any, *named: tuple[str, str], grants: str = "") -> PluginManager:
    installed = [install(name, source) for name, source in named]
    manager: PluginManager = install.load(
        ",".join(f"{found.name}==1.0" for found in installed), grants, installed=installed
    )
    return manager


def test_a_stranger_gets_in_by_the_same_road(install: Any, hello: str) -> None:
    manager = admit(install, ("hello", hello))
    assert (manager.statuses[-1].state, manager.statuses[-1].commands) == ("ready", ("hello",))
    entry = manager.registry.find("hello")
    assert entry is not None
    assert entry.origin == Origin("hello", "1.0")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("from commands import *", "raise SystemExit('bye')"), "SystemExit: bye"),
        (("from commands import *", "raise GeneratorExit"), "GeneratorExit"),
        (("from commands import *", "1/0"), "ZeroDivisionError"),
        (("from commands import *", "def"), "SyntaxError"),
        (("from commands import *", "import no_such_module"), "ModuleNotFoundError"),
        (("register(Command", "1/0; register(Command"), "ZeroDivisionError"),
        (("register(Command", "raise SystemExit(1); register(Command"), "SystemExit"),
        (("def register_commands", "def register_comands"), "unknown hook 'register_comands'"),
        (("def register_commands(register)", "def register_commands(registrar)"), "registrar"),
        (('Word("hello")', 'Word("list")'), "list: offered by bad 1.0, but telegram-chat-manager has it"),
        (('Word("hello")', 'Sigil("@", "x")'), "@: its sigil has no argument to stand for"),
        (('Word("hello")', 'Word("two words")'), "two words: its name is not a word"),
        (("columns=(", "colums=("), "unexpected keyword argument 'colums'"),
        (("register(Command(", "register(str("), "TypeError"),
        (("register(Command", "register('hello'); register(Command"), "register() takes a Command, not str"),
        (
            ("summary=", "capabilities=(Capability.CHATS_READ,), summary="),
            "are a frozenset of Capability, not tuple",
        ),
        (("summary=", "arguments=['x'], summary="), "its arguments are a tuple of Argument"),
        (("summary=", "timeout=20, summary="), "its timeout is a timedelta or None, not int"),
        (("summary=", "examples=7, summary="), "int"),
        (
            ("summary=", "capabilities=frozenset({Capability.CHATS_READ}), summary="),
            "hello uses chats.read, which",
        ),
    ],
)
def test_a_bad_one_is_named_and_the_others_stay(
    install: Any, hello: str, change: tuple[str, str], said: str
) -> None:
    manager = admit(install, ("bad", hello.replace(*change)), ("good-one", hello))
    bad, good = manager.statuses[-2:]
    assert (bad.origin, bad.state, bad.commands) == (Origin("bad", "1.0"), "left out", ())
    assert said in bad.error
    assert (good.state, good.commands) == ("ready", ("hello",))


def test_what_nobody_foresaw_leaves_out_the_plugin_alone(
    install: Any, hello: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def surprised(grants: Grants, distribution: str, wanted: object) -> list[str]:
        raise LookupError("surprise")

    monkeypatch.setattr(Grants, "missing", surprised)
    manager = admit(install, ("good-one", hello))
    assert (manager.statuses[-1].state, manager.statuses[-1].error) == (
        "left out",
        "LookupError while it was admitted",
    )
    assert "could not be admitted" in caplog.text
    assert manager.registry.find("list") is not None


def test_all_of_its_commands_or_none(install: Any, hello: str) -> None:
    two = hello.replace("    register(", "    for name in ('hello', 'list'): register(").replace(
        '"hello"),', "name),"
    )
    manager = admit(install, ("both", two))
    assert "list: offered by both 1.0" in manager.statuses[-1].error
    assert manager.registry.find("hello") is None


def test_only_a_person_may_stop_the_start(install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "KeyboardInterrupt" in admit(install, ("slow", "raise KeyboardInterrupt")).statuses[-1].error

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("plugins.manager.admit", stopped)
    with pytest.raises(KeyboardInterrupt):
        load(installed=[])


def test_what_is_granted_may_be_used(install: Any, hello: str) -> None:
    source = hello.replace("summary=", "capabilities=frozenset({Capability.CHATS_READ}), summary=")
    assert admit(install, ("hello", source), grants="hello=chats.read").statuses[-1].state == "ready"


def test_a_chat_as_an_argument_is_a_capability_too(install: Any, hello: str) -> None:
    source = hello.replace("summary=", 'arguments=(argument(CHAT, "chat", say("x")),), summary=')
    manager = admit(install, ("hello", source))
    assert "hello uses chats.resolve" in manager.statuses[-1].error
    assert admit(install, ("hello", source), grants="hello=chats.resolve").statuses[-1].state == "ready"


def test_one_that_offers_nothing_is_ready_all_the_same() -> None:
    manager = PluginManager(Grants())
    manager.admit([Candidate(Origin("empty"), "commands.errors")])
    assert (manager.statuses[0].state, manager.statuses[0].commands) == ("ready", ())


OBSERVER = """
from commands import hookimpl
seen = []
@hookimpl
def command_finished(finished): seen.append(finished)
"""


def test_observers_are_told_each_alone(install: Any, caplog: pytest.LogCaptureFixture) -> None:
    raiser = OBSERVER.replace("seen.append(finished)", "raise RuntimeError('what somebody wrote')")
    leaver = OBSERVER.replace("seen.append(finished)", "raise SystemExit('what somebody wrote')")
    nameless = OBSERVER.replace("(finished): seen.append(finished)", "(): seen.append(None)")
    named = (
        ("first", OBSERVER),
        ("raiser", raiser),
        ("leaver", leaver),
        ("nameless", nameless),
        ("last", OBSERVER),
    )
    manager = admit(install, *named)
    with caplog.at_level(logging.DEBUG):
        manager.finished(FINISHED)
        for host in manager.hosts.values():
            host.call(lambda: None, 10)  # after what came before
    assert [sys.modules[name].seen for name in ("first", "nameless", "last")] == [
        [FINISHED],
        [None],
        [FINISHED],
    ]
    blamed = {str(record.__dict__["plugin"]) for record in caplog.records}
    assert blamed == {"raiser", "leaver"}
    assert "what somebody wrote" not in caplog.text


@pytest.mark.parametrize(
    ("name", "source"), [("sleeps", "import time; time.sleep(30)"), ("spins", "while True: pass")]
)
def test_one_that_hangs_is_given_up(install: Any, hello: str, name: str, source: str) -> None:
    installed = [install(name, source), install("hello", hello)]
    manager = PluginManager(
        Grants(), loading_seconds=2
    )  # which the other has as well, however busy the machine
    manager.admit(Candidate(Origin(one.name, "1.0"), one.name) for one in installed)
    assert [status.state for status in manager.statuses] == ["left out", "ready"]
    assert manager.statuses[0].error.startswith("it took longer than 2 s to load, and was at ")
    assert f"{name}.py:1 <module>" in manager.statuses[0].error
    manager.close()


def test_however_many_hang_the_app_starts(install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.manager.ALL_SECONDS", 0.5)
    monkeypatch.setattr("plugins.manager.LEAST_SECONDS", 0.05)
    names = [install(f"hangs-{number}", "import time; time.sleep(30)").name for number in range(4)]
    manager = PluginManager(Grants(), loading_seconds=0.3)
    manager.admit(Candidate(Origin(name, "1.0"), name.replace("-", "_")) for name in names)
    patience = [float(status.error.split(" s to load")[0].split()[-1]) for status in manager.statuses]
    assert 0.1 < patience[0] <= 0.3
    assert max(patience[2:]) <= 0.1
    manager.close()


WRAPPER = "@hookimpl(wrapper=True)\ndef register_commands(register):\n    yield"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("@hookimpl\ndef reg", "@hookimpl\nasync def reg"), "its register_commands is async"),
        (
            (
                "@hookimpl\ndef register_commands(register):",
                "@hookimpl(wrapper=True)\ndef register_commands(register):\n    yield",
            ),
            "its register_commands is a wrapper",
        ),
        (("    register(", "    for _ in range(200): register("), "more than 100 commands"),
        (("run=run", "run=7"), "its run can't be called"),
        (("say(", "str.__new__(type('S', (str,), {}), "), "its declaration can't leave the plugin"),
    ],
)
def test_hooks_that_make_no_sense(install: Any, hello: str, change: tuple[str, str], said: str) -> None:
    status = admit(install, ("bad", hello.replace(*change))).statuses[-1]
    assert (status.state, said in status.error) == ("left out", True), status.error


def test_what_is_refused_stays_refused(install: Any, hello: str) -> None:
    """A plugin that catches what register() raises, or keeps it for later, gains nothing."""
    caught = hello.replace("    register(", "    try: register(7)\n    except Exception: pass\n    register(")
    assert "register() takes a Command" in admit(install, ("caught", caught)).statuses[-1].error
    later = hello + "\nimport builtins\n"
    manager = admit(
        install, ("later", later.replace("    register(", "    builtins.kept = register\n    register("))
    )
    import builtins

    with pytest.raises(Exception, match="registers later"):
        builtins.kept(next(iter(manager.registry)).command)  # type: ignore[attr-defined]
    del builtins.kept  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise RuntimeError('a\\x1b[31mb\\nc')", "RuntimeError: a [31mb c"),
        ("raise RuntimeError('x' * 10_000)", f"RuntimeError: {'x' * 300}"),
        (
            "class Mine(Exception):\n    def __str__(self): raise ValueError\nraise Mine",
            "Mine: its message can't be read",
        ),
    ],
)
def test_what_the_operator_reads_is_one_harmless_line(install: Any, source: str, said: str) -> None:
    assert admit(install, ("bad", source)).statuses[-1].error == said
