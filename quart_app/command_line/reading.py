"""The settings as the commands read them: from ``.env`` and the environment, plugins' included."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from plugins.discovery import parse_allow_list
from plugins.grants import Grants
from quart_app.command_line.dotenv import with_dotenv
from quart_app.configuration.environment import Environment
from quart_app.configuration.forgetting import forget
from quart_app.settings import DATA_DIRECTORY, Problem, Settings, SettingsError, read_settings


def read_environment() -> dict[str, str]:
    """Raises SettingsError."""
    return with_dotenv(os.environ, Path.cwd() / ".env")


def load_settings() -> Settings:
    """Raises SettingsError with everything that is wrong, in the settings and in what they say of plugins."""
    return _load(read_environment())[0]


def take_settings() -> Settings:
    """The same, for what goes on to load plugins: afterwards the environment holds no setting any more."""
    settings, names = _load(read_environment())
    forget(names)
    return settings


def _load(environ: dict[str, str]) -> tuple[Settings, frozenset[str]]:
    env = Environment(environ)
    problems = plugin_problems(Environment(environ))
    try:
        settings = read_settings(env, DATA_DIRECTORY)
    except SettingsError as error:
        raise SettingsError(error.problems + problems) from None
    if problems:
        raise SettingsError(problems)
    return settings, env.names_read


def plugin_problems(env: Environment) -> tuple[Problem, ...]:
    """Only how the two are written; whether the plugins are there is seen when they are loaded."""
    forms: tuple[tuple[str, Callable[[str], object], str], ...] = (
        (
            "PLUGINS",
            parse_allow_list,
            "distribution==version or distribution==version@sha256:..., with commas",
        ),
        ("PLUGIN_GRANTS", Grants.parse, "distribution=capability+capability, with semicolons"),
    )
    problems: list[Problem] = []
    for name, parse, form in forms:
        try:
            parse(env.text(name) or "")
        except ValueError:
            problems.append(Problem(name, f"must read {form}"))
    return tuple(problems)
