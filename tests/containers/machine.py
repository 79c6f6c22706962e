"""What an engine changes on this machine's network, put back as it was once the engine has ended."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FORWARDING: Final = Path("/proc/sys/net/ipv4/ip_forward")
BRIDGE: Final = "docker0"


@contextmanager
def kept() -> Iterator[None]:
    """Rules of the packet filter, forwarding and the bridge."""
    forwarding, had_bridge = FORWARDING.read_text(), _has_bridge()
    rules = _run("iptables-save").stdout if shutil.which("iptables-save") else b""
    try:
        yield
    finally:
        if rules:
            _run("iptables-restore", given=rules)
        FORWARDING.write_text(forwarding)
        if not had_bridge and _has_bridge():
            _run("ip", "link", "delete", BRIDGE)


def _has_bridge() -> bool:
    return Path("/sys/class/net", BRIDGE).exists()


def _run(*command: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, check=False)
