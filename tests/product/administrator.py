"""Makes somebody an administrator, as whoever runs the product does."""

from __future__ import annotations

import asyncio
import sys

from tests.product.process import ROOT, Product


async def grant(product: Product, phone: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "quart_app", "admin", "grant", phone),
        cwd=product.folder,
        env={"PYTHONPATH": str(ROOT), **product.environment},
    )
    assert await process.wait() == 0
