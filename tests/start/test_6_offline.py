"""Once installed it needs no network: in demo mode everything is in the house."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import NoReturn

from tests.start.clone import ROOT, Clone, interpreter

ALONE = ("unshare", "--net", "--")


def test_no_network_after_the_install(any_clone: Clone, not_here: Callable[[str], NoReturn]) -> None:
    if shutil.which(ALONE[0]) is None or subprocess.run([*ALONE, "true"], check=False).returncode != 0:
        not_here("no network: this machine does not let these tests make a network of their own")
    installed = any_clone.run(*any_clone.make("migrate"))
    assert installed.returncode == 0, installed.stdout
    reach = [interpreter(), "-c", "import socket; socket.create_connection(('127.0.0.1', 9), 1)"]
    control = subprocess.run([*ALONE, *reach], capture_output=True, text=True, check=False)
    assert "unreachable" in control.stderr, "the control: in there, nothing can be reached"
    line = [interpreter(), "-m", "tests.start", str(any_clone.folder), str(any_clone.python)]
    ended = subprocess.run(
        [*ALONE, *line, "--loopback"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "nothing is left" in ended.stdout
