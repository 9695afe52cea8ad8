"""A customer's orders; the way back from the bank; and what Scenebank tells the shop's server."""

from __future__ import annotations

import json
import time

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from demo_shop.checkout import own_order, show_order, up_to_date
from demo_shop.scenebank import ScenebankDown, ScenebankRefused
from demo_shop.visit import Counter, here
from demo_shop.webhooks import BadSecret, WebhookRefused, verify


def install(pages: Blueprint, counter: Counter) -> None:
    _own(pages, counter)
    _news(pages, counter)


def _own(pages: Blueprint, counter: Counter) -> None:
    @pages.get("/orders")
    def orders() -> str | Response:
        visit = here()
        if visit.customer is None:
            return redirect(url_for("pages.login", next=request.path), 303)
        return render_template("orders.html", orders=counter.books.orders(visit.shop, visit.customer.ref))

    @pages.get("/order/<number>")
    def order(number: str) -> str | Response:
        if here().customer is None:
            return redirect(url_for("pages.login", next=request.full_path.rstrip("?")), 303)
        return show_order(counter, up_to_date(counter, own_order(counter, number)))

    @pages.get("/order/<number>/back")
    def back(number: str) -> Response:
        shop, bank = here().shop, counter.banks.get(here().shop.key)
        found = counter.books.order(shop, number) or abort(404)
        application = request.args.get("bis_application", "")
        if bank is not None and application:
            try:
                facts = bank.application(application)
                # The address came through a browser: Scenebank's own word says which order this is about.
                counter.books.learn(shop, facts, str(facts["created_at"]))
            except (ScenebankDown, ScenebankRefused):
                pass  # the webhook will tell
        return redirect(url_for("pages.order", number=found.number), 303)


def _news(pages: Blueprint, counter: Counter) -> None:
    @pages.post("/webhooks/scenebank")
    def webhook() -> tuple[str, int]:
        shop = here().shop
        bank = counter.banks.get(shop.key) or abort(404)
        body = request.get_data()
        given = {name.lower(): value for name, value in request.headers.items()}
        try:
            hook = verify(bank.account.webhook_secret, given, body, int(time.time()))
        except (WebhookRefused, BadSecret):
            return "", 401
        event = json.loads(body)
        if str(event.get("type", "")).startswith("application."):
            counter.books.learn(shop, event["data"], str(event["created_at"]), hook)
        return "", 204
