"""What is done once for each Idempotency-Key: answered from the ledger every other time."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from scenebank.errors import ScenebankError
from scenebank.merchants.idempotency import FirstAnswer, IdempotencyLedger, KeyedRequest
from scenebank.merchants.vault import Vault


def once(
    ledger: IdempotencyLedger, asked: KeyedRequest, status: int, act: Callable[[], str], vault: Vault | None = None
) -> Response:
    """``act`` gives the body; what was refused left nothing. With ``vault`` the ledger holds the body sealed: it has a
    secret in it."""
    first = ledger.begin(asked)
    if first is not None:
        body = vault.open(first.body) if vault else first.body
        answer = Response(body, first.status, content_type="application/json")
        answer.headers["Idempotent-Replayed"] = "true"
        return answer
    try:
        body = act()
    except ScenebankError:
        ledger.forget(asked)
        raise
    ledger.keep(asked, FirstAnswer(status, vault.seal(body) if vault else body))
    return Response(body, status, content_type="application/json")
