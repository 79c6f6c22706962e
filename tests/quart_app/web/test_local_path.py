"""After logging in one lands here and nowhere else."""

from __future__ import annotations

import pytest

from quart_app.web.local_path import LONGEST, local_path


@pytest.mark.parametrize("path", ["/", "/terminal", "/terminal?x=1&y=%20", "/a/b#c"])
def test_paths_of_this_site_are_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        *(None, "", "terminal", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *(
            "https://evil.example/",
            "javascript:alert(1)",
            "/\tx",
            "/x\r\nSet-Cookie: a=b",
            "/ /evil",
            "/\u2028",
        ),
        "/" + "a" * LONGEST,
    ],
)
def test_everything_else_is_dropped(target: str | None) -> None:
    assert local_path(target) is None
