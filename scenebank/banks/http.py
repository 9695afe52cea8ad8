"""HTTP to a bank: one connection a call, one deadline for the whole of it, and errors that say whether the bank may
have acted."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
import simplejson
from urllib3.exceptions import HTTPError, NewConnectionError

from scenebank.banks.message_signatures import ReceivedAnswer
from scenebank.banks.port import (
    AssertionSigner,
    Context,
    ContractViolation,
    InvalidRequest,
    NotBooked,
    Operation,
    OutcomeUnknown,
    RateLimited,
    SignedRequest,
    Unauthorised,
    Unavailable,
)
from scenebank.banks.timed_session import TimedSession
from scenebank.deadline import Deadline

_DEADLINE_S = 10
INTERACTION = "x-fapi-interaction-id"
_MAX_BYTES = 256 * 1024
_DEFAULT_RETRY_S = 5
_LONGEST_RETRY_S = 3600
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: ``path`` below the bank's address, ``body`` None for a GET."""

    operation: Operation
    method: str
    path: str
    context: Context | None = None
    body: Document | None = None
    key: str | None = None


class BankHttp:
    """Calls of one bank, each with its own assertion. ``Unavailable`` is raised only where the bank certainly did
    not act; whatever else goes wrong after the first byte is ``OutcomeUnknown``. ``ca_file`` holds the only authority
    that may have signed the bank's certificate; None leaves it to the public ones. ``check`` raises for an answer that
    is not to be believed, whatever it says."""

    def __init__(
        self,
        bank_id: str,
        base_url: str,
        signer: AssertionSigner,
        ca_file: str | None = None,
        new_session: Callable[[Deadline], requests.Session] = TimedSession,
        check: Callable[[ReceivedAnswer], None] | None = None,
        deadline_s: float = _DEADLINE_S,
    ) -> None:
        self._bank_id = bank_id
        self._base_url = base_url
        self._signer = signer
        self._ca_file = ca_file
        self._new_session = new_session
        self._check = check
        self._deadline_s = deadline_s

    def call(self, call: Call) -> Document:
        """The JSON object of a 200; numbers as ``Decimal``."""
        body = b"" if call.body is None else simplejson.dumps(call.body, use_decimal=True, ensure_ascii=False).encode()
        url = f"{self._base_url}{call.path}"
        request = SignedRequest(call.method, url, body, call.key)
        assertion = self._signer.sign(self._bank_id, self._base_url, call.operation, request, call.context)
        interaction = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
        headers = {
            "x-v": "1",
            INTERACTION: interaction,
            "Accept": "application/json",
            "Authorization": f"Bearer {assertion}",
            "Connection": "close",  # a second answer on the connection can never be taken for the next call's
        }
        if self._check is not None:
            headers["Accept-Encoding"] = "identity"  # a digest is of what was sent, not of what was unpacked
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        status, answered, raw = self._send(call.method, url, body, headers)
        if self._check is not None:
            self._check(ReceivedAnswer(status, answered, raw))
        if answered.get(INTERACTION) != interaction:
            raise OutcomeUnknown("the answer is not to this request")
        _raise_for(status, answered, raw)
        return _document(raw)

    def _send(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        with self._new_session(Deadline(self._deadline_s)) as session:
            session.verify = authority(self._ca_file)
            try:
                with session.request(
                    method, url, data=body or None, headers=dict(headers), allow_redirects=False, stream=True
                ) as response:
                    return response.status_code, response.headers, read_answer(response)
            except requests.ConnectTimeout as error:
                raise Unavailable(type(error).__name__) from error
            except requests.ConnectionError as error:
                raise _connection_error(error) from error
            except (requests.RequestException, HTTPError, ValueError) as error:  # what is no HTTP
                raise OutcomeUnknown(type(error).__name__) from error


def authority(ca_file: str | None) -> str | bool:
    """What ``requests`` verifies the bank's certificate by; :class:`Unavailable` where the file is not there."""
    if ca_file is not None and not Path(ca_file).is_file():
        raise Unavailable(f"the bank's ca_file is not there: {ca_file}")
    return ca_file or True


def _connection_error(error: requests.ConnectionError) -> Unavailable | OutcomeUnknown:
    """A connection that was never made carried nothing; one that broke may have carried all."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError):
        return Unavailable(type(reason.__cause__ or reason).__name__)
    return OutcomeUnknown(type(error).__name__)


def read_answer(response: requests.Response) -> bytes:
    """What a bank said; :class:`OutcomeUnknown` for more than any answer of ours needs."""
    raw = b""
    for chunk in response.iter_content(16 * 1024):
        raw += chunk
        if len(raw) > _MAX_BYTES:
            raise OutcomeUnknown("the answer is too long")
    return raw


def _raise_for(status: int, headers: Mapping[str, str], raw: bytes) -> None:
    if status == 200:
        return
    words = raw[:2000].decode("utf-8", "replace")
    if status == 503:
        raise Unavailable(words) if "Retry-After" not in headers else RateLimited(_retry_after(headers))
    if status == 429:
        raise RateLimited(_retry_after(headers))
    if status in (401, 403):
        raise Unauthorised(words)
    if status == 404:
        raise NotBooked(words)
    if status in (400, 422):
        raise InvalidRequest(words)
    raise OutcomeUnknown(f"status {status}")


def _retry_after(headers: Mapping[str, str]) -> int:
    text = headers.get("Retry-After", "")
    return min(int(text[:9]), _LONGEST_RETRY_S) if text.isascii() and text.isdigit() else _DEFAULT_RETRY_S


def _document(raw: bytes) -> Document:
    try:
        document = simplejson.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ContractViolation("the answer is no JSON") from error
    if not isinstance(document, dict):
        raise ContractViolation("the answer is no object")
    return document
