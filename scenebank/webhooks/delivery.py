"""One POST to a shop: to an address checked just before, within one deadline, following nothing."""

from __future__ import annotations

import functools
import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import certifi

from scenebank.deadline import Deadline
from scenebank.webhooks.addresses import read_address
from scenebank.webhooks.lines import AddressRefused, Line, checked_addresses

_DEADLINE_S = 15.0
_MOST_BYTES = 64 * 1024
_KEPT_BYTES = 4 * 1024


@dataclass(frozen=True)
class Outcome:
    """``code`` is the HTTP status where there was one; ``reason`` a short word for the merchant's log; ``answer`` the
    beginning of what the shop said; ``retry_after`` its header as it came."""

    delivered: bool
    code: int | None
    reason: str
    answer: str = ""
    retry_after: str = ""
    duration_ms: int = 0


class Sender:
    """``deadline_s`` is for everything from the name's look-up to the last byte of the answer. ``ca_file`` holds the
    authorities that may have signed a shop's certificate; None leaves it to the public ones."""

    def __init__(self, allow_loopback: bool, deadline_s: float = _DEADLINE_S, ca_file: str | None = None) -> None:
        self._allow_loopback = allow_loopback
        self._deadline_s = deadline_s
        self._tls = _trusting(ca_file or certifi.where())

    def post(self, url: str, body: bytes, headers: Mapping[str, str], is_live: bool) -> Outcome:
        """Deliver; never raises for what the other side does. In live mode loopback is never called."""
        begun = time.monotonic()
        code, reason, answer, retry_after = self._tried(url, body, headers, self._allow_loopback and not is_live)
        took_ms = int((time.monotonic() - begun) * 1000)
        return Outcome(reason == "ok", code, reason, answer, retry_after, took_ms)

    def _tried(
        self, url: str, body: bytes, headers: Mapping[str, str], allow_loopback: bool
    ) -> tuple[int | None, str, str, str]:
        target = read_address(url, allow_loopback)
        if target is None:
            return None, "address_refused", "", ""
        deadline = Deadline(self._deadline_s)
        code: int | None = None
        try:
            line = Line(target, checked_addresses(target, deadline), deadline, self._tls)
            try:
                line.request("POST", target.path, body, {**headers, "Connection": "close"})
                response = line.getresponse()
                code = response.status
                told = response.read(_MOST_BYTES + 1)
            finally:
                line.hang_up()
        except (OSError, http.client.HTTPException, ValueError, AddressRefused) as error:
            return code, _reason(error), "", ""
        answer = told[:_KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
        if len(told) > _MOST_BYTES:
            return code, "answer_too_long", answer, ""
        return code, "ok" if 200 <= code < 300 else "refused", answer, response.getheader("Retry-After") or ""


@functools.cache
def _trusting(ca_file: str) -> ssl.SSLContext:
    """Once a process: reading some 140 authorities takes 20 ms of CPU."""
    return ssl.create_default_context(cafile=ca_file)


def _reason(error: Exception) -> str:
    if isinstance(error, AddressRefused):
        return "address_refused"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    return "connection_failed" if isinstance(error, OSError) else "malformed_answer"
