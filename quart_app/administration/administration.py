"""All that the administrators' pages ask for, in one place."""

from __future__ import annotations

from redis.asyncio import Redis

from quart_app.administration.board import Board, read_board
from quart_app.administration.census import Census
from quart_app.administration.people import People
from quart_app.storage.database import Database


class Administration:
    """``people`` raises `StorageUnavailable` without PostgreSQL, the rest without Redis."""

    def __init__(self, database: Database, redis: Redis) -> None:
        self.people = People(database)
        self.census = Census(redis)
        self._redis = redis

    async def board(self) -> Board:
        return await read_board(self._redis)
