"""What came before: a predecessor that was killed, a port that is taken, the data of the last version."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable

from tests.start.clone import Clone, MakeClone, last_version
from tests.start.journey import use
from tests.start.running import Run


def test_a_predecessor_killed_with_9(any_clone: Clone, run: Run) -> None:
    running = run(any_clone)
    use(running.url)
    running.kill()
    assert "postgres" in running.left(), "the control: PostgreSQL is left behind"
    again = run(any_clone, again=True)
    use(again.url, known=True)
    again.interrupt()


def test_a_port_that_is_taken(any_clone: Clone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        for line, code in (([".venv/bin/python", "-m", "quart_app", "run"], 1), (any_clone.make("run"), 2)):
            ended = any_clone.run("env", f"PORT={port}", *line, seconds=120)
            assert ended.returncode == code, ended.stdout
            assert "can't listen" in ended.stdout
            assert "PORT" in ended.stdout
            assert "Traceback" not in ended.stdout


def test_the_data_of_the_last_version(
    any_clone: Clone, make_clone: MakeClone, run: Run, say: Callable[[str], None]
) -> None:
    """Accounts made by the last version are there after the upgrade."""
    version = last_version()
    clone = any_clone if version is None else make_clone(commit=version)
    running = run(clone)
    use(running.url)
    running.interrupt()
    if version is None:
        say("NOT TRIED: an upgrade: this copy has no earlier version; started again on the same data instead")
    else:
        say(f"upgrade: from {version} with its data")
        subprocess.run(["git", "checkout", "--quiet", "-"], cwd=clone.folder, check=True)
    again = run(clone)
    use(again.url, known=True)
    again.interrupt()
