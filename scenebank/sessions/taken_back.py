"""Launch tokens that their shop has taken back before anybody used them."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from scenebank.merchants.model import Door
from scenebank.sessions.model import Launch, LaunchRefused
from scenebank.store.tables import launch_tokens


def take_back(connection: Connection, door: Door, session_id: str, now_ms: int) -> bool:
    """The token that was made for this session by a request; whether there is one."""
    table = launch_tokens
    this = (table.c.merchant_id == door.merchant.id) & (table.c.mode == door.mode.value)
    taken = update(table).where(this, table.c.session_id == session_id)
    return connection.execute(taken.values(revoked_at=func.coalesce(table.c.revoked_at, now_ms))).rowcount > 0


def refuse_taken_back(connection: Connection, launch: Launch) -> None:
    """:class:`LaunchRefused` ``launch_revoked``. The token is held until the session is there, so whoever takes it back
    meanwhile ends that session."""
    table = launch_tokens
    this = (table.c.token_hash == launch.token_id) & (table.c.merchant_id == launch.merchant_id)
    query = select(table.c.revoked_at).where(this).with_for_update(read=True)
    if connection.execute(query).scalar_one_or_none() is not None:
        raise LaunchRefused("launch_revoked", "session ended")
