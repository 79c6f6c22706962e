"""A plugin's own translations: what it says is looked up in its catalogues, not in the app's or another plugin's.

They lie beside the module that is its entry point: ``locale/it/LC_MESSAGES/messages.mo`` for Italian.
"""

from __future__ import annotations

from collections.abc import Mapping
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType
from typing import Final, TypeAlias

from commands.phrases import Translations
from plugins.errors import PluginError

Catalogues: TypeAlias = Mapping[str, Translations]
"""By the tag of the language: ``it``, ``pt-BR``."""
MOST_BYTES: Final = 1 << 20
MOST_LANGUAGES: Final = 50


def read_catalogues(module: ModuleType) -> Catalogues:
    """PluginError for one that can't be read, or for too many."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return {}
    paths = sorted(Path(file).parent.glob("locale/*/LC_MESSAGES/messages.mo"))
    if len(paths) > MOST_LANGUAGES:
        raise PluginError(f"it has more than {MOST_LANGUAGES} languages")
    return {path.parent.parent.name.replace("_", "-"): _read(path) for path in paths}


def _read(path: Path) -> Translations:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError
        with path.open("rb") as file:
            return GNUTranslations(file)
    except Exception as error:  # noqa: BLE001 (the reader raises whatever it meets)
        name = f"{path.parent.parent.name[:20]}/LC_MESSAGES/messages.mo"
        raise PluginError(f"its catalogue {name} can't be read: {type(error).__name__}") from None


class Beside:
    """A plugin's words, and the app's for whatever they lack."""

    def __init__(self, plugin: Translations, app: Translations) -> None:
        self._plugin, self._app = plugin, app

    def gettext(self, message: str, /) -> str:
        found = self._plugin.gettext(message)
        return self._app.gettext(message) if found == message else found

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        found = self._plugin.ngettext(msgid1, msgid2, n)
        return self._app.ngettext(msgid1, msgid2, n) if found in (msgid1, msgid2) else found


class Words:
    """One language: the app's own words, and those of each plugin. Satisfies ``commands.phrases.Library``."""

    def __init__(self, app: Translations, plugins: Mapping[str, Translations]) -> None:
        self._app, self._plugins = app, plugins

    def gettext(self, message: str, /) -> str:
        return self._app.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        return self._app.ngettext(msgid1, msgid2, n)

    def of(self, domain: str) -> Translations:
        plugin = self._plugins.get(domain)
        return self._app if plugin is None else Beside(plugin, self._app)
