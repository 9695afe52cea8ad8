"""The engine's own tables. They are the engine's business: our migrations keep off them."""

from __future__ import annotations

from dbos import DBOS


def migrate_engine(database_url: str) -> None:
    """Make or upgrade them, once, before web and workers start. Runs no work."""
    DBOS.migrate(database_url)
