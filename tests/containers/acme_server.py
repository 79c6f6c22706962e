"""A certificate authority in the hands of the test: Pebble, and a name server that leads every name to this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from quart_app.installation.certificate import self_signed
from tests.servers.redis import free_port

PROGRAMS: Final = ("pebble", "pebble-challtestsrv")
SECONDS: Final = 20.0


class NoAuthority(Exception):
    """Why there can be none here."""


@contextmanager
def authority(folder: Path, host: str, http_port: int) -> Iterator[tuple[str, Path]]:
    """Its address, for ACME clients, and whom they have to trust on their way there.

    It listens at ``host``, and asks whoever wants a certificate at ``http_port`` of this machine. Raises NoAuthority.
    """
    if not all(shutil.which(program) for program in PROGRAMS):
        raise NoAuthority("certificates by ACME (Debian: pebble)")
    key, certificate = self_signed(host)
    (folder / "key.pem").write_text(key)
    (folder / "trusted.pem").write_text(certificate)
    port, names = free_port(), free_port()
    settings = {
        "listenAddress": f"{host}:{port}",
        "managementListenAddress": "",
        "certificate": str(folder / "trusted.pem"),
        "privateKey": str(folder / "key.pem"),
        "httpPort": http_port,
        "tlsPort": free_port(),
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
    quiet = ("-http01", "", "-https01", "", "-tlsalpn01", "", "-management", f"127.0.0.1:{free_port()}")
    commands = (
        ("pebble-challtestsrv", "-dns01", f"127.0.0.1:{names}", "-defaultIPv6", "", *quiet),
        ("pebble", "-strict", "-config", str(folder / "pebble.json"), "-dnsserver", f"127.0.0.1:{names}"),
    )
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("wb") as log:
        try:
            for command in commands:
                # To find faults of clients it waits up to 15 s before each question, and refuses one nonce in twenty.
                environment = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
                started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            _wait(host, port, folder)
            yield f"https://{host}:{port}/dir", folder / "trusted.pem"
        finally:
            for process in started:
                process.kill()
                process.wait()


def _wait(host: str, port: int, folder: Path) -> None:
    context = ssl.create_default_context(cafile=str(folder / "trusted.pem"))
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with (
                socket.create_connection((host, port), 2) as plain,
                context.wrap_socket(plain, server_hostname=host),
            ):
                return
        except OSError as error:
            if time.monotonic() > deadline:
                raise NoAuthority(f"{error}\n{(folder / 'log').read_text(errors='replace')}") from error
            time.sleep(0.2)
