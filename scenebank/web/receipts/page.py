"""A receipt as a page: what was recorded in plain words, and below it what a checker needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response
from markupsafe import Markup

from scenebank.catalogue.model import Kind
from scenebank.clock import moment_of
from scenebank.errors import NotFound
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.quotas.model import Standing
from scenebank.receipts.heads import base64url
from scenebank.receipts.service import Sealed
from scenebank.web.embed.policies import secure, source_hash
from scenebank.web.embed.rendering import environment, frame_style
from scenebank.wiring import Wired
from widgets.texts import LOCALES, Texts

_STYLE = Path(__file__).parents[3] / "static/receipts/receipt.css"
_NAMES = {"zh-CN": "中文", "en": "English"}


@dataclass(frozen=True)
class PageView:
    """``facts`` are told in words, ``proof`` in figures; ``file`` is where the proof is had, None where there is none
    yet; ``tone`` as in the frame's style. ``languages``: tag, name, address, of the others."""

    title: str
    tone: str
    state: str
    text: str
    facts: tuple[tuple[str, str], ...]
    proof: tuple[tuple[str, str], ...]
    entry: str | None
    file: str | None
    languages: tuple[tuple[str, str, str], ...]
    test: bool


@lru_cache(maxsize=1)
def page_style() -> str:
    """The product's style and what only a page of its own needs."""
    return frame_style() + "".join(line.strip() for line in _STYLE.read_text("utf-8").splitlines())


class ReceiptPage:
    """Stands on its own: no frame shows it, it loads nothing."""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired

    def shown(self, found: Sealed, locale: str) -> Response:
        t, said = _texts(locale), found.receipt.facts
        own = self._consent(said, t) if "consent" in said else _move(said, t)
        text = ((t("text_hash"), said["consent"]["text_hash"]),) if "consent" in said else ()
        state = "sealed" if found.proof else "sealing"
        address = f"/r/{found.receipt.id}"
        view = PageView(
            title=t(f"kind.{said['kind']}"), tone="good" if found.proof else "busy", state=t(state),
            text=t(f"{state}.text"), facts=(*own, *self._scene(said, t), *text), proof=_proof(found, t, said["market"]),
            entry=found.receipt.leaf, file=f"{address}/receipt.json" if found.proof else None,
            languages=_others(locale, address), test=said["mode"] == "test",
        )  # fmt: skip
        return _page(view, t, 200)

    def unknown(self, locale: str) -> Response:
        """The same for every id nobody has, however it looks."""
        t = _texts(locale)
        view = PageView(
            t("unknown"), "bad", t("unknown.state"), t("unknown.text"), (), (), None, None, (), False
        )  # fmt: skip
        return _page(view, t, 404)

    def busy(self, locale: str, standing: Standing, address: str) -> Response:
        """Too much was asked for from there: what to do, and nothing of the receipt."""
        t = _texts(locale)
        view = PageView(
            t("busy"), "bad", t("busy.state"), t("busy.text", seconds=standing.reset_s), (), (), None, None,
            _others(locale, address), False,
        )  # fmt: skip
        answer = _page(view, t, 429)
        answer.headers["Retry-After"] = str(standing.reset_s)
        return answer

    def _scene(self, said: Any, t: Texts) -> tuple[tuple[str, str], ...]:
        rows = [
            (t("bank"), self._bank(said["bank"], t)),
            (t("product"), self._product(said, t)),
            (t("amount"), t.money(Money.from_json(said["amount"]))),
            (t("shop"), self._wired.merchants.get(said["merchant"]).name),
            (t("at"), _moment(said["at"], said["market"], t)),
            (t("application"), said["application"]),
        ]
        return tuple(rows)

    def _consent(self, said: Any, t: Texts) -> tuple[tuple[str, str], ...]:
        consent = said["consent"]
        key = f"purpose.{consent['purpose']}"
        purpose = (t("purpose"), t(key) if t.has(key) else consent["purpose"])
        elsewhere = consent["receiver"] != said["bank"]
        return (purpose, (t("receiver"), self._bank(consent["receiver"], t))) if elsewhere else (purpose,)

    def _product(self, said: Any, t: Texts) -> str:
        """Its name as long as it is on sale, else its id."""
        for kind in Kind:
            for product in self._wired.catalogue.snapshot(said["market"], kind)[1]:
                if (product.bank_id, product.product_id) == (said["bank"], said["product"]):
                    return t.choose(product.name)
        return str(said["product"])

    def _bank(self, bank_id: str, t: Texts) -> str:
        try:
            return t.choose(self._wired.catalogue.bank(bank_id).name)
        except NotFound:
            return bank_id


def _move(said: Any, t: Texts) -> tuple[tuple[str, str], ...]:
    move = said["move"]
    rows = [(t("to"), t(f"status.{move['to']}"))]
    if move["from"]:
        rows.insert(0, (t("from"), t(f"status.{move['from']}")))
    return tuple(rows)


def _proof(found: Sealed, t: Texts, market_code: str) -> tuple[tuple[str, str], ...]:
    proof = found.proof
    if proof is None:
        return ()
    signed = moment_of(proof.head.at_ms)
    return (
        (t("position"), t("position.of", position=proof.position + 1, size=proof.head.size)),
        (t("signed"), t.moment(signed, market(market_code).time_zone)),
        (t("root"), base64url(proof.head.root)),
        (t("steps"), str(len(proof.path))),
    )


def _moment(at: str, market_code: str, t: Texts) -> str:
    return t.moment(datetime.fromisoformat(at), market(market_code).time_zone)


def _texts(locale: str) -> Texts:
    return Texts(locale, str(Path(__file__).parent))


def _others(locale: str, address: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((one, _NAMES[one], f"{address}?locale={one}") for one in LOCALES if one != locale)


def _page(view: PageView, t: Texts, status: int) -> Response:
    style = page_style()
    html = environment().get_template("receipts/receipt.html").render(view=view, t=t, style=Markup(style))  # noqa: S704
    policy = "; ".join((
        "default-src 'none'", f"style-src {source_hash(style)}", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    ))  # fmt: skip
    answer = secure(Response(html, status, content_type="text/html; charset=utf-8"), policy, "no-store")
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return answer
