"""Levers for those who try things out. A real bank has none of this."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from sandbox_bank import calls
from sandbox_bank.answers import record
from sandbox_bank.applications import by_reference
from sandbox_bank.behaviour import read_behaviour, write_behaviour
from sandbox_bank.database import Books


def make_control(books: Books) -> Blueprint:
    """Routes under ``/_sandbox``."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    _books(blueprint, books)
    _levers(blueprint, books)
    return blueprint


def _books(blueprint: Blueprint, books: Books) -> None:
    @blueprint.get("/calls")
    def raw_calls() -> Response:
        reference, key = request.args.get("clientReference"), request.args.get("key")
        column = "client_reference" if reference else "key" if key else None
        with books.reading() as connection:
            return jsonify(calls.listed(connection, column, reference or key))

    @blueprint.get("/applications")
    def counts() -> Response:
        with books.reading() as connection:
            rows = connection.execute(
                "SELECT client_reference, count(*) FROM applications GROUP BY client_reference"
            ).fetchall()
        return jsonify({row[0]: row[1] for row in rows})

    @blueprint.get("/applications/<reference>")
    def applications(reference: str) -> Response:
        with books.reading() as connection:
            return jsonify([record(one) for one in by_reference(connection, reference)])

    @blueprint.get("/refusals")
    def refusals() -> Response:
        with books.reading() as connection:
            rows = connection.execute("SELECT reason, count FROM refusals ORDER BY reason").fetchall()
        return jsonify({row["reason"]: row["count"] for row in rows})


def _levers(blueprint: Blueprint, books: Books) -> None:
    @blueprint.get("/behaviour")
    def behaviour() -> Response:
        with books.reading() as connection:
            return jsonify(asdict(read_behaviour(connection)))

    @blueprint.put("/behaviour")
    def behave() -> tuple[Response, int]:
        changes = request.get_json(silent=True)
        if not isinstance(changes, dict):
            return jsonify({"error": "an object is wanted"}), 400
        try:
            return jsonify(asdict(write_behaviour(books, changes))), 200
        except ValueError as error:
            return jsonify({"error": str(error)}), 400

    @blueprint.post("/reset")
    def reset() -> tuple[str, int]:
        books.reset()
        return "", 204
