"""One installation by Compose: a clone of the working tree in a folder of its own, with ports and names of its own."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from tests.containers.engine import Engine
from tests.containers.tools import Tools
from tests.product.process import ROOT
from tests.servers.redis import free_port

KEPT: Final = (
    "Dockerfile",
    ".dockerignore",
    "docker-compose.yml",
    "docker-compose.dev.yml",
    "nginx",
    "deploy",
)
SOURCES: Final = ("quart_app", "commands", "plugins", "migrations", "pyproject.toml", "README.md", "LICENSE")
LOCKS: Final = ("requirements.txt", "requirements-build.txt")
WITHOUT: Final = shutil.ignore_patterns("__pycache__")


class Stack:
    """``environment``: what its operator puts into .env beside the ports."""

    def __init__(self, engine: Engine, tools: Tools, folder: Path, environment: Mapping[str, str]) -> None:
        self.engine, self.tools, self.folder = engine, tools, folder
        self.project = f"tcm-test-{folder.name}"
        ports = {name: str(free_port()) for name in ("HTTPS_PORT", "HTTP_PORT", "LOCAL_PORT")}
        self.local = f"http://127.0.0.1:{ports['LOCAL_PORT']}"
        self.plain = f"http://127.0.0.1:{ports['HTTP_PORT']}"
        self.url = f"https://localhost:{ports['HTTPS_PORT']}"
        published = {name: f"127.0.0.1:{port}" for name, port in ports.items() if name != "LOCAL_PORT"}
        self.environment = {**environment, **ports, **published, "PUBLIC_URL": self.url}
        copy_tree(folder)

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [self.tools.path("docker-compose"), "--project-name", self.project, *arguments]
        return self.engine.run(command, check=check, folder=self.folder, environment=self.environment)

    def up(self, *arguments: str) -> None:
        self.compose("up", "--detach", "--wait", "--wait-timeout", "300", *arguments)

    def down(self) -> None:
        self.compose("down", "--volumes", "--timeout", "30", "--remove-orphans")

    def ids(self, service: str) -> list[str]:
        return self.compose("ps", "--quiet", service).stdout.split()

    def inspect(self, container: str) -> Any:
        return json.loads(self.engine.docker("inspect", container))[0]

    def inside(self, service: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run in the first container of the service."""
        (container, *_) = self.ids(service)
        return self.engine.run(["docker", "exec", container, *command], check=check)

    def log(self, service: str) -> str:
        return self.compose("logs", "--no-color", "--no-log-prefix", service).stdout

    def access_log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log("nginx").splitlines() if line.startswith("{")]

    @property
    def certificate(self) -> Path:
        return self.folder / "secrets" / "nginx" / "certificate.pem"

    def tls(self) -> ssl.SSLContext:
        """Trusts this installation's own certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def get(self, path: str, **headers: str) -> httpx.Response:
        with httpx.Client(base_url=self.url, verify=self.tls(), trust_env=False, timeout=20) as client:
            return client.get(path, headers=headers)

    def wait_for_front(self, replicas: int, seconds: float = 60) -> None:
        """Until nginx knows so many replicas."""
        deadline = time.monotonic() + seconds
        while True:
            listed = self.inside("nginx", "cat", "/tmp/backends.conf").stdout
            if listed.count("server ") == replicas:
                return
            assert time.monotonic() < deadline, f"nginx knows these:\n{listed}"
            time.sleep(0.5)


def copy_tree(folder: Path) -> None:
    """What a clone has of it."""
    for name in (*KEPT, *SOURCES, *LOCKS):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=WITHOUT)
        else:
            shutil.copy(source, folder / name)
    (folder / "secrets").mkdir()
