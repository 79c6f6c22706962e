"""``check``: would the app start, with every plugin that was asked for? And what does a rotation still wait for?"""

from __future__ import annotations

import asyncio

from plugins.loading import load, problems
from quart_app.command_line.reading import take_settings
from quart_app.command_line.rotation import rotation
from quart_app.command_line.speech import complain, say


def run() -> int:
    """1 if a plugin has to be left out, or no account can be opened with this PEPPER.

    Raises SettingsError, PluginError, EmbeddedError.
    """
    settings = take_settings()
    found = problems(load(settings.plugins, settings.plugin_grants))
    for problem in found:
        complain(problem)
    said, usable = asyncio.run(rotation(settings))
    for sentence in said:
        (say if usable else complain)(sentence)
    if settings.secret_key_previous is not None:
        say(
            "SECRET_KEY_PREVIOUS may go a day after SECRET_KEY was replaced: no browser is logged in for longer."
        )
    if found or not usable:
        return 1
    say("Settings and plugins are in order.")
    return 0
