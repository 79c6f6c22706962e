"""Which installed distributions offer plugins, and which of them the operator has allowed.

Everything here is decided from metadata and file hashes: nothing of a plugin is imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import PurePosixPath

from commands.hooks import GROUP
from plugins.registry import Origin, PluginError

_SKIPPED = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}


@dataclass(frozen=True, slots=True)
class Allowed:
    version: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    origin: Origin
    module: str


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_allow_list(text: str) -> dict[str, Allowed]:
    allowed: dict[str, Allowed] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        hit = re.fullmatch(r"([\w.-]+)==([\w.!+-]+)(?:@sha256:([0-9a-f]{64}))?", part)
        if hit is None:
            raise ValueError(f"{part}: expected distribution==version or distribution==version@sha256:...")
        allowed[canonical(hit[1])] = Allowed(hit[2], hit[3] or "")
    return allowed


def fingerprint(found: Distribution) -> str:
    """A hash over the installed files, the same on each machine: no compiled files, no scripts with paths."""
    digest = hashlib.sha256()
    for file in sorted(found.files or (), key=str):
        if file.name in _SKIPPED or file.suffix == ".pyc" or ".." in file.parts:
            continue
        digest.update(f"{file}\0{hashlib.sha256(file.read_binary()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _check(found: Distribution, origin: Origin, module: str, allowed: Mapping[str, Allowed]) -> None:
    permit = allowed.get(origin.distribution)
    if permit is None:
        raise PluginError("not on the allow-list (PLUGINS)")
    if permit.version != origin.version:
        raise PluginError(f"allowed in version {permit.version}, installed is {origin.version}")
    if permit.sha256 and permit.sha256 != fingerprint(found):
        raise PluginError("the installed files are not the ones that were allowed")
    top = module.split(".")[0]
    if permit.sha256 and not any(
        PurePosixPath(file).parts[0] in (top, f"{top}.py") for file in found.files or ()
    ):
        raise PluginError(f"its module {top} is not among its own files")


def discover(
    allowed: Mapping[str, Allowed], installed: Iterable[Distribution] | None = None
) -> tuple[list[Candidate], dict[Origin, str]]:
    """The candidates, and why the others were left out."""
    candidates: list[Candidate] = []
    left_out: dict[Origin, str] = {}
    for found in distributions() if installed is None else installed:
        for point in found.entry_points.select(group=GROUP):
            origin = Origin(canonical(found.name), found.version)
            try:
                _check(found, origin, point.value, allowed)
            except (PluginError, OSError) as error:
                left_out[origin] = str(error)
            else:
                candidates.append(Candidate(origin, point.value))
    return candidates, left_out
