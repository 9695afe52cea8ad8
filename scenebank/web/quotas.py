"""Who asks too much is told so, and everybody what is left: the fields of draft-ietf-httpapi-ratelimit-headers."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Request, Response, g, request

from scenebank.quotas.model import QuotaSpent, Standing
from scenebank.quotas.networks import network_of
from scenebank.wiring import Wired

FAILURE = 9  # a refused launch or callback costs its network ten requests
_PROBES = frozenset({"/healthz", "/readyz"})


def install_quotas(app: Flask, wired: Wired, keyed: Collection[str]) -> None:
    """``keyed`` are the routes that a merchant's key opens: a key that is known counts for itself, at its door."""

    @app.before_request
    def count_the_network() -> None:
        by_key = _route() in keyed and wired.quotas.knows(bearer(request))
        if request.path not in _PROBES and not by_key:
            take_of_network(wired, "network")

    @app.after_request
    def tell(answer: Response) -> Response:
        """Not where the answer may be kept and given to others, whose standing is another."""
        standings = _standings()
        if standings and not answer.cache_control.public:
            policies = (f'"{one.policy}";q={one.most};w={one.window_s}' for one in standings.values())
            answer.headers["RateLimit-Policy"] = ", ".join(policies)
            left = (f'"{one.policy}";r={one.remaining};t={one.reset_s}' for one in standings.values())
            answer.headers["RateLimit"] = ", ".join(left)
        return answer


def take(wired: Wired, policy: str, subject: str, cost: int = 1) -> None:
    """:class:`QuotaSpent` where there is no more."""
    _refuse(wired, wired.quotas.take(policy, subject, cost))


def take_of_network(wired: Wired, policy: str) -> None:
    take(wired, policy, _network())


def charge(wired: Wired, policy: str, cost: int) -> None:
    """What failed costs its network more; the next request meets what is left."""
    _note(wired.quotas.take(policy, _network(), cost))


def refuse_spent(wired: Wired, policy: str) -> None:
    """:class:`QuotaSpent` where the network has nothing left; counts nothing."""
    standing = wired.quotas.look(policy, _network())
    if standing.spent:
        _refuse(wired, standing)


def bearer(asked: Request) -> str:
    """The key of ``Authorization: Bearer``, "" without one."""
    scheme, _space, key = asked.headers.get("Authorization", "").partition(" ")
    return key if scheme == "Bearer" else ""


def _refuse(wired: Wired, standing: Standing) -> None:
    _note(standing)
    if standing.spent:
        wired.metrics.limited.labels(standing.policy).inc()
        raise QuotaSpent(standing)


def _note(standing: Standing) -> None:
    _standings()[standing.policy] = standing


def _standings() -> dict[str, Standing]:
    """Of this request, by policy."""
    if "standings" not in g:
        g.standings = {}
    found: dict[str, Standing] = g.standings
    return found


def _network() -> str:
    return network_of(request.remote_addr)


def _route() -> str:
    rule = request.url_rule.rule if request.url_rule else ""
    return f"{'GET' if request.method == 'HEAD' else request.method} {rule}"
