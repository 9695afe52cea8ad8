"""Who is looking: shop, language, cart, login and the token that makes a form ours."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import cast

from flask import abort, g, request, session

from demo_shop.books import Books
from demo_shop.goods import Customer, Shop, customer_of
from demo_shop.scenebank import Scenebank
from demo_shop.settings import Settings
from demo_shop.texts import LOCALES, Texts


@dataclass(frozen=True)
class Counter:
    """What every page of the process needs. ``banks`` by shop key; a shop without account is not in it."""

    settings: Settings
    books: Books
    banks: dict[str, Scenebank]


class Visit:
    """One request to one shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        asked = request.args.get("lang") or request.cookies.get(f"lang_{shop.key}")
        self.locale = asked if asked in LOCALES else shop.locale
        self.texts = Texts(self.locale)

    @property
    def customer(self) -> Customer | None:
        ref = session.get(f"customer_{self.shop.key}")
        return customer_of(ref)

    @property
    def owner(self) -> str:
        """Whose cart it is: the customer's, else this browser's."""
        if self.customer:
            return self.customer.ref
        if "visitor" not in session:
            session["visitor"] = secrets.token_hex(12)
        return str(session["visitor"])

    @property
    def is_staff(self) -> bool:
        return session.get(f"staff_{self.shop.key}") is True


def here() -> Visit:
    return cast(Visit, g.visit)


def csrf_token() -> str:
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def check_csrf() -> None:
    """400 for a form, or a script's request, that is not from our own page."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(csrf_token().encode(), given.encode()):
        abort(400, "csrf")


def log_in(customer: Customer, books: Books) -> None:
    """The demo login knows no password. What was gathered before comes along."""
    visit = here()
    before = visit.owner
    session[f"customer_{visit.shop.key}"] = customer.ref
    if before != customer.ref:
        books.move_cart(visit.shop, before, customer.ref)
