"""Every page as it comes out of its template, without a server."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Final

from jinja2 import Environment, FileSystemLoader

import quart_app
from quart_app.administration.board import Board
from quart_app.administration.figures import Figures
from quart_app.administration.people import Counts
from quart_app.web.board_answer import board_answer
from quart_app.web.static_files import StaticFiles

PACKAGE: Final = Path(quart_app.__file__).parent
FILES: Final = StaticFiles(PACKAGE / "static")


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.globals.update(
        static=FILES.address, preloads=FILES.preloads, locale="en", direction="ltr", languages={}
    )
    return made


def markup(name: str, made: Environment | None = None) -> str:
    """The page as somebody signed in sees it while nothing has happened yet."""
    nothing = {
        "board": board_answer(Board(Figures(), []), {}),
        "counts": Counts(0, 0, 0, 0),
        "checks": {},
        "user": SimpleNamespace(admin=False, phone_tail="00"),
        "factor": SimpleNamespace(on=False, codes_left=0),
        "status": 503,
    }
    page = (made or environment()).get_template(f"{name}.html")
    return page.render(signed_in=True, registration="open", here=f"/{name}", **nothing)
