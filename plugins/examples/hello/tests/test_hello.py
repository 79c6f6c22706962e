"""The plugin alone: what it registers, and what its command yields."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import hello_chats

from commands import Command, Given, row

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def hello() -> Command:
    registered: list[Command] = []
    hello_chats.register_commands(registered.append)
    (command,) = registered
    return command


def test_usage() -> None:
    assert hello().usage() == "hello [NAME] [--loud]"


def test_greeting() -> None:
    async def events(**values: object) -> list[object]:
        context = SimpleNamespace(now=NOW, render=lambda said: f"Hello, {dict(said.values)['name']}!")
        return [
            event async for event in hello().does.run(context, Given({"name": "Ada", "loud": False} | values))
        ]

    assert asyncio.run(events()) == [row("Hello, Ada!", NOW)]
    assert asyncio.run(events(loud=True)) == [row("HELLO, ADA!", NOW)]
