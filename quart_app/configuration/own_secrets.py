"""SECRET_KEY and PEPPER with what precedes them in a rotation: given, or kept under the data directory."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from quart_app.configuration import parsing
from quart_app.configuration.environment import Environment
from quart_app.configuration.kept_secrets import kept_secret


def pepper_id(pepper: bytes) -> int:
    """1 to 255, stored beside whatever is keyed with this pepper."""
    return hashlib.sha256(b"pepper-id" + pepper).digest()[0] % 255 + 1


PARSERS: Final = {"SECRET_KEY": parsing.secret_key, "PEPPER": parsing.pepper}


def read_secrets(env: Environment, data_directory: Path, *, may_generate: bool) -> dict[str, bytes]:
    """What was given or kept, by name. Where something is missing or wrong, ``env`` knows."""
    names = [f"{name}{suffix}" for name in PARSERS for suffix in ("", "_PREVIOUS")]
    given = {name: env.parsed(name, PARSERS[name.removesuffix("_PREVIOUS")], None) for name in names}
    found = {name: value for name, value in given.items() if value is not None}
    if "PEPPER_PREVIOUS" in found and _same_id(found.get("PEPPER"), found["PEPPER_PREVIOUS"]):
        env.refuse("PEPPER", "can't be told from PEPPER_PREVIOUS; generate another")
    for name in PARSERS:
        if not env.is_set(name) and not may_generate:
            env.refuse(name, "must be set where DATABASE_URL is set")
    # Nothing is written for a start that fails anyway.
    if may_generate and not env.problems:
        found |= {name: _kept(env, data_directory, name) for name in PARSERS if name not in found}
    return found


def _same_id(one: bytes | None, other: bytes) -> bool:
    return one is not None and pepper_id(one) == pepper_id(other)


def _kept(env: Environment, data_directory: Path, name: str) -> bytes:
    try:
        return PARSERS[name](kept_secret(data_directory, name.lower()))
    except (OSError, ValueError):
        env.refuse(name, "could neither be read from the data directory nor made there")
        return b""
