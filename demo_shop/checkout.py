"""Checkout: the order as it stands, and the ways to pay for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from demo_shop.books import Order
from demo_shop.goods import Customer
from demo_shop.scenebank import ScenebankDown, ScenebankRefused
from demo_shop.visit import Counter, here

EMBEDS = ("script", "iframe", "form", "page")
WIDGETS = ("instalments", "loan")
_REF = re.compile(r"[a-z0-9-]{0,24}")


@dataclass(frozen=True)
class Scene:
    """How the widget stands on a page. ``token`` is empty in the script way, which fetches its own."""

    embed: str
    widget: str
    order: Order
    query: str
    token: str
    return_url: str


def install(pages: Blueprint, counter: Counter) -> None:
    @pages.get("/checkout")
    def checkout() -> str | Response:
        visit = here()
        if visit.customer is None:
            return redirect(url_for("pages.login", next=request.full_path.rstrip("?")), 303)
        ref = request.args.get("ref", "")
        if not _REF.fullmatch(ref):
            abort(400)
        order = counter.books.draft(visit.shop, visit.customer.ref, ref)
        if order is None:
            return redirect(url_for("pages.cart"), 303)
        return render_template("checkout.html", order=order, scene=make_scene(counter, order), embeds=EMBEDS, ref=ref)

    @pages.post("/order/<number>/pay-on-delivery")
    def pay_on_delivery(number: str) -> Response | tuple[str, int]:
        order = up_to_date(counter, own_order(counter, number))
        if counter.books.pay_on_delivery(here().shop, order.number) != "delivery":
            return show_order(counter, order, here().texts("order.bank_pays")), 409
        return redirect(url_for("pages.order", number=order.number), 303)

    @pages.post("/order/<number>/launch")
    def launch(number: str) -> tuple[dict[str, str], int]:
        order = own_order(counter, number)
        widget = request.args.get("widget", "")
        if widget not in WIDGETS:
            abort(400)
        try:
            return {"launch_token": _token(counter, order, widget)}, 201
        except (ScenebankDown, ScenebankRefused):
            return {"error": "unavailable"}, 503


def own_order(counter: Counter, number: str) -> Order:
    """The customer's own order, else 404: nobody learns that another's exists."""
    visit = here()
    found = counter.books.order(visit.shop, number)
    if found is None or visit.customer is None or found.customer != visit.customer.ref:
        abort(404)
    return found


def up_to_date(counter: Counter, order: Order) -> Order:
    """The order with what Scenebank says of it this moment, as a webhook may be late; what is known of it where
    Scenebank cannot be asked."""
    bank = counter.banks.get(order.shop)
    if bank is None or order.payment == "delivery":
        return order
    try:
        found = bank.applications(order.number)
    except (ScenebankDown, ScenebankRefused):
        return order
    for facts in found:
        counter.books.learn(here().shop, facts, str(facts["created_at"]))
    return counter.books.order(here().shop, order.number) or order


def show_order(counter: Counter, order: Order, wrong: str = "") -> str:
    # An order paid at the door has nothing to show from a bank.
    scene = None if order.payment == "delivery" else make_scene(counter, order)
    return render_template("order.html", order=order, scene=scene, wrong=wrong)


def make_scene(counter: Counter, order: Order) -> Scene | None:
    """The widget as the address asks for it; None when Scenebank cannot be reached, and the page goes on without."""
    embed = request.args.get("embed", "script")
    widget = request.args.get("widget") or here().shop.widget_for(order.amount)
    if embed not in EMBEDS or widget not in WIDGETS:
        abort(400)
    bank = counter.banks.get(order.shop)
    if bank is None:
        return None
    token = ""
    if embed == "script":
        if not bank.is_up():
            return None
    else:
        try:
            token = _token(counter, order, widget)
        except (ScenebankDown, ScenebankRefused):
            return None
    query = urlencode({
        "key": bank.account.publishable_key, "amount": order.amount, "currency": here().shop.currency,
        "order": order.number, "locale": here().locale,
    })  # fmt: skip
    return Scene(embed, widget, order, query, token, _return_url(counter, order))


def _return_url(counter: Counter, order: Order) -> str:
    return f"{counter.settings.public_url}/{order.shop}/order/{order.number}/back"


def _token(counter: Counter, order: Order, widget: str) -> str:
    visit, bank = here(), counter.banks.get(order.shop)
    if bank is None or visit.customer is None:
        raise ScenebankDown("no account")
    return bank.launch_token(_session_request(counter, order, widget, visit.customer))


def _session_request(counter: Counter, order: Order, widget: str, customer: Customer) -> dict[str, Any]:
    return {
        "widget": widget,
        "origin": counter.settings.public_url,
        "user": {"ref": customer.ref},
        "order": {"id": order.number, "amount": str(order.amount), "currency": here().shop.currency},
        "return_url": _return_url(counter, order),
    }
