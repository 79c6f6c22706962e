"""Notices what a hostile text would do to a page: scripts, dialogs, visits elsewhere, elements that nobody made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Dialog, Page, Request

CLIPBOARD: Final = "what stood in the clipboard before"
FOREIGN: Final = """
() => [...document.querySelectorAll("*")].flatMap((node) => {
  const name = node.localName;
  const made = ["script", "iframe", "object", "embed", "base", "meta", "style", "link", "marquee", "video", "audio",
    "portal", "template", "isindex", "math", "mglyph", "image", "form", "input", "select", "textarea", "dialog"];
  const attributes = [...node.attributes].filter(({ name, value }) =>
    name.startsWith("on") || name === "style" || name === "srcdoc" || name === "formaction" ||
    (/^(xlink:)?(href|src|action|data|poster)$/.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)));
  return [...(made.includes(name) ? [name] : []), ...attributes.map((each) => `${name} ${each.name}`)];
}).sort()
"""
SIGNS: Final = "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u2028-\\u202e\\u2060-\\u2069\\ufeff]"
LOOKS: Final = f"""
() => {{
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode.data);
  return {{ title: document.title, address: location.href, pwned: window.pwned ?? null,
    hidden: texts.find((text) => /{SIGNS}/.test(text)) ?? null,
    towers: texts.find((text) => /[\\p{{Mn}}\\p{{Me}}]{{5}}/u.test(text)) ?? null }};
}}
"""
"""What a page looks like; the texts are the first with something invisible, or a tower of marks, in it."""


@dataclass
class Listener:
    """An address that nobody must ask; ``visits`` tells what was asked all the same."""

    url: str = ""
    visits: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    heard = Listener()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.visits.append(await reader.readline())
        writer.write(b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(visited, "127.0.0.1", 0)
    heard.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield heard


class Watch:
    """Begins when it is made; ``harm`` is all that has happened on this page since."""

    def __init__(self, page: Page, listener: Listener, own: str) -> None:
        self._page, self._listener, self._own = page, listener, own
        self._harm: list[str] = []
        page.on("dialog", self._dialog)
        page.on("request", self._requested)
        page.on("popup", lambda popup: self._harm.append(f"a window: {popup.url}"))
        page.on("download", lambda download: self._harm.append(f"a download: {download.url}"))

    async def _dialog(self, dialog: Dialog) -> None:
        self._harm.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self._own}/", "data:image/", "blob:")):
            self._harm.append(f"a request: {request.url}")

    async def harm(self) -> list[str]:
        pwned = (await self.looks())["pwned"]
        visits = [f"a visit: {line!r}" for line in self._listener.visits]
        return [*self._harm, *visits, *([] if pwned is None else ["a script ran"])]

    async def looks(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._page.evaluate(LOOKS)
        return found

    async def foreign(self) -> list[str]:
        """Elements and attributes that only markup could have made, or the page's own templates."""
        found: list[str] = await self._page.evaluate(FOREIGN)
        return found
