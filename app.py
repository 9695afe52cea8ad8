"""The application: the only file that knows every room."""

from __future__ import annotations

import os

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from scenebank.cli import register
from scenebank.config import Config, load_config
from scenebank.logs import configure_logs
from scenebank.web.after import install_after
from scenebank.web.api import make_api_blueprint
from scenebank.web.api.scopes import NEEDED
from scenebank.web.bounds import install_bounds
from scenebank.web.catalogue import make_catalogue_blueprint
from scenebank.web.compression import install_compression
from scenebank.web.contract.route import make_contract_blueprint
from scenebank.web.embed import make_embed_blueprint
from scenebank.web.embed.looking import make_look
from scenebank.web.errors import install_errors
from scenebank.web.headers import install_headers
from scenebank.web.metrics import make_metrics_blueprint
from scenebank.web.quotas import install_quotas
from scenebank.web.receipts import make_receipts_blueprint
from scenebank.web.records import install_records
from scenebank.wiring import Wired, build_services

MAX_BODY_BYTES = 64 * 1024


def create_app(config: Config | None = None, wired: Wired | None = None) -> Flask:
    """The web application; ``config`` from the environment where none is given, ``wired`` for previews and tests."""
    if wired is None:
        wired = build_services(config or _from_environment())
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    Htmx(app)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False  # one address has one spelling
    if wired.config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, wired.config.trusted_proxies, 0, 0)  # type: ignore[method-assign]
    register(app, wired, make_look(wired))
    install_records(app, wired)
    install_headers(app)
    install_errors(app)
    install_quotas(app, wired, NEEDED)
    install_bounds(app)
    install_compression(app)
    install_after(app, wired)
    app.register_blueprint(make_api_blueprint(wired))
    app.register_blueprint(make_embed_blueprint(wired))
    app.register_blueprint(make_receipts_blueprint(wired))
    app.register_blueprint(make_catalogue_blueprint(wired))
    app.register_blueprint(make_contract_blueprint(wired))
    app.register_blueprint(make_metrics_blueprint(wired))
    return app


def _from_environment() -> Config:
    """As a process of its own, which also says how it logs."""
    config = load_config(os.environ)
    configure_logs(config.log_format, config.log_level)
    return config
