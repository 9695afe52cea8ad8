"""Done once for each Idempotency-Key: the first answer is kept, and given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

from scenebank.errors import ScenebankError
from scenebank.merchants.idempotency import FirstAnswer, IdempotencyLedger, KeyedRequest, check_key
from scenebank.merchants.model import Door
from scenebank.merchants.vault import Vault
from scenebank.wiring import Wired


def answer_once(
    ledger: IdempotencyLedger, asked: KeyedRequest, act: Callable[[], FirstAnswer], vault: Vault | None = None
) -> Response:
    """Done the first time, answered from the ledger every other time; what was refused left nothing. With ``vault`` the
    ledger holds the body sealed: there is a secret in it."""
    kept = ledger.begin(asked)
    if kept is not None:
        answer = as_response(FirstAnswer(kept.status, vault.open(kept.body)) if vault else kept)
        answer.headers["Idempotent-Replayed"] = "true"
        return answer
    try:
        first = act()
    except ScenebankError:
        ledger.forget(asked)
        raise
    ledger.keep(asked, FirstAnswer(first.status, vault.seal(first.body)) if vault else first)
    return as_response(first)


def answer_if_keyed(wired: Wired, door: Door, route: str, said: str, act: Callable[[], FirstAnswer]) -> Response:
    """The same where the key is the caller's choice. Some of these answers hold a secret: all are kept sealed."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return as_response(act())
    asked = KeyedRequest(door, route, check_key(key), hashlib.sha256(said.encode()).hexdigest())
    return answer_once(wired.idempotency, asked, act, Vault(wired.keys.derive("kept-answers")))


def as_response(first: FirstAnswer) -> Response:
    return Response(first.body, first.status, content_type="application/json")
