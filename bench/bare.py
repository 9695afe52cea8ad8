"""The yardsticks: a Flask view that does nothing, and a file."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, send_file

FILE = Path(__file__).parents[1] / "static" / "loader" / "scene.js"


def create_app() -> Flask:
    app = Flask("bare", static_folder=None)

    @app.get("/view")
    def view() -> str:
        return "nothing"

    @app.get("/file")
    def file() -> Response:
        return send_file(FILE, mimetype="text/javascript")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app
