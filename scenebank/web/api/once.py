"""Done once for each Idempotency-Key: the first answer is kept, and given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

from scenebank.errors import ScenebankError
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.merchants.model import Door
from scenebank.webhooks.signing import open_secret, seal_secret
from scenebank.wiring import Wired


def answer_once(wired: Wired, asked: KeyedRequest, act: Callable[[], FirstAnswer]) -> Response:
    """Done the first time, answered from the ledger every other time; what was refused left nothing."""
    first = wired.idempotency.begin(asked)
    if first is None:
        try:
            first = act()
        except ScenebankError:
            wired.idempotency.forget(asked)
            raise
        wired.idempotency.keep(asked, first)
        return as_response(first)
    answer = as_response(first)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def answer_if_keyed(wired: Wired, door: Door, route: str, said: str, act: Callable[[], FirstAnswer]) -> Response:
    """The same where the key is the caller's choice. Some of these answers hold a secret: all are kept sealed."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return as_response(act())
    seal = wired.keys.derive("kept-answers")
    asked = KeyedRequest(door, route, check_key(key), hashlib.sha256(said.encode()).hexdigest())

    def sealed() -> FirstAnswer:
        done = act()
        return FirstAnswer(done.status, seal_secret(seal, done.body))

    answer = answer_once(wired, asked, sealed)
    answer.set_data(open_secret(seal, answer.get_data(as_text=True)))
    return answer


def as_response(first: FirstAnswer) -> Response:
    answer = Response(first.body, first.status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
