"""All plugins at start: ours first, so that no stranger can take a name of theirs, then the allowed ones."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution

from commands.builtin import MODULES
from plugins.discovery import Allowed, Candidate, discover, parse_allow_list
from plugins.errors import BrokenBuiltin
from plugins.grants import Grants
from plugins.host import Observer
from plugins.manager import PluginManager, Status
from plugins.origin import Origin

OURS = Origin("telegram-chat-manager", builtin=True)


def load(
    plugins: str = "",
    plugin_grants: str = "",
    *,
    builtin: Iterable[str] = MODULES,
    installed: Iterable[Distribution] | None = None,
    observer: Observer | None = None,
) -> PluginManager:
    """Both texts as in the settings PLUGINS and PLUGIN_GRANTS: ValueError says which is wrong, and where.

    Blocks: it imports, each plugin as long as LOADING_SECONDS allow. One that can't be loaded is left out (``problems``
    tells); BrokenBuiltin if it is ours.
    """
    allowed, grants = _parse(plugins, plugin_grants)
    manager = PluginManager(grants, observer=observer)
    manager.admit(Candidate(OURS, module) for module in builtin)
    for status in manager.statuses:
        if status.state != "ready":
            raise BrokenBuiltin(f"a built-in command is broken: {status.error}")
    found = discover(allowed, installed)
    manager.admit(found.candidates)
    for origin, error in found.left_out.items():
        manager.leave_out(origin, error)
    manager.statuses += [Status(origin, "unlisted") for origin in found.unlisted]
    for name in sorted(grants.granted.keys() - allowed.keys()):
        manager.leave_out(Origin(name), "it has grants, but is not on the allow-list (PLUGINS)")
    return manager


def problems(manager: PluginManager) -> list[str]:
    """A sentence for each plugin that was asked for and is not there; ``check`` fails if there is one."""
    return [f"{status.origin}: {status.error}" for status in manager.statuses if status.state == "left out"]


def _parse(plugins: str, plugin_grants: str) -> tuple[dict[str, Allowed], Grants]:
    try:
        allowed = parse_allow_list(plugins)
    except ValueError as error:
        raise ValueError(f"PLUGINS: {error}") from None
    try:
        return allowed, Grants.parse(plugin_grants)
    except ValueError as error:
        raise ValueError(f"PLUGIN_GRANTS: {error}") from None
