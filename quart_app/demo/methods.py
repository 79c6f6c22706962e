"""The API methods: which function answers which request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quart_app.demo.caller import Caller

Handler = Callable[["Caller", Any], Any]


@dataclass(frozen=True, slots=True)
class Method:
    handler: Handler
    before_login: bool


def answers(*requests: Any, before_login: bool = False) -> Callable[[Handler], Handler]:
    """Mark a function as the answer to these request classes; ``before_login`` lets strangers call it."""

    def mark(handler: Handler) -> Handler:
        handler.__dict__["answers"] = (requests, before_login)
        return handler

    return mark


class Methods:
    """Looked up by request class. Two answers to one request are a mistake: ValueError."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._methods: dict[Any, Method] = {}
        for module in modules:
            for requests, method in _marked(module):
                for request in requests:
                    if request in self._methods:
                        raise ValueError(f"{method_name(request)} is answered twice")
                    self._methods[request] = method

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(method_name(request) for request in self._methods))

    def find(self, request: Any) -> Method | None:
        return self._methods.get(type(request))


def method_name(request_class: Any) -> str:
    """As Telethon spells the class, with its namespace and without "Request": ``messages.GetDialogs``."""
    namespace = request_class.__module__.rpartition(".")[2]
    name = str(request_class.__name__).removesuffix("Request")
    return name if namespace == "functions" else f"{namespace}.{name}"


def _marked(module: ModuleType) -> Iterator[tuple[tuple[Any, ...], Method]]:
    for value in vars(module).values():
        mark = getattr(value, "answers", None)
        if mark is not None and getattr(value, "__module__", None) == module.__name__:
            requests, before_login = mark
            yield requests, Method(value, before_login)
