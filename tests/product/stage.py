"""A product on which everything that a page can show can be brought about: plugins that draw and act, chats with names
from everywhere, a data centre and a cable that the test holds in its hands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.product.package import install_examples
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.telegram import Telegram, telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import free_port, own_redis

EXAMPLES: Final = ("pulse", "recent", "tidy")
GRANTS: Final = (
    "pulse-chats=activity.read+chats.resolve;recent-chats=chats.resolve+messages.read;"
    "tidy-chats=chats.archive+chats.read+chats.resolve"
)
CHATS: Final = 80
NAMES: Final = (
    "Assemblea del condominio di via Garibaldi 14, scala B e scala C",
    "عروض وتخفيضات اليوم 🔥",
    "מבצעים שווים במיוחד",
    "家電セール情報",
    "👩‍👩‍👧‍👦 Famiglia Rossi 🍝🇮🇹",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "שלום Ciao مرحبا",
    "Marta Colombo",
)


@dataclass(frozen=True, slots=True)
class Stage:
    telegram: Telegram
    product: Product
    port: int
    """Where a cable to the product may be plugged in; browsers go there."""

    def rename(self, phone: str) -> None:
        """People and groups of this account get names from everywhere; channels keep theirs."""

        def rename(demo: Any) -> None:
            world = demo.world
            account = world.account(world.account_for(phone.removeprefix("+")).id)
            everyone = world.population
            for number, peer in enumerate(account.dialogs):
                name = NAMES[number % len(NAMES)]
                if peer.kind == "user":
                    someone = everyone.people[peer.id]
                    someone.first_name, someone.last_name = name, ""
                elif peer.kind == "group":
                    everyone.groups[peer.id].title = name

        self.telegram.ask(rename)


@contextmanager
def staged_product(
    folder: Path, databases: Databases, template: str, *, behind_cable: bool = True
) -> Iterator[Stage]:
    """Without a cable, browsers go to the product itself."""
    folder.mkdir()
    port = free_port()
    with telegram_in_thread(folder, chats=CHATS) as telegram, own_redis() as redis:
        environment = {
            **SECRETS,
            **PROXY,
            **telegram.environment,
            "DATABASE_URL": databases.make(template=template),
            "REDIS_URL": redis.url,
            "REGISTRATION": "open",
            **({"PUBLIC_URL": f"http://127.0.0.1:{port}"} if behind_cable else {}),
            "PYTHONPATH": f"{install_examples(folder, EXAMPLES)}:{ROOT}",
            "PLUGINS": ",".join(f"{name}-chats==1.0.0" for name in EXAMPLES),
            "PLUGIN_GRANTS": GRANTS,
        }
        product = Product(folder / "product", environment)
        product.start()
        try:
            yield Stage(telegram, product, port)
            assert product.stop() == 0
        finally:
            product.clear_up()
