"""What an engine changes on this machine, put back as it was once the engine has ended."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FORWARDING: Final = Path("/proc/sys/net/ipv4/ip_forward")
BRIDGE: Final = "docker0"
FOLDERS: Final = ("run/docker", "run/containerd", "sys/fs/cgroup/*/docker", "sys/fs/cgroup/docker")


@contextmanager
def kept() -> Iterator[None]:
    """Rules of the packet filter, forwarding, the bridge, and the empty folders that an engine leaves behind."""
    forwarding, had_bridge, had_folders = FORWARDING.read_text(), _has_bridge(), _folders()
    rules = _run("iptables-save").stdout if shutil.which("iptables-save") else b""
    try:
        yield
    finally:
        if rules:
            _run("iptables-restore", given=rules)
        FORWARDING.write_text(forwarding)
        if not had_bridge and _has_bridge():
            _run("ip", "link", "delete", BRIDGE)
        for folder in _folders() - had_folders:
            _remove_empty(folder)


def _folders() -> set[Path]:
    return {found for pattern in FOLDERS for found in Path("/").glob(pattern)}


def _remove_empty(folder: Path) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # something of somebody's is in it
            Path(inner).rmdir()


def _has_bridge() -> bool:
    return Path("/sys/class/net", BRIDGE).exists()


def _run(*command: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, check=False)
