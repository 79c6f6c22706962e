"""The database's history, as Alembic revisions. Each only adds, so that the version before still works."""
