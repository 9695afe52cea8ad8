"""``/metrics``: for whoever watches the installation, and nobody else."""

from __future__ import annotations

import hmac
import ipaddress
import logging

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from scenebank.config import Config
from scenebank.engine.depths import work_depths
from scenebank.metrics import CONTENT_TYPE, Waiting
from scenebank.web.errors import problem
from scenebank.web.quotas import bearer, charge, refuse_spent
from scenebank.wiring import Wired

_log = logging.getLogger(__name__)


def make_metrics_blueprint(wired: Wired) -> Blueprint:
    door = Blueprint("metrics", __name__)

    @door.get("/metrics")
    def metrics() -> Response:
        if not _may(wired):
            return problem(401, "metrics_closed")
        return Response(wired.metrics.text(*_waiting(wired)), content_type=CONTENT_TYPE)

    return door


def _may(wired: Wired) -> bool:
    """By the token where there is one. Without one from this machine only, and only where nothing stands in front:
    behind a proxy on the same machine everybody seems to come from it."""
    token = wired.config.metrics_token
    if not token:
        return _is_loopback(request.remote_addr or "") and _is_bare(wired.config) and request.host == wired.config.host
    given = bearer(request)
    if not given:
        return False
    refuse_spent(wired, "guess")
    good = hmac.compare_digest(given.encode(), token.encode())
    if not good:
        charge(wired, "guess", 1)
    return good


def _is_bare(config: Config) -> bool:
    return config.trusted_proxies == 0 and _is_loopback(config.host.rpartition(":")[0].strip("[]") or config.host)


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _waiting(wired: Wired) -> list[Waiting]:
    """A database that is away keeps nobody from the other figures."""
    try:
        return [Waiting(*work_depths(wired.database))]
    except SQLAlchemyError as error:
        _log.warning("the depth of the queues is not known: %s", type(error).__name__)
        return []
