"""The pages of the documentation lead to files that exist, and show all the pictures that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.pictures import IMAGES, MOST_BYTES
from tests.product.process import ROOT

PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK: Final = re.compile(r"(?<!`)(!?)\[([^\]]*)\]\(([^)\s#]+)[^)]*\)")


def links(page: Path) -> list[tuple[bool, str, Path]]:
    """Whether it is a picture, what it is called, and the file that it leads to."""
    found = LINK.findall(page.read_text("utf-8"))
    return [
        (bool(picture), text, (page.parent / target).resolve())
        for picture, text, target in found
        if "://" not in target and not target.startswith("mailto:")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [str(target) for _, _, target in links(page) if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_picture_is_described(page: Path) -> None:
    assert [target.name for picture, text, target in links(page) if picture and len(text) < 15] == []


def test_every_picture_is_shown_and_small() -> None:
    shown = {target for page in PAGES for picture, _, target in links(page) if picture}
    held = {path.resolve() for path in IMAGES.iterdir()}
    assert held == {target for target in shown if target.parent == IMAGES}
    assert {path.name: path.stat().st_size for path in held if path.stat().st_size >= MOST_BYTES} == {}
    assert len(held) > 10


def test_a_dead_link_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("See [there](gone.md#part) and ![a picture](no.png), not [this](https://example.org).")
    assert [(picture, target.name) for picture, _, target in links(page)] == [
        (False, "gone.md"),
        (True, "no.png"),
    ]
