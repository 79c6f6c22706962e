"""The product in demo mode, over stores of its own, for as long as somebody visits it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.product.process import PROXY, SECRETS, Product
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis


@contextmanager
def demo_product(folder: Path, databases: Databases, template: str) -> Iterator[Product]:
    """It has to end by itself, and well, when it is asked to."""
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=template), "REDIS_URL": redis.url}
        product = Product(folder, {**stores, **SECRETS, **PROXY})
        product.start()
        try:
            yield product
            assert product.stop() == 0
        finally:
            product.clear_up()
