"""Plugins that nobody should write, made into distributions and installed by pip."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.product.wheels import install_wheels, make_wheel

HEAD: Final = """
import asyncio, os, sys, threading, time
from commands import *
COLUMNS = (Column("value", Kind.TEXT),)
def offer(register, name, run, **more):
    register(Command(trigger=Word(name), summary=say("Do harm."), does=Source(run=run, columns=COLUMNS), **more))
"""
ONE: Final = (
    HEAD
    + """
async def run(context, given):
    yield row("here")
@hookimpl
def register_commands(register):
    offer(register, {name!r}, run{more})
"""
)
ROGUE: Final = (
    HEAD
    + """
async def sleeps(context, given):
    yield row("before")
    time.sleep(3600)
async def spins(context, given):
    yield row("before")
    while True: pass
async def recurses(context, given):
    def deeper(): return deeper()
    yield row(deeper())
async def hogs(context, given):
    yield row("x" * (1 << 62))
async def floods(context, given):
    while True: yield Rows(tuple((str(number),) for number in range(1000)))
async def babbles(context, given):
    while True: yield Text("x" * 1000)
async def bursts(context, given):
    yield Text("x" * (8 << 20))
async def looks(context, given):
    try: first = open("/proc/self/environ").read()
    except OSError: first = ""
    yield row(repr(dict(os.environ)) + first)
async def linger(): await asyncio.sleep(3600)
async def leaks(context, given):
    context.log.info("leaking")
    asyncio.create_task(linger())
    yield row("left")
async def swallows(context, given):
    yield row("before")
    while True:
        try: await asyncio.sleep(3600)
        except asyncio.CancelledError: pass
async def hides(context, given):
    yield row("before")
    await asyncio.to_thread(time.sleep, 3600)
async def leaves(context, given):
    yield row("before")
    sys.exit("with words that nobody should read")
async def stops(context, given):
    yield row("before")
    raise KeyboardInterrupt
async def closes(context, given):
    yield row("before")
    raise GeneratorExit
async def lies(context, given):
    yield "no event at all"
async def disguised(context, given):
    class Evil(str):
        def translate(self, table): time.sleep(3600)
    yield row(Evil("x\\x1b"))
async def greedy(context, given):
    await context.telegram.profile("durov")
    yield row("never")
async def later(context, given):
    async def ask():
        await asyncio.sleep(0.5)
        print("ANSWERED", len(await context.telegram.chats()))
    threading.Thread(target=lambda: asyncio.run(ask())).start()
    yield row("started")
async def reshapes(context, given, rows):
    async for each in rows: yield row(str(each[0]))
def shape(columns, given):
    time.sleep(3600)
@hookimpl
def register_commands(register):
    for run in (sleeps, spins, recurses, hogs, floods, babbles, bursts, looks, leaks, swallows, hides, leaves, stops,
                closes, lies, disguised, greedy, later):
        offer(register, run.__name__, run, capabilities=frozenset({Capability.CHATS_READ}))
    register(Command(trigger=Word("reshapes"), summary=say("Do harm."), does=Stage(run=reshapes, shape=shape)))
@hookimpl
def command_finished(finished):
    raise RuntimeError("with words that nobody should read")
"""
)
SHARED: Final = (
    HEAD
    + """
seen = []
async def mine(context, given):
    states = await context.telegram.chats()
    seen.append(states)
    await asyncio.sleep(0.01)
    for state in states[:30]: yield row(state.chat.title)
@hookimpl
def register_commands(register):
    offer(register, "mine", mine, capabilities=frozenset({Capability.CHATS_READ}))
"""
)

TRUSTED: Final = (
    HEAD
    + """
async def account(context, given):
    client = context.client()
    yield row((await client.get_me()).first_name)
    async for dialog in client.iter_dialogs(limit=3): yield row(dialog.name)
    yield row(str(client.session.auth_key))
    await client.log_out()
@hookimpl
def register_commands(register):
    offer(register, "account", account, capabilities=frozenset({Capability.TELEGRAM_CLIENT}))
"""
)


def one(name: str, more: str = "") -> str:
    """A plugin with one command; ``more`` are further arguments of its declaration."""
    return ONE.format(name=name, more=f", {more}" if more else "")


GREEDY: Final = "capabilities=frozenset({Capability.CHATS_READ, Capability.TELEGRAM_CLIENT})"
SOURCES: Final = {
    "raises-at-import": "raise RuntimeError('at import')",
    "leaves-at-import": "raise SystemExit(3)",
    "raises-in-hook": one("raising").replace("    offer(", "    1/0; offer("),
    "misspelt": one("misspelt").replace("def register_commands", "def register_comands"),
    "shadows": one("list"),
    "wants-more": one("wanting", GREEDY),
    "changed": one("changed"),
    "added-to": one("added-to"),
    "upgraded": one("upgraded"),
    "nonsense": HEAD + "@hookimpl\ndef register_commands(register): register(print)",
    "endless": one("endless").replace("    offer(", "    while True: offer("),
    "async-hook": one("asynchronous").replace("def register_commands", "async def register_commands"),
    "bystander": one("stand"),
    "rogue": ROGUE,
    "trusted": TRUSTED,
    "shared": SHARED,
}


def install(folder: Path) -> Path:
    """All of them, by pip; the folder to put on a Python path."""
    wheels = [
        make_wheel(folder, name, {f"{module}/__init__.py": source}, [module])
        for name, source in SOURCES.items()
        for module in (name.replace("-", "_"),)
    ]
    install_wheels(folder / "installed", wheels)
    return folder / "installed"
