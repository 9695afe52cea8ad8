"""Why a product is not offered: for a shop that misses one."""

from __future__ import annotations

from itertools import dropwhile, islice
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.catalogue.model import Kind, Listed
from scenebank.fields import ListOf, Object, OneOf, Text, Whole, answer, maybe, page
from scenebank.markets import market as market_of
from scenebank.money.fields import CURRENCY, MONEY_ANSWER
from scenebank.offers.fit import Misfit, Reason
from scenebank.web.api.documents import LIMIT
from scenebank.web.api.doors import secret_door
from scenebank.web.api.offer_scene import OFFER_SCENE, read_scene
from scenebank.web.api.offers import NAMES
from scenebank.web.contract.operation import Answer, Operation, describes
from scenebank.wiring import Wired

_MONTHS = Whole(1, about="months an indicative product states", sample=12)
_REASON = answer(
    "Misfit", "With the fact of the product it rests on.", reason=OneOf(Reason),
    market=maybe(Text(sample="EU")), kind=maybe(OneOf(Kind)), currency=maybe(CURRENCY),
    smallest=maybe(MONEY_ANSWER), largest=maybe(MONEY_ANSWER), terms=maybe(ListOf(Whole(1, sample=12))),
    shortest=maybe(_MONTHS), longest=maybe(_MONTHS), until=maybe(Text(sample="2026-12-31")),
    rules=maybe(ListOf(Text(sample="CN-CAP-24"))),
)  # fmt: skip
_NOT_OFFERED = answer(
    "NotOffered", bank=Text(sample="harbour"), product=Text(sample="harbour-one"), version=Text(sample="1f0c"),
    name=NAMES, reasons=ListOf(_REASON),
)  # fmt: skip
_PAGE = Object({
    "after": maybe(Text("cursor", "[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}", sample="harbour/harbour-one",
                        about="`next` of the page before")),
    "limit": LIMIT,
})  # fmt: skip
_LIST = Operation(
    "Show what is not offered, and why", "offers",
    {200: Answer("every other product that is, or was, published", page(_NOT_OFFERED))},
    query=Object({**OFFER_SCENE.fields, **_PAGE.fields}),
)  # fmt: skip


def add_not_offered(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/offers/not_offered")
    @describes(_LIST)
    def not_offered() -> Response:
        door = secret_door(wired)
        asked, paging = read_scene(market_of(door.merchant.market)), _PAGE.read_query(request.args)
        scene, limit = asked.scene, paging["limit"]
        found = wired.offers.not_offered(
            asked.market, asked.kind, scene.amount, scene.product, door=door, term=asked.term
        )
        after = tuple((paging["after"] or "").split("/"))
        rest = dropwhile(lambda pair: (pair[0].bank_id, pair[0].product_id) <= after, found)
        shown = list(islice(rest, limit + 1))
        data = [_row(product, reasons) for product, reasons in shown[:limit]]
        last = f"{data[-1]['bank']}/{data[-1]['product']}" if len(shown) > limit else None
        return jsonify(data=data, next=last)


def _row(product: Listed, reasons: tuple[Misfit, ...]) -> dict[str, Any]:
    return {
        "bank": product.bank_id, "product": product.product_id, "version": product.version, "name": dict(product.name),
        "reasons": [{"reason": one.reason.value, **one.facts} for one in reasons],
    }  # fmt: skip
