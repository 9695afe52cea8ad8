"""Applications for the shop's back office: seen, fulfilled, cancelled, refunded."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.applications.model import Application
from scenebank.applications.settlement import Settlement
from scenebank.banks.port import Operation
from scenebank.errors import InvalidInput, escaped
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.merchants.model import Door
from scenebank.money.model import Money
from scenebank.web.api.documents import application_json, read_object
from scenebank.web.api.doors import page_limit, secret_door
from scenebank.web.api.once import answer_once
from scenebank.wiring import Wired


def add_applications(api: Blueprint, wired: Wired) -> None:
    _reading(api, wired)

    @api.post("/v1/applications/<application_id>/<any(fulfil, cancel, refund):operation>")
    def settle(application_id: str, operation: str) -> Response:
        door = secret_door(wired)
        key = check_key(request.headers.get("Idempotency-Key"))
        amount = _amount()
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
    def list_applications() -> Response:
        door = secret_door(wired)
        after, order, limit = request.args.get("after"), request.args.get("order"), page_limit()
        found = wired.applications.list(door.merchant.id, door.mode, after, order, limit + 1)
        page = found[:limit]
        names = {bank.bank_id: bank.name["en"] for bank in wired.catalogue.banks()}
        data = [application_json(one, names.get(one.bank_id, one.bank_id)) for one in page]
        return jsonify(data=data, next=page[-1].id if len(found) > limit else None)

    @api.get("/v1/applications/<application_id>")
    def get_application(application_id: str) -> Response:
        door = secret_door(wired)
        return jsonify(_whole(wired, wired.applications.get(door.merchant.id, door.mode, application_id)))


def _settle(wired: Wired, door: Door, settlement: Settlement, application_id: str) -> str:
    found, _view = wired.applications.settle(door.merchant.id, door.mode, application_id, settlement)
    return json.dumps(_whole(wired, found), ensure_ascii=False)


def _whole(wired: Wired, application: Application) -> dict[str, Any]:
    operations = [
        {
            "id": one.id,
            "operation": one.operation.value,
            "amount": one.amount.json() if one.amount else None,
            "status": one.state.value,
            "reason": one.reason,
        }
        for one in wired.applications.operations(application)
    ]
    name = wired.catalogue.bank(application.bank_id).name["en"]
    return application_json(application, name) | {"operations": operations}


def _amount() -> Money | None:
    """``{"amount": {"amount": "129900", "currency": "CNY"}}``; none, or no body, is all that is left."""
    if not request.get_data():
        return None
    document = read_object(request)
    unknown = sorted(set(document) - {"amount"})
    if unknown:
        raise InvalidInput.one(f"/{escaped(unknown[0])}", "unknown_field")
    amount = document.get("amount")
    if amount is None:
        return None
    if not isinstance(amount, dict) or set(amount) != {"amount", "currency"}:
        raise InvalidInput.one("/amount", "money")
    try:
        return Money.from_json(amount)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput.one("/amount", "money") from error
