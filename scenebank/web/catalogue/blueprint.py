"""Revisions over HTTP: what each route does stands in :mod:`scenebank.web.catalogue.fields`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.catalogue.publishing.documents import difference_json, move_json, revision_json
from scenebank.catalogue.publishing.model import Revision
from scenebank.catalogue.publishing.service import Wanted
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.team.model import Member
from scenebank.web.api.once import answer_once
from scenebank.web.catalogue import fields
from scenebank.web.catalogue.doors import team_door
from scenebank.web.contract.operation import describes
from scenebank.web.errors import field_problems
from scenebank.wiring import Wired


def make_catalogue_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    catalogue = Blueprint("catalogue", __name__, url_prefix="/v1/catalogue")
    _writing(catalogue, wired)
    _moving(catalogue, wired)
    _reading(catalogue, wired)
    _products(catalogue, wired)
    return catalogue


def _writing(catalogue: Blueprint, wired: Wired) -> None:
    @catalogue.post("/revisions")
    @describes(fields.NEW)
    def draft() -> Response:
        member = team_door(wired)
        said = fields.NEW.read_body(request)
        return _made(wired, member, "draft", lambda: wired.publishing.draft(member.name, Wanted(**said)))

    @catalogue.patch("/revisions/<revision_id>")
    @describes(fields.EDIT)
    def edit(revision_id: str) -> Response:
        member = team_door(wired)
        came = fields.EDIT.parsed(request)
        said = fields.EDIT.understood(came)
        seen = said.pop("content_hash")
        changes = {name: value for name, value in said.items() if name in came}
        return _whole(wired, member, wired.publishing.edit(member.name, revision_id, changes, seen))


def _moving(catalogue: Blueprint, wired: Wired) -> None:
    @catalogue.post("/revisions/<revision_id>/submit")
    @describes(fields.SUBMIT)
    def submit(revision_id: str) -> Response:
        member = team_door(wired)
        fields.SUBMIT.read_body(request)
        return _whole(wired, member, wired.publishing.submit(member.name, revision_id))

    @catalogue.post("/revisions/<revision_id>/approve")
    @describes(fields.APPROVE)
    def approve(revision_id: str) -> Response:
        member = team_door(wired)
        said = fields.APPROVE.read_body(request)
        return _whole(wired, member, wired.publishing.approve(member.name, revision_id, said["content_hash"]))

    @catalogue.post("/revisions/<revision_id>/reject")
    @describes(fields.REJECT)
    def reject(revision_id: str) -> Response:
        member = team_door(wired)
        said = fields.REJECT.read_body(request)
        return _whole(wired, member, wired.publishing.reject(member.name, revision_id, said["reason"]))

    @catalogue.post("/revisions/<revision_id>/schedule")
    @describes(fields.SCHEDULE)
    def schedule(revision_id: str) -> Response:
        member = team_door(wired)
        said = fields.SCHEDULE.read_body(request)
        return _whole(wired, member, wired.publishing.schedule(member.name, revision_id, said["at"]))

    @catalogue.post("/revisions/<revision_id>/publish")
    @describes(fields.PUBLISH)
    def publish(revision_id: str) -> Response:
        member = team_door(wired)
        said = fields.PUBLISH.read_body(request)
        return _whole(wired, member, wired.publishing.publish(member.name, revision_id, said["replaces"]))


def _reading(catalogue: Blueprint, wired: Wired) -> None:
    @catalogue.get("/revisions")
    @describes(fields.LIST)
    def revisions() -> Response:
        member = team_door(wired)
        said = fields.LIST.read_query(request)
        found = wired.publishing_records.page(
            member.name, said["bank"], said["product"], said["state"], said["after"], said["limit"]
        )
        more = str(found[-1].number) if len(found) == said["limit"] else None
        return jsonify(data=[revision_json(one) for one in found], next=more)

    @catalogue.get("/revisions/<revision_id>")
    @describes(fields.SHOW)
    def revision(revision_id: str) -> Response:
        member = team_door(wired)
        return _whole(wired, member, wired.publishing_records.get(member.name, revision_id))

    @catalogue.get("/revisions/<revision_id>/diff")
    @describes(fields.DIFF)
    def difference(revision_id: str) -> Response:
        member = team_door(wired)
        against = fields.DIFF.read_query(request)["against"]
        return jsonify(difference_json(wired.publishing_records.step(member.name, revision_id, against)))

    @catalogue.get("/audit")
    @describes(fields.AUDIT)
    def audit() -> Response:
        member = team_door(wired)
        said = fields.AUDIT.read_query(request)
        rows = wired.publishing_records.moves(
            member.name, said["bank"], said["product"], said["after"] or 0, said["limit"]
        )
        more = str(rows[-1]["number"]) if len(rows) == said["limit"] else None
        return jsonify(data=[move_json(row) for row in rows], next=more)


def _products(catalogue: Blueprint, wired: Wired) -> None:
    @catalogue.get("/products/<bank_id>/<product_id>/history")
    @describes(fields.HISTORY)
    def history(bank_id: str, product_id: str) -> Response:
        member = team_door(wired)
        found = wired.publishing_records.history(member.name, bank_id, product_id)
        return jsonify(data=[revision_json(one) for one in found], next=None)

    @catalogue.post("/products/<bank_id>/<product_id>/rollback")
    @describes(fields.ROLLBACK)
    def rollback(bank_id: str, product_id: str) -> Response:
        member = team_door(wired)
        said = fields.ROLLBACK.read_body(request)
        ids = (member.name, bank_id, product_id)
        wired.publishing_records.history(*ids)  # the ledger of keys holds only what there is
        route = f"rollback {hashlib.sha256(f'{bank_id}/{product_id}'.encode()).hexdigest()[:32]}"
        return _made(wired, member, route, lambda: wired.publishing.rollback(*ids, said["version"], said["reason"]))

    @catalogue.post("/products/<bank_id>/<product_id>/withdraw")
    @describes(fields.WITHDRAW)
    def withdraw(bank_id: str, product_id: str) -> Response:
        member = team_door(wired)
        said = fields.WITHDRAW.read_body(request)
        return _whole(wired, member, wired.publishing.withdraw(member.name, bank_id, product_id, said["reason"]))


def _made(wired: Wired, member: Member, route: str, act: Callable[[], Revision]) -> Response:
    key = check_key(request.headers.get("Idempotency-Key"))
    asked = KeyedRequest(member, route, key, hashlib.sha256(request.get_data()).hexdigest())

    def first() -> FirstAnswer:
        return FirstAnswer(201, json.dumps(_whole_json(wired, member, act()), ensure_ascii=False))

    return answer_once(wired.team_idempotency, asked, first)


def _whole(wired: Wired, member: Member, revision: Revision) -> Response:
    return jsonify(_whole_json(wired, member, revision))


def _whole_json(wired: Wired, member: Member, revision: Revision) -> dict[str, Any]:
    problems = field_problems(wired.publishing_records.problems(member.name, revision.id))
    return {**revision_json(revision), "document": dict(revision.document), "problems": problems}
