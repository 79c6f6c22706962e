"""One start by hand: ``python -m tests.start CLONE [PYTHON]`` installs, runs, uses and stops what is in that folder.

With ``--loopback`` it first brings up the loopback device, as in a network namespace that has nothing else.
"""

from __future__ import annotations

import argparse
import fcntl
import socket
import struct
import sys
from pathlib import Path

from tests.start.clone import Clone
from tests.start.journey import use
from tests.start.running import Running

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def bring_up_loopback() -> None:
    """Linux, as root of the namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(any_socket, _GET_FLAGS, asked))
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.start")
    parser.add_argument("clone", type=Path)
    parser.add_argument("python", nargs="?", type=Path, default=Path(sys.executable))
    parser.add_argument("--loopback", action="store_true")
    options = parser.parse_args()
    if options.loopback:
        bring_up_loopback()
    running = Running(Clone(options.clone.absolute(), options.python))
    try:
        running.start()
        use(running.url)
        running.interrupt()
    finally:
        running.clear_up()
    print("started, used and stopped; nothing is left")


if __name__ == "__main__":
    main()
