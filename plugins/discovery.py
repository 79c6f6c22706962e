"""Which installed distributions offer plugins, and which of them the operator has allowed.

Everything here is decided from metadata and file hashes: nothing of a plugin is imported. (A ``.pth`` file of an
installed distribution runs when Python starts, before any of this: installing is trusting.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import Final

from commands.hooks import GROUP
from plugins.errors import PluginError
from plugins.fingerprint import fingerprint, own_module
from plugins.origin import Origin, canonical

_PERMIT: Final = re.compile(r"([\w.-]+)==([\w.!+-]+)(?:@sha256:([0-9a-f]{64}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the allow-list. ``sha256``, if any, is what ``fingerprint`` must give."""

    version: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A module that may be imported."""

    origin: Origin
    module: str


@dataclass(slots=True)
class Found:
    """``left_out`` are allowed, but something is wrong; ``unlisted`` are installed, and nobody asked for them."""

    candidates: list[Candidate] = field(default_factory=list)
    left_out: dict[Origin, str] = field(default_factory=dict)
    unlisted: list[Origin] = field(default_factory=list)


def parse_allow_list(text: str) -> dict[str, Allowed]:
    """``name==version`` or ``name==version@sha256:...``, comma-separated. ValueError names the bad part."""
    allowed: dict[str, Allowed] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        hit = _PERMIT.fullmatch(part)
        if hit is None:
            raise ValueError(f"{part}: expected distribution==version or distribution==version@sha256:...")
        name = canonical(hit[1])
        if name in allowed:
            raise ValueError(f"{part}: {name} is listed twice")
        allowed[name] = Allowed(hit[2], hit[3] or "")
    return allowed


def discover(allowed: Mapping[str, Allowed], installed: Iterable[Distribution] | None = None) -> Found:
    """What of ``installed`` (all that Python finds, unless given) may be imported, and why the rest may not."""
    result = Found()
    names: set[str] = set()
    for distribution in distributions() if installed is None else installed:
        name, points = _offer(distribution)
        if points and name not in names:  # the first on the path is the one that would be imported
            names.add(name)
            _sort(name, distribution, points, allowed.get(name), result)
    for name, permit in allowed.items():
        if name not in names:
            result.left_out[Origin(name, permit.version)] = "it is not installed, or offers no plugin"
    return result


def _offer(distribution: Distribution) -> tuple[str, list[EntryPoint]]:
    """Its name and its entry points. Broken metadata of whatever else is installed must not stop the app."""
    try:
        metadata = distribution.metadata
        name = metadata["Name"] if "Name" in metadata else ""  # noqa: SIM401 (its type has no get)
        return canonical(name), [point for point in distribution.entry_points if point.group == GROUP]
    except (OSError, TypeError, ValueError):
        return "", []


def _sort(
    name: str, distribution: Distribution, points: list[EntryPoint], permit: Allowed | None, result: Found
) -> None:
    origin = Origin(name, distribution.version)
    if permit is None:
        result.unlisted.append(origin)
        return
    try:
        for point in points:
            _check(distribution, point, permit)
    except (PluginError, OSError) as error:
        result.left_out[origin] = str(error)
    else:
        result.candidates += [Candidate(origin, point.module) for point in points]


def _check(distribution: Distribution, point: EntryPoint, permit: Allowed) -> None:
    if permit.version != distribution.version:
        raise PluginError(f"allowed in version {permit.version}, installed is {distribution.version}")
    if point.attr:
        raise PluginError(f"its entry point {point.name} names {point.value}, not a module")
    if not permit.sha256:
        return
    if permit.sha256 != fingerprint(distribution):
        raise PluginError("the installed files are not the ones that were allowed")
    if not own_module(distribution, point.module):
        raise PluginError(f"its module {point.module} is not among its own files")
