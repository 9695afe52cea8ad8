"""Applications for the shop's back office: seen, fulfilled, cancelled, refunded."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.applications.model import Application
from scenebank.applications.settlement import NotSettleable, Settlement
from scenebank.banks.port import Operation
from scenebank.errors import NotFound
from scenebank.fields import Object, Text, maybe, or_null, page
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.merchants.model import Door
from scenebank.money.fields import MONEY
from scenebank.money.model import Money
from scenebank.web.api.documents import APPLICATION, LIMIT, WHOLE_APPLICATION, application_json, operation_json
from scenebank.web.api.doors import secret_door
from scenebank.web.api.once import answer_once
from scenebank.web.contract.operation import Answer, Once, describes
from scenebank.web.contract.operation import Operation as Described
from scenebank.wiring import Wired

_LIST = Described(
    "List applications", "applications", {200: Answer("the newest first", page(APPLICATION))},
    query=Object({
        "after": maybe(Text("cursor", sample="app_5cb0d7e2", about="`next` of the page before")),
        "order": maybe(Text(sample="ord_0007", about="your order's id")),
        "limit": LIMIT,
    }),
)  # fmt: skip
_GET = Described("Show an application", "applications", {200: Answer("found", WHOLE_APPLICATION)}, refuses=(NotFound,))
_SETTLE = Described(
    "Fulfil, cancel or refund", "applications", {202: Answer("on its way to the bank", WHOLE_APPLICATION)},
    body=Object({"amount": or_null(MONEY)}, name="Settlement", about="Without an amount: all that is left."),
    body_required=False, once=Once.MUST, refuses=(NotFound, NotSettleable),
)  # fmt: skip


def add_applications(api: Blueprint, wired: Wired) -> None:
    _reading(api, wired)

    @api.post("/v1/applications/<application_id>/<any(fulfil, cancel, refund):operation>")
    @describes(_SETTLE)
    def settle(application_id: str, operation: str) -> Response:
        door = secret_door(wired)
        key = check_key(request.headers.get("Idempotency-Key"))
        amount: Money | None = _SETTLE.read_body(request)["amount"]
        wired.applications.get(door.merchant.id, door.mode, application_id)  # the ledger holds only what there is
        said = f"{operation}\n{amount.json() if amount else 'all'}"
        fingerprint = hashlib.sha256(said.encode()).hexdigest()
        asked = KeyedRequest(door, f"settle {application_id}", key, fingerprint)
        wanted = Settlement(Operation(operation), amount, key)
        return answer_once(
            wired.idempotency, asked, lambda: FirstAnswer(202, _settle(wired, door, wanted, application_id))
        )


def _reading(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/applications")
    @describes(_LIST)
    def list_applications() -> Response:
        door = secret_door(wired)
        asked = _LIST.read_query(request)
        limit = asked["limit"]
        found = wired.applications.list(door.merchant.id, door.mode, asked["after"], asked["order"], limit + 1)
        page = found[:limit]
        names = {bank.bank_id: bank.name["en"] for bank in wired.catalogue.banks()}
        data = [application_json(one, names.get(one.bank_id, one.bank_id)) for one in page]
        return jsonify(data=data, next=page[-1].id if len(found) > limit else None)

    @api.get("/v1/applications/<application_id>")
    @describes(_GET)
    def get_application(application_id: str) -> Response:
        door = secret_door(wired)
        return jsonify(_whole(wired, wired.applications.get(door.merchant.id, door.mode, application_id)))


def _settle(wired: Wired, door: Door, settlement: Settlement, application_id: str) -> str:
    found, _view = wired.applications.settle(door.merchant.id, door.mode, application_id, settlement)
    return json.dumps(_whole(wired, found), ensure_ascii=False)


def _whole(wired: Wired, application: Application) -> dict[str, Any]:
    operations = [operation_json(one) for one in wired.applications.operations(application)]
    name = wired.catalogue.bank(application.bank_id).name["en"]
    return application_json(application, name) | {"operations": operations}

