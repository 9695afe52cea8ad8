"""What a restricted key needs for each route of the machines' door: the one place that says so. A route that is not
here is for secret keys only."""

from __future__ import annotations

from collections.abc import Mapping

from scenebank.errors import Forbidden
from scenebank.merchants.model import KeyKind, Scope, UsedKey

_KEYS, _ORIGINS, _HOOKS = Scope.KEYS_WRITE, Scope.ORIGINS_WRITE, Scope.WEBHOOKS_WRITE

NEEDED: Mapping[str, Scope] = {
    "POST /v1/sessions": Scope.SESSIONS_WRITE,
    "DELETE /v1/sessions/<session_id>": Scope.SESSIONS_WRITE,
    "POST /v1/logout": Scope.SESSIONS_WRITE,
    "GET /v1/offers": Scope.OFFERS_READ,
    "GET /v1/offers/not_offered": Scope.OFFERS_READ,
    "GET /v1/applications": Scope.APPLICATIONS_READ,
    "GET /v1/applications/<application_id>": Scope.APPLICATIONS_READ,
    "GET /v1/applications/<application_id>/receipts": Scope.APPLICATIONS_READ,
    "POST /v1/applications/<application_id>/<any(fulfil, cancel, refund):operation>": Scope.APPLICATIONS_SETTLE,
    "GET /v1/events": Scope.EVENTS_READ,
    "GET /v1/webhook_endpoints": _HOOKS,
    "POST /v1/webhook_endpoints": _HOOKS,
    "GET /v1/webhook_endpoints/<endpoint_id>": _HOOKS,
    "PATCH /v1/webhook_endpoints/<endpoint_id>": _HOOKS,
    "DELETE /v1/webhook_endpoints/<endpoint_id>": _HOOKS,
    "POST /v1/webhook_endpoints/<endpoint_id>/rotate": _HOOKS,
    "POST /v1/webhook_endpoints/<endpoint_id>/test": _HOOKS,
    "POST /v1/webhook_endpoints/<endpoint_id>/replay": _HOOKS,
    "GET /v1/webhook_endpoints/<endpoint_id>/deliveries": _HOOKS,
    "POST /v1/webhook_endpoints/<endpoint_id>/deliveries/<event_id>/replay": _HOOKS,
    "GET /v1/origins": _ORIGINS,
    "POST /v1/origins": _ORIGINS,
    "DELETE /v1/origins": _ORIGINS,
    "GET /v1/origins/refused": _ORIGINS,
    "GET /v1/keys": _KEYS,
    "POST /v1/keys": _KEYS,
    "POST /v1/keys/<key_id>/roll": _KEYS,
    "DELETE /v1/keys/<key_id>": _KEYS,
}  # fmt: skip
# Asked by anybody, without a key.
OPEN = frozenset({
    "GET /openapi.json", "GET /healthz", "GET /readyz", "GET /.well-known/jwks.json", "POST /callbacks/<bank_id>",
    "POST /v1/keys/report",
    "GET /r/<receipt_id>", "GET /r/<receipt_id>/receipt.json", "GET /v1/receipts/keys", "GET /v1/receipts/head",
    "GET /v1/receipts/consistency",
})  # fmt: skip


class ScopeMissing(Forbidden):
    """The restricted key may not do this."""

    code = "scope_missing"


def check_scope(used: UsedKey, method: str, rule: str) -> None:
    """:class:`ScopeMissing`, with the scope's name."""
    scope = NEEDED.get(f"{'GET' if method == 'HEAD' else method} {rule}")
    if scope is not None and not used.may(scope):
        raise ScopeMissing(f"lacks {scope}", scope=scope.value)
    if scope is None and used.kind is not KeyKind.SECRET:
        raise ScopeMissing("for secret keys only", scope="a secret key, for no scope allows this")
