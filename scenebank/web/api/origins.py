"""The pages that may show a merchant's widgets, and those that tried."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import instant
from scenebank.errors import NotFound
from scenebank.fields import Object, Text, Whole, answer, needed, page
from scenebank.merchants.origins import ORIGIN
from scenebank.web.api.documents import TIME
from scenebank.web.api.doors import secret_door
from scenebank.web.contract.operation import Answer, Operation, describes
from scenebank.wiring import Wired

_ORIGINS = page(Text(sample="https://shop.example"))
_REFUSED = answer(
    "RefusedOrigin", origin=Text(sample="https://new.shop.example"), count=Whole(sample=3), first_seen_at=TIME,
    last_seen_at=TIME,
)  # fmt: skip
_LIST = Operation("List origins", "origins", {200: Answer("all of them", _ORIGINS)})
_ADD = Operation(
    "Register an origin", "origins", {201: Answer("all of them", _ORIGINS)},
    body=Object({"origin": needed(ORIGIN, "text")}, name="NewOrigin"),
)  # fmt: skip
_REMOVE = Operation(
    "Take an origin away", "origins", {204: Answer("taken away", media=())}, refuses=(NotFound,),
    query=Object({"origin": needed(Text("required", shortest=1, sample="https://shop.example"))}),
    about="The visits of its pages end with their next request.",
)  # fmt: skip
_SEEN = Operation(
    "List pages that tried", "origins", {200: Answer("the newest fifty", page(_REFUSED))},
    about="Pages that asked for a widget and are not registered.",
)  # fmt: skip


def add_origins(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/origins")
    @describes(_LIST)
    def origins() -> Response:
        return jsonify(data=list(secret_door(wired).origins), next=None)

    @api.post("/v1/origins")
    @describes(_ADD)
    def add() -> tuple[Response, int]:
        door = secret_door(wired)
        wired.merchants.add_origin(door.merchant.id, door.mode, _ADD.read_body(request)["origin"])
        return jsonify(data=list(wired.merchants.origins(door.merchant.id, door.mode)), next=None), 201

    @api.delete("/v1/origins")
    @describes(_REMOVE)
    def remove() -> tuple[str, int]:
        door = secret_door(wired)
        wired.merchants.remove_origin(door.merchant.id, door.mode, _REMOVE.read_query(request)["origin"])
        return "", 204

    @api.get("/v1/origins/refused")
    @describes(_SEEN)
    def refused() -> Response:
        door = secret_door(wired)
        found = wired.refused_origins.seen(door.merchant.id, door.mode)
        data = [
            {"origin": one.origin, "count": one.count, "first_seen_at": instant(one.first_seen_at),
             "last_seen_at": instant(one.last_seen_at)}
            for one in found
        ]  # fmt: skip
        return jsonify(data=data, next=None)
