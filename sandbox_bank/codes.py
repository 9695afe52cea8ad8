"""The code by which a shopper is known. Nothing is sent from here: it is one for all, and the page says so."""

from __future__ import annotations

import hmac

from sandbox_bank.database import Books

CODE = "246810"
_MOST_WRONG = 5


def send_another(books: Books, application_id: str) -> None:
    """It can be tried as often as the one before."""
    _forget_wrong_ones(books, application_id)


def is_right(books: Books, application_id: str, code: str) -> bool:
    """One try. A wrong one counts until a right one; no try is right once the code is used up."""
    if hmac.compare_digest(code.strip().encode(), CODE.encode()):
        if is_used_up(books, application_id):
            return False
        _forget_wrong_ones(books, application_id)
        return True
    with books.writing() as connection:
        connection.execute(
            "INSERT INTO wrong_codes VALUES (?, 1) ON CONFLICT (application_id) DO UPDATE SET tries = tries + 1",
            (application_id,),
        )
    return False


def is_used_up(books: Books, application_id: str) -> bool:
    """Tried wrongly too often: another one has to be sent."""
    with books.reading() as connection:
        row = connection.execute(
            "SELECT tries FROM wrong_codes WHERE application_id = ?", (application_id,)
        ).fetchone()  # fmt: skip
    return row is not None and row["tries"] >= _MOST_WRONG


def _forget_wrong_ones(books: Books, application_id: str) -> None:
    with books.writing() as connection:
        connection.execute("DELETE FROM wrong_codes WHERE application_id = ?", (application_id,))
