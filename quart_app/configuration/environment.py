"""Reads variables, or the files that ``NAME_FILE`` names, and gathers what is wrong instead of stopping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from quart_app.configuration.values import Problem, SettingsError

Parsed = TypeVar("Parsed")
MAX_FILE_BYTES: Final = 65_536
TRUE_WORDS: Final = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS: Final = frozenset({"0", "false", "no", "off"})


class Environment:
    """One reading of the environment. An empty variable counts as unset, as compose files pass them on."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[Problem] = []
        self._read: set[str] = set()

    @property
    def names_read(self) -> frozenset[str]:
        """Every variable asked for so far; the contract test compares them with what is documented."""
        return frozenset(self._read)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)

    def refuse(self, name: str, text: str) -> None:
        """``text`` says what is expected; it must not repeat the value."""
        self._problems.append(Problem(name, text))

    def finish(self) -> None:
        if self._problems:
            raise SettingsError(self.problems)

    def is_set(self, name: str) -> bool:
        """Either way, and be it wrong."""
        return any(self._environ.get(each, "").strip() for each in (name, f"{name}_FILE"))

    def text(self, name: str) -> str | None:
        self._read.add(name)
        value = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not path:
            return value or None
        if value:
            self.refuse(name, f"both {name} and {name}_FILE are set; keep one")
            return None
        return self._file(name, Path(path))

    def _file(self, name: str, path: Path) -> str | None:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
            if len(content) > MAX_FILE_BYTES:
                self.refuse(f"{name}_FILE", "the file is larger than 64 KiB")
                return None
            value = content.decode().strip()
        except (OSError, ValueError):
            self.refuse(f"{name}_FILE", "the file can't be read as text")
            return None
        if not value:
            self.refuse(f"{name}_FILE", "the file is empty")
        return value or None

    def parsed(self, name: str, parse: Callable[[str], Parsed], default: Parsed) -> Parsed:
        """``parse`` raises ValueError with a sentence that doesn't repeat the value."""
        value = self.text(name)
        if value is None:
            return default
        try:
            return parse(value)
        except ValueError as error:
            self.refuse(name, str(error))
            return default

    def integer(self, name: str, *, default: int, low: int, high: int) -> int:
        def parse(value: str) -> int:
            if (
                not value.isascii()
                or not value.removeprefix("-").isdigit()
                or not low <= int(value[:20]) <= high
            ):
                raise ValueError(f"must be a whole number from {low} to {high}")
            return int(value)

        return self.parsed(name, parse, default)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        def parse(value: str) -> str:
            if value.lower() not in choices:
                raise ValueError(f"must be one of {', '.join(choices)}")
            return value.lower()

        return self.parsed(name, parse, default)

    def flag(self, name: str, *, default: bool) -> bool:
        def parse(value: str) -> bool:
            if value.lower() not in TRUE_WORDS | FALSE_WORDS:
                raise ValueError("must be 1 or 0")
            return value.lower() in TRUE_WORDS

        return self.parsed(name, parse, default)
