"""Answers of a bank that signs them too (RFC 9421): any other is not believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scenebank.banks.http import INTERACTION
from scenebank.banks.message_keys import message_key
from scenebank.banks.message_signatures import BadSignature, ReceivedAnswer, verify
from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.origination.callbacks import RFC9421
from scenebank.banks.port import OutcomeUnknown, Unavailable

TAG = "scenebank-answer"


class AnswerVerifier:
    """``way`` other than ``rfc9421`` believes nothing."""

    def __init__(self, keys: BankKeySet, now: Callable[[], datetime], way: str) -> None:
        self._keys = keys
        self._now = now
        self._way = way

    def __call__(self, answer: ReceivedAnswer) -> None:
        """:class:`OutcomeUnknown` unless the bank signed status, body, time and the interaction of the request: it may
        have acted, and only asking tells."""
        try:
            if self._way != RFC9421:
                raise BadSignature("way")
            claim = verify(answer, TAG, lambda name: message_key(self._keys.jwk(name, patient=True)), self._now())
            if INTERACTION not in {name for name, _own in claim.covered}:
                raise BadSignature("not an answer to this request")
        except (ValueError, Unavailable) as error:
            raise OutcomeUnknown("the answer is not signed by the bank") from error
