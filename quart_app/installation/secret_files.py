"""The files under ``secrets/``, made once and never overwritten.

One folder for each container, and ``operator`` for what no container reads.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from quart_app.installation.certificate import self_signed
from quart_app.installation.redis_users import access_control_list

DATABASE: Final = "telegram_chat_manager"
FOLDERS: Final = ("backend", "migrate", "postgres", "redis", "nginx", "operator")
_DIRECTORY: Final = 0o755
_FILE: Final = 0o444
"""Each container has a user of its own; on the host nobody gets past the directory above, which is its owner's."""


class SecretFiles:
    """``directory`` belongs to whoever made it, and so will all that is in it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._owner = directory.stat()
        self.made: list[str] = []

    def complete(self, host: str) -> None:
        """Make whatever is missing; ``host`` is what a certificate for trying is made out to. Raises OSError."""
        self._directory.chmod(0o700)
        for name in FOLDERS:
            (self._directory / name).mkdir(mode=_DIRECTORY, exist_ok=True)
            (self._directory / name).chmod(_DIRECTORY)
            self._own(self._directory / name)
        for name in ("secret_key", "pepper", "metrics_token"):
            self._once(f"backend/{name}")
        self._stores()
        if not (self._path("nginx/private-key.pem").exists() or self._path("nginx/certificate.pem").exists()):
            key, certificate = self_signed(host)
            self._once("nginx/private-key.pem", key)
            self._once("nginx/certificate.pem", certificate)

    def put(self, name: str, text: str) -> None:
        """This file with this content, whatever it held."""
        path = self._path(name)
        if not path.exists() or path.read_text("utf-8").strip() != text.strip():
            self._write(path, text)

    def has(self, name: str) -> bool:
        return self._path(name).exists()

    def rotate(self, name: str) -> None:
        """A new secret key or pepper; the one until now becomes ``NAME_previous``. Raises OSError."""
        now, previous = self._path(f"backend/{name}"), self._path(f"backend/{name}_previous")
        self._write(previous, now.read_text("utf-8"))
        self._write(now, _key())

    def _stores(self) -> None:
        self._once("postgres/superuser_password")
        for role, container in (("owner", "migrate"), ("backend", "backend")):
            password = self._once(f"postgres/{role}_password")
            self._once(
                f"{container}/database_url", f"postgresql://tcm_{role}:{password}@postgres:5432/{DATABASE}"
            )
        password = self._once("operator/redis_backend_password")
        self._once("backend/redis_url", f"redis://backend:{password}@redis:6379/0")
        operator = self._once("operator/redis_operator_password")
        # What the app may do follows its version.
        self.put("redis/users.acl", access_control_list(password, operator))

    def _once(self, name: str, text: str | None = None) -> str:
        """What the file holds; ``text``, or a new key, if there was none."""
        path = self._path(name)
        if not path.exists():
            self._write(path, text or _key())
            self.made.append(name)
        return path.read_text("utf-8").strip()

    def _write(self, path: Path, text: str) -> None:
        """Complete or not at all, whatever interrupts it."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text.strip() + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(_FILE)
        self._own(draft)
        draft.replace(path)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._owner.st_uid, self._owner.st_gid)

    def _path(self, name: str) -> Path:
        return self._directory / name


def _key() -> str:
    """32 random bytes in base64url, which PEPPER reads as well as an address."""
    return secrets.token_urlsafe(32)
