"""``demo``: the demo data centre alone, for an app that is pointed at it by TELEGRAM_DC."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

from quart_app.command_line.reading import read_environment
from quart_app.command_line.speech import say
from quart_app.configuration.environment import Environment
from quart_app.configuration.kept_secrets import prepare_private_directory
from quart_app.demo.centre import DemoDataCentre, serve_forever
from quart_app.demo.rates import GENEROUS, STRICT
from quart_app.settings import DATA_DIRECTORY, read_demo_world


def run(
    host: str,
    port: int,
    *,
    directory: Path = DATA_DIRECTORY,
    control: int | None = None,
    data_centres: int = 1,
    strict: bool = False,
) -> int:
    """Until SIGINT or SIGTERM. Raises SettingsError, OSError where a port is taken.

    Of several ``data_centres`` the first is on the port, the others are on free ones and found through it;
    ``strict`` ones answer with FLOOD_WAIT as soon as Telegram might.

    With ``control``, a port of 127.0.0.1 for quart_app.demo.control; its token is left in the directory.
    """
    env = Environment(read_environment())
    chats, seed = read_demo_world(env)
    env.finish()
    prepare_private_directory(directory)
    public_key = directory / "demo-public.pem"

    token_path = None if control is None else directory / "demo-control.token"

    def ready(demo: DemoDataCentre) -> None:
        public_key.write_text(demo.data_centre.public_key, "ascii")
        _announce(demo, chats, public_key, token_path)

    async def serve() -> None:
        task = asyncio.ensure_future(
            serve_forever(
                host,
                port,
                directory / "demo-private.pem",
                chats=chats,
                seed=seed,
                ready=ready,
                control=None if token_path is None else (control or 0, token_path),
                data_centres=data_centres,
                rates=STRICT if strict else GENEROUS,
            )
        )
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(serve())
    return 0


def _announce(demo: DemoDataCentre, chats: int, public_key: Path, token_path: Path | None) -> None:
    """All that somebody needs to point an app here and to log in."""
    place = demo.data_centre
    say(
        f"A demo Telegram data centre with {chats} chats. Settings for an app that is to use it:\n"
        f"TELEGRAM_DC={place.id}@{place.host}:{place.port}\n"
        f"TELEGRAM_DC_KEY={public_key}\n"
        f"TELEGRAM_API_ID={demo.api[0]}\n"
        f"TELEGRAM_API_HASH={demo.api[1]}"
    )
    say(
        "Log in there as any phone +99966DYYYY with D from 1 to 3; the code is D five times. "
        "+9996620002 has the password demo."
    )
    for other in demo.data_centres[1:]:
        say(f"Data centre {other.id}: {other.host}:{other.port}, with the same key")
    if demo.control is not None:
        say(f"Control: {demo.control[0]}:{demo.control[1]} (token in {token_path})")
