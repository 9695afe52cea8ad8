"""The goods' account: what may be paid out, taken back and refunded, and what that makes of the application."""

from __future__ import annotations

from sandbox_bank import errors
from sandbox_bank.applications import Application


def settle(application: Application, event: str, amount: int) -> Application:
    """The application after ``event`` over ``amount`` minor units; :class:`Refused` 422 in words."""
    if event == "REFUND":
        _check_refund(application, amount)
        changed = application.moved(refunded=application.refunded + amount)
    else:
        _check_goods(application, amount)
        column = "fulfilled" if event == "FULFIL" else "cancelled"
        changed = application.moved(**{column: getattr(application, column) + amount})
    return _staged(changed)


def _check_goods(application: Application, amount: int) -> None:
    if application.stage not in ("SIGNED", "FULFILLING"):
        raise errors.ledger(f"nothing can be fulfilled or cancelled at stage {application.stage}")
    left = application.approved - application.fulfilled - application.cancelled
    if amount > left:
        raise errors.ledger(f"{amount} is more than the {left} that is left")


def _check_refund(application: Application, amount: int) -> None:
    left = application.fulfilled - application.refunded
    if amount > left:
        raise errors.ledger(f"{amount} is more than the {left} that can be refunded")


def _staged(application: Application) -> Application:
    return Application(**{**vars(application), "stage": _stage(application)})


def _stage(application: Application) -> str:
    if application.cancelled == application.approved:
        return "WITHDRAWN"
    if application.fulfilled + application.cancelled == application.approved:
        return "CLOSED" if application.refunded == application.fulfilled else "ACTIVE"
    return "FULFILLING" if application.fulfilled else application.stage
