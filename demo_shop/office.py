"""The back office: orders, what the bank says of them, and goods sent, cancelled or taken back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from demo_shop.books import Order
from demo_shop.goods import CUSTOMERS, customer_of
from demo_shop.scenebank import ScenebankDown, ScenebankRefused
from demo_shop.texts import parse_price
from demo_shop.visit import Counter, here

OPERATIONS = ("fulfil", "cancel", "refund")


def install(pages: Blueprint, counter: Counter) -> None:
    _entrance(pages)
    _desk(pages, counter)


def _entrance(pages: Blueprint) -> None:
    @pages.before_request
    def staff_only() -> Response | None:
        inside = request.endpoint in ("pages.office", "pages.office_order", "pages.office_do")
        return redirect(url_for("pages.office_login"), 303) if inside and not here().is_staff else None

    @pages.get("/office/login")
    def office_login() -> str:
        return render_template("office_login.html")

    @pages.post("/office/login")
    def office_enter() -> Response:
        session[f"staff_{here().shop.key}"] = True
        return redirect(url_for("pages.office"), 303)

    @pages.post("/office/logout")
    def office_leave() -> Response:
        session.pop(f"staff_{here().shop.key}", None)
        return redirect(url_for("pages.office_login"), 303)


def _desk(pages: Blueprint, counter: Counter) -> None:
    @pages.get("/office")
    def office() -> str:
        names = {one.ref: one.name for one in CUSTOMERS}
        return render_template("office.html", orders=counter.books.orders(here().shop), names=names)

    @pages.get("/office/<number>")
    def office_order(number: str) -> str:
        return _show(counter, counter.books.order(here().shop, number) or abort(404))

    @pages.post("/office/<number>/<any(fulfil, cancel, refund):operation>")
    def office_do(number: str, operation: str) -> Response | tuple[str, int]:
        order = counter.books.order(here().shop, number) or abort(404)
        bank = counter.banks.get(order.shop)
        if bank is None or order.known is None:
            abort(404)
        typed = request.form.get("amount", "").strip()
        minor = parse_price(typed) if typed else None
        if typed and not minor:
            return _show(counter, order, here().texts("office.bad_amount"), (operation, typed)), 422
        amount = {"amount": str(minor), "currency": here().shop.currency} if minor else None
        key = request.form.get("once", "") or uuid.uuid4().hex
        try:
            bank.operate(order.known.id, operation, amount, key)
        except ScenebankDown:
            return _show(counter, order, here().texts("office.down"), (operation, typed)), 502
        except ScenebankRefused as error:
            words = here().texts("office.refused", detail=error.detail or error.code)
            return _show(counter, order, words, (operation, typed)), 409
        return redirect(url_for("pages.office_order", number=order.number), 303)


def _show(counter: Counter, order: Order, wrong: str = "", typed: tuple[str, str] = ("", "")) -> str:
    """One order; ``typed`` is the operation and the amount that were refused."""
    bank, live = counter.banks.get(order.shop), None
    if bank is not None and order.known is not None:
        live = _live(counter, order, order.known.id)
        order = counter.books.order(here().shop, order.number) or order
    left = _left(order.known.facts) if order.known else None
    keys = {operation: uuid.uuid4().hex for operation in OPERATIONS}
    customer = customer_of(order.customer)
    return render_template("office_order.html", order=order, customer=customer, live=live, wrong=wrong, typed=typed,
                           keys=keys, left=left)  # fmt: skip


def _left(facts: Mapping[str, int]) -> dict[str, int] | None:
    """What each operation can still move, in minor units; None when the amounts are not known."""
    if not facts.keys() >= {"approved", "fulfilled", "cancelled", "refunded"}:
        return None
    unsent = max(0, facts["approved"] - facts["fulfilled"] - facts["cancelled"])
    return {"fulfil": unsent, "cancel": unsent, "refund": max(0, facts["fulfilled"] - facts["refunded"])}


def _live(counter: Counter, order: Order, application: str) -> dict[str, Any] | None:
    """What Scenebank says this moment; kept, too, as a webhook may be late. None when it cannot be asked."""
    try:
        facts = counter.banks[order.shop].application(application)
    except (ScenebankDown, ScenebankRefused):
        return None
    counter.books.learn(here().shop, facts, str(facts["created_at"]))
    return facts
