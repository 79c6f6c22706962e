"""A demo Telegram data centre: real MTProto to an unmodified client, over a world that is made up.

It serves `make run` where no API id is set, and is the bed that tests lie on. ``open_demo`` starts one in
this process, ``serve_forever`` is one that runs alone.
"""

from __future__ import annotations

from quart_app.demo.centre import DemoDataCentre, open_demo, serve_forever
from quart_app.demo.peer import Peer
from quart_app.demo.rsa_key import RsaKey
from quart_app.demo.world import World

__all__ = ["DemoDataCentre", "Peer", "RsaKey", "World", "open_demo", "serve_forever"]
