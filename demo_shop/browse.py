"""Home, product, cart and login."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from demo_shop.goods import CUSTOMERS, customer_of
from demo_shop.visit import Counter, here, log_in


def install(pages: Blueprint, counter: Counter) -> None:
    _shelves(pages)
    _cart(pages, counter)
    _login(pages, counter)


def _shelves(pages: Blueprint) -> None:
    @pages.get("/")
    def home() -> str:
        return render_template("home.html")

    @pages.get("/product/<product_id>")
    def product(product_id: str) -> str:
        found = here().shop.product(product_id) or abort(404)
        return render_template("product.html", product=found)


def _cart(pages: Blueprint, counter: Counter) -> None:
    @pages.get("/cart")
    def cart() -> str:
        visit = here()
        lines = counter.books.cart(visit.shop, visit.owner)
        return render_template("cart.html", lines=lines, total=sum(line.total for line in lines))

    @pages.post("/cart")
    def put() -> Response:
        visit = here()
        product = visit.shop.product(request.form.get("product", "")) or abort(404)
        text = request.form.get("quantity", "1")
        quantity = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else abort(400)
        counter.books.put(visit.shop, visit.owner, product.id, quantity, add=request.form.get("do") == "add")
        return redirect(url_for("pages.cart"), 303)


def _login(pages: Blueprint, counter: Counter) -> None:
    @pages.get("/login")
    def login() -> str:
        return render_template("login.html", customers=CUSTOMERS, then=_then(request.args.get("next", "")))

    @pages.post("/login")
    def enter() -> Response:
        ref = request.form.get("customer", "")
        customer = customer_of(ref) or abort(400)
        log_in(customer, counter.books)
        return redirect(_then(request.form.get("next", "")), 303)

    @pages.post("/logout")
    def leave() -> Response:
        for name in ("customer", "staff"):
            session.pop(f"{name}_{here().shop.key}", None)
        return redirect(url_for("pages.home"), 303)


def _then(path: str) -> str:
    """Where to go on after login: only to a page of this shop."""
    start = f"/{here().shop.key}/"
    ours = path.startswith(start) and path.isascii() and path.isprintable() and "\\" not in path
    return path if ours else url_for("pages.home")
