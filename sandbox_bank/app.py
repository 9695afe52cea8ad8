"""The bank's application."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from sandbox_bank.assertions import AssertionVerifier
from sandbox_bank.behaviour import rude, write_behaviour
from sandbox_bank.callbacks import CallbackSender
from sandbox_bank.clockwork import Clockwork
from sandbox_bank.control import make_control
from sandbox_bank.database import Books
from sandbox_bank.interface import Interface, make_interface
from sandbox_bank.keys import load_keys
from sandbox_bank.pages import Pages, make_pages
from sandbox_bank.settings import Settings
from sandbox_bank.texts import unbroken


def create_app(settings: Settings, public_url: str) -> tuple[Flask, Clockwork]:
    """The application, and its background thread, not yet started."""
    books = Books(settings.data_dir)
    if settings.rude_seed is not None:
        write_behaviour(books, rude(settings.rude_seed, settings.rude_wait_s))
    keys = load_keys(settings.data_dir)
    platform, ca = settings.scenebank_url, settings.scenebank_ca
    app = Flask("sandbox_bank", static_folder="static", static_url_path="")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.jinja_env.filters["unbroken"] = unbroken
    interface = Interface(books, AssertionVerifier(books, platform, ca), public_url, platform)
    app.register_blueprint(make_interface(interface, keys))
    app.register_blueprint(make_pages(Pages(books, platform, settings.reading_s)))
    app.register_blueprint(make_control(books))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    return app, Clockwork(books, CallbackSender(books, keys, platform, public_url, ca))
