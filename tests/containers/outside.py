"""Another host, as far as containers can tell: a network namespace of its own with a listener in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

NAME: Final = "tcm-outside"
HERE: Final = "192.0.2.1/30"
THERE: Final = "192.0.2.2/30"
"""Of a network that is for documentation: it leads nowhere but into the namespace."""
PORT: Final = "4433"
LISTEN: Final = f"import socket, time; s = socket.create_server(('', {PORT})); time.sleep(3600)"


class NoNamespaces(Exception):
    """Why there can be no other host here."""


@contextmanager
def other_host() -> Iterator[tuple[str, str]]:
    """Its address and port. Raises NoNamespaces."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise NoNamespaces("network namespaces need root and the program ip")
    _remove()
    listener: subprocess.Popen[bytes] | None = None
    try:
        _ip("netns", "add", NAME)
        _ip("link", "add", "tcm-out", "type", "veth", "peer", "name", "tcm-in", "netns", NAME)
        _ip("addr", "add", HERE, "dev", "tcm-out")
        _ip("link", "set", "tcm-out", "up")
        _ip("-n", NAME, "addr", "add", THERE, "dev", "tcm-in")
        _ip("-n", NAME, "link", "set", "tcm-in", "up")
        _ip("-n", NAME, "route", "add", "default", "via", HERE.partition("/")[0])
        command = ["ip", "netns", "exec", NAME, sys.executable, "-c", LISTEN]
        listener = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        time.sleep(1)
        yield THERE.partition("/")[0], PORT
    finally:
        if listener is not None:
            listener.kill()
            listener.wait()
        _remove()


def _ip(*arguments: str) -> None:
    ended = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise NoNamespaces(f"ip {arguments}: {ended.stderr.strip()}")


def _remove() -> None:
    for command in (("link", "delete", "tcm-out"), ("netns", "delete", NAME)):
        subprocess.run(["ip", *command], capture_output=True, check=False)
