"""The kinds of value that settings are made of."""

from __future__ import annotations

from dataclasses import dataclass, field


class Secret:
    """Bytes that no repr, log line or traceback shows; ``reveal`` hands them out."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else value

    def reveal(self) -> bytes:
        return self._value

    def reveal_text(self) -> str:
        return self._value.decode()

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class DataCentre:
    """An MTProto server other than Telegram's production ones."""

    id: int
    host: str
    port: int
    public_key: str = field(repr=False)
    """PEM, PKCS#1 (``BEGIN RSA PUBLIC KEY``)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one variable. Never holds its value."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


class SettingsError(Exception):
    """Every variable that is wrong, by name, never with its value."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @property
    def names(self) -> frozenset[str]:
        return frozenset(problem.name for problem in self.problems)
