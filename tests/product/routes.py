"""Every route of the product, as its own application has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from quart_app.factory import create_app
from quart_app.settings import Secret, Settings

ASKED_BY_ITSELF: Final = {"HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True, order=True)
class Route:
    path: str
    """With its variables in angle brackets."""
    method: str

    @property
    def variables(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    def filled(self, **values: str) -> str:
        """The path with these variables; every variable must be given."""
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], self.path)


def routes() -> list[Route]:
    """All but the socket."""
    app = create_app(Settings(secret_key=Secret(b"s" * 32), pepper=Secret(b"p" * 32)))
    return sorted(
        Route(rule.rule, method)
        for rule in app.url_map.iter_rules()
        if not rule.websocket
        for method in (rule.methods or set()) - ASKED_BY_ITSELF
    )
