"""The shop's application: two brands, their headers, and their error page."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from demo_shop import browse, checkout, goods, heights, office, orders
from demo_shop.books import Books
from demo_shop.scenebank import Scenebank
from demo_shop.settings import Settings
from demo_shop.texts import LOCALES, Texts
from demo_shop.visit import Counter, Visit, check_csrf, csrf_token


def create_app(settings: Settings) -> Flask:
    """Both shops over one set of books."""
    app = Flask("demo_shop")
    app.secret_key = _secret(settings.data_dir)
    app.config.update(
        SESSION_COOKIE_NAME="shop_session", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"), MAX_CONTENT_LENGTH=64 * 1024,
    )  # fmt: skip
    app.jinja_env.globals.update(csrf_token=csrf_token, LOCALES=LOCALES, lang_href=_lang_href)
    banks = {
        key: Scenebank(settings.scenebank_url, account, settings.scenebank_ca)
        for key, account in settings.accounts.items()
        if key in goods.SHOPS
    }
    counter = Counter(settings, Books(settings.data_dir), banks)
    app.register_blueprint(_pages(counter))
    _front_door(app)
    _headers(app, settings.scenebank_url, secure=app.config["SESSION_COOKIE_SECURE"])
    _outside(app, urlsplit(settings.public_url).scheme)
    return app


def _outside(app: Flask, scheme: str) -> None:
    """Redirects lead to where browsers know us, also where somebody else speaks TLS for us."""
    inside = app.wsgi_app

    def known(environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.url_scheme"] = scheme
        return inside(environ, start_response)

    app.wsgi_app = known  # type: ignore[method-assign]


def _pages(counter: Counter) -> Blueprint:
    pages = Blueprint("pages", __name__, url_prefix="/<any(cn, eu):shop_key>")

    @pages.url_value_preprocessor
    def enter(_endpoint: str | None, values: dict[str, str] | None) -> None:
        g.visit = Visit(goods.SHOPS[values.pop("shop_key")]) if values else None

    @pages.url_defaults
    def stay(_endpoint: str, values: dict[str, str]) -> None:
        if "shop_key" not in values and g.get("visit"):
            values["shop_key"] = g.visit.shop.key

    @pages.before_request
    def own_forms_only() -> None:
        if request.method == "POST" and request.endpoint != "pages.webhook":
            check_csrf()

    @pages.context_processor
    def words() -> dict[str, object]:
        visit: Visit = g.visit
        lines = counter.books.cart(visit.shop, visit.owner)
        return {
            "visit": visit, "shop": visit.shop, "t": visit.texts, "lang": visit.locale, "cart_lines": lines,
            "in_cart": sum(line.quantity for line in lines), "bank": counter.banks.get(visit.shop.key),
            "scenebank_url": counter.settings.scenebank_url,
        }  # fmt: skip

    for room in (browse, checkout, orders, office, heights):
        room.install(pages, counter)
    return pages


def _front_door(app: Flask) -> None:
    @app.get("/")
    def front() -> str:
        lang = _asked_language()
        return render_template("front.html", shops=goods.SHOPS.values(), t=Texts(lang), lang=lang)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.errorhandler(HTTPException)
    def sorry(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        shop = goods.SHOPS.get(request.path.split("/")[1])
        lang = Visit(shop).locale if shop else _asked_language()
        key = f"error.{code}" if code in (400, 404) else "error.other"
        return render_template("sorry.html", t=Texts(lang), lang=lang, key=key, shop=shop), code


def _headers(app: Flask, scenebank: str, *, secure: bool) -> None:
    policy = "; ".join((
        "default-src 'none'", f"script-src 'self' {scenebank}", f"frame-src {scenebank}", "style-src 'self'",
        "img-src 'self'", f"form-action 'self' {scenebank}", "connect-src 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    ))  # fmt: skip

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        asked, visit = request.args.get("lang"), g.get("visit")
        if visit and asked in LOCALES:
            response.set_cookie(f"lang_{visit.shop.key}", asked, max_age=31_536_000, samesite="Lax", secure=secure)
        return response


def _asked_language() -> str:
    """Where no shop says which it is in."""
    asked = request.args.get("lang", "")
    return asked if asked in LOCALES else request.accept_languages.best_match(LOCALES, "en")


def _lang_href(locale: str) -> str:
    """This page in another language."""
    return f"{request.path}?{urlencode({**request.args, 'lang': locale})}"


def _secret(folder: Path) -> bytes:
    """The key of the session cookies, made at the first start."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "session.key"
    try:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()
