"""A page as assistive technology is given it: roles, names and states in order, from Chromium's accessibility tree.

Plain texts are left out, and so are the names of rows and of what stands in them: sentences have their own tests, and
the demo world its own days. Equal children of one stand there once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

from playwright.async_api import Page

Node: TypeAlias = dict[str, Any]
KEPT_IN: Final = Path(__file__).with_name("outlines.txt")
REDRAW: Final = "REDRAW"
"""With this in the environment, what is found is kept as what is expected."""
DRAWN: Final = "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100)))"
_SILENT: Final = frozenset(
    (
        *(
            "none",
            "generic",
            "StaticText",
            "InlineTextBox",
            "LineBreak",
            "ListMarker",
            "LabelText",
            "Legend",
            "Iframe",
        ),
        *(
            "paragraph",
            "strong",
            "emphasis",
            "code",
            "time",
            "mark",
            "superscript",
            "term",
            "definition",
            "Abbr",
        ),
    )
)
_STATES: Final = ("checked", "expanded", "selected", "invalid", "disabled", "live", "modal")
_SAID: Final = ("false", "", "off")
_ROWS: Final = frozenset(("row", "cell", "rowheader", "gridcell"))


async def outline(page: Page, within: str = "main") -> str:
    """The part of the page that has this role, a line for each thing in it, or the dialog above all.

    Once it rests: rows are drawn a few at a time.
    """
    before, now = None, await _at_once(page, within)
    while now != before:
        await page.evaluate(DRAWN)
        before, now = now, await _at_once(page, within)
    return now


async def _at_once(page: Page, within: str) -> str:
    devtools = await page.context.new_cdp_session(page)
    try:
        found = await devtools.send("Accessibility.getFullAXTree")
    finally:
        await devtools.detach()
    nodes: dict[str, Node] = {node["nodeId"]: node for node in found["nodes"]}
    told = [node for node in nodes.values() if not node["ignored"]]
    tops = [node for node in told if _role(node) == "dialog"] or [
        node for node in told if _role(node) == within
    ]
    return "\n".join(line for top in tops for line in _lines(top, nodes))


def _role(node: Node) -> str:
    return str(node.get("role", {}).get("value", "none"))


def _lines(node: Node, nodes: dict[str, Node], in_row: bool = False) -> list[str]:
    role = _role(node)
    in_row = in_row or role in _ROWS
    below = _below(node, nodes)
    if role == "log":
        below = below[-1:]  # the newest answer
    parts: Iterable[tuple[str, ...]] = dict.fromkeys(tuple(_lines(child, nodes, in_row)) for child in below)
    if role == "list":
        parts = sorted(parts)  # devices stand in the order of their last second of use
    return [_line(node, role, in_row), *(f"  {line}" for part in parts for line in part)]


def _below(node: Node, nodes: dict[str, Node]) -> list[Node]:
    """Its children, or in the place of one that says nothing, that one's."""
    children = [nodes[key] for key in node.get("childIds", ()) if key in nodes]
    told = [
        [each] if not each["ignored"] and _role(each) not in _SILENT else _below(each, nodes)
        for each in children
    ]
    return [each for part in told for each in part]


def _line(node: Node, role: str, in_row: bool) -> str:
    parts = [role]
    name = _still(node.get("name", {}).get("value", ""))
    if name and not in_row:
        parts.append(f'"{name}"')
    states = {
        each["name"]: str(each["value"].get("value", "")).lower() for each in node.get("properties", ())
    }
    shown = [(state, states[state]) for state in _STATES if states.get(state, "") not in _SAID]
    if role == "heading":
        parts.append(states["level"])
    parts += [state if value == "true" else f"{state}={value}" for state, value in shown]
    described = _still(node.get("description", {}).get("value", ""))
    if described and described != name and not in_row:
        parts.append(f"({described})")
    return " ".join(parts)


def _still(text: str) -> str:
    """Without what changes from day to day."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\b\d{1,2}:\d{2}\b|\b[0-9a-f]{4,}\b|\b\d+\b", "#", text)
    return re.sub(r"(tomorrow|today) at #", "DAY at #", text)


def kept() -> dict[str, str]:
    """The outlines of all states, by their names."""
    parts = re.split(r"^## (\S+)\n", KEPT_IN.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def keep(found: dict[str, str]) -> None:
    head = (
        f"What a screen reader meets, state by state; drawn anew with {REDRAW}=1 by the test that reads it.\n"
    )
    KEPT_IN.write_text(head + "".join(f"\n## {name}\n{text}\n" for name, text in found.items()), "utf-8")


def is_redrawn() -> bool:
    return bool(os.environ.get(REDRAW))
