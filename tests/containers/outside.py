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
NETWORKS: Final = ("203.0.113", "198.51.100", "192.0.2")
"""For documentation: the one that is taken leads nowhere but into the namespace."""
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
    here, there = _free_network()
    listener: subprocess.Popen[bytes] | None = None
    try:
        _ip("netns", "add", NAME)
        _ip("link", "add", "tcm-out", "type", "veth", "peer", "name", "tcm-in", "netns", NAME)
        _ip("addr", "add", f"{here}/30", "dev", "tcm-out")
        _ip("link", "set", "tcm-out", "up")
        _ip("-n", NAME, "addr", "add", f"{there}/30", "dev", "tcm-in")
        _ip("-n", NAME, "link", "set", "tcm-in", "up")
        _ip("-n", NAME, "route", "add", "default", "via", here)
        command = ["ip", "netns", "exec", NAME, sys.executable, "-c", LISTEN]
        listener = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        time.sleep(1)
        yield there, PORT
    finally:
        if listener is not None:
            listener.kill()
            listener.wait()
        _remove()


def _free_network() -> tuple[str, str]:
    """This machine's address in it and the other host's; not one that this machine has already."""
    shown = subprocess.run(["ip", "-4", "address"], capture_output=True, text=True, check=False).stdout
    for network in NETWORKS:
        if network not in shown:
            return f"{network}.1", f"{network}.2"
    raise NoNamespaces("this machine uses all networks that are for documentation")


def _ip(*arguments: str) -> None:
    ended = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise NoNamespaces(f"ip {arguments}: {ended.stderr.strip()}")


def _remove() -> None:
    for command in (("link", "delete", "tcm-out"), ("netns", "delete", NAME)):
        subprocess.run(["ip", *command], capture_output=True, check=False)
