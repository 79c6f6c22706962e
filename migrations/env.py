"""Alembic's entry: runs the revisions on the connection that ``quart_app.storage.migrate`` hands in."""

from __future__ import annotations

from alembic import context

from quart_app.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
