"""Those who call the product: programs with a token, and browsers with cookies and forms."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from html import unescape
from ssl import SSLContext
from typing import Any, Final

import httpx
import orjson

from tests.product.answer import Answer
from tests.product.person import Person
from tests.product.terminal import Terminal, open_terminal

API: Final = "/api/v1"
SESSION: Final = "/telegram/session"


class Caller(ABC):
    """One device of one person. Leave it with ``close``."""

    def __init__(self, url: str, person: Person, *, tls: SSLContext | None = None) -> None:
        self.url, self.person, self.tls = url, person, tls
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, verify=tls or True)
        self.http.headers["X-Forwarded-For"] = person.address

    async def close(self) -> None:
        await self.http.aclose()

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """What shows who is calling."""

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Of the API."""
        return await self.http.request(method, f"{API}{path}", json=body, headers=self.headers())

    async def asked(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The same where only success will do; the document that was answered."""
        answer = await self.call(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    async def state(self) -> Any:
        return await self.asked("GET", SESSION)

    async def start(self, **body: Any) -> Any:
        return await self.asked("POST", SESSION, body)

    async def submit(self, step: str, **body: Any) -> httpx.Response:
        """``code``, ``password``, ``unlock`` or ``resend``."""
        return await self.call("POST", f"{SESSION}/{step}", body)

    async def open_session(self, two_step_password: str | None = None) -> Any:
        """All the way to an open session; what the last step answered."""
        await self.start()
        step = await self.asked("POST", f"{SESSION}/code", {"code": self.person.code})
        if two_step_password is not None:
            assert step["state"] == "password_needed", step
            step = await self.asked("POST", f"{SESSION}/password", {"password": two_step_password})
        assert step["state"] == "active", step
        return step

    async def end(self) -> Any:
        return await self.asked("DELETE", SESSION)

    async def run(self, line: str) -> Answer:
        """One line over HTTP; whoever is told to slow down does so."""
        answer = await self.call("POST", "/commands", {"line": line})
        while answer.status_code == 429:
            await asyncio.sleep(answer.json()["retry_after"])
            answer = await self.call("POST", "/commands", {"line": line})
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        return Answer([orjson.loads(each) for each in answer.content.splitlines()])

    @abstractmethod
    async def register(self) -> None: ...

    @abstractmethod
    async def log_in(self) -> None: ...

    @abstractmethod
    def terminal(self) -> AbstractAsyncContextManager[Terminal]: ...


class Program(Caller):
    """Has a token once it has logged in."""

    token = ""

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def register(self) -> None:
        await self.asked("POST", "/accounts", self.person.credentials)

    async def log_in(self) -> None:
        self.token = (await self.asked("POST", "/tokens", self.person.credentials))["token"]

    def terminal(self) -> AbstractAsyncContextManager[Terminal]:
        headers = {**self.headers(), "X-Forwarded-For": self.person.address}
        return open_terminal(self.url, headers, tls=self.tls)


class Browser(Caller):
    """Keeps cookies, fills in forms, and takes the CSRF token from the page that it is on."""

    csrf = ""

    def headers(self) -> dict[str, str]:
        token = {"X-CSRF-Token": self.csrf} if self.csrf else {}
        return {"Origin": self.url, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", **token}

    async def visit(self, path: str) -> str:
        """The page; what it gives along with it is kept."""
        page = await self.http.get(path, headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
        assert page.status_code == 200, f"{path}: {page.status_code}"
        self.csrf = _attribute(page.text, r'name="csrf-token" content="([^"]*)"')
        return page.text

    async def fill_in(self, path: str, **fields: str) -> httpx.Response:
        """Open the page, fill in its form, send it."""
        page = await self.visit(path)
        hidden = _attribute(page, r'name="csrf_token" value="([^"]*)"')
        return await self.http.post(
            path, data={"csrf_token": hidden, **fields}, headers=self.headers() | {"Accept": "text/html"}
        )

    async def register(self) -> None:
        answer = await self.fill_in("/register", **self.person.credentials)
        assert answer.status_code == 200, answer.text
        assert "You can log in now." in answer.text

    async def log_in(self) -> None:
        answer = await self.fill_in("/login", **self.person.credentials)
        assert answer.status_code == 303, answer.text
        await self.visit("/terminal")

    async def log_out(self) -> httpx.Response:
        await self.visit("/terminal")
        form = {"csrf_token": self.csrf}
        return await self.http.post("/logout", data=form, headers=self.headers() | {"Accept": "text/html"})

    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)

    def terminal(self) -> AbstractAsyncContextManager[Terminal]:
        headers = {"Cookie": self.cookies(), "X-Forwarded-For": self.person.address}
        return open_terminal(self.url, headers, origin=self.url, tls=self.tls)


def _attribute(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    return unescape(found[1]) if found else ""
