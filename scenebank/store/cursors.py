"""Where a page of rows goes on."""

from __future__ import annotations

from sqlalchemy import BigInteger, BindParameter, literal


def cursor(after: int) -> BindParameter[int]:
    """To compare a row's number with. What a request names may be larger than any of ours: PostgreSQL has an error for
    a number beyond its column's type."""
    return literal(after, BigInteger)
