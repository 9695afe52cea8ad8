"""One POST to a shop: to an address checked just before, within one deadline, following nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from scenebank.webhooks.addresses import public_address

_DEADLINE_S = 15.0
_MAX_BYTES = 64 * 1024
_LONGEST_RETRY_S = 86_400


@dataclass(frozen=True)
class Outcome:
    """``code`` is the HTTP status where there was one; ``reason`` a short word for the merchant's log."""

    delivered: bool
    code: int | None
    reason: str
    retry_after_s: int = 0


class _PinnedAdapter(HTTPAdapter):
    """Connects to the checked address, with the original name in SNI and Host."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *arguments: object, **options: object) -> None:
        options |= {"server_hostname": self._host, "assert_hostname": self._host}
        super().init_poolmanager(*arguments, **options)  # type: ignore[arg-type]


def post(url: str, body: bytes, headers: Mapping[str, str], allow_loopback: bool) -> Outcome:
    """Deliver; never raises for what the other side does."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = public_address(host, port, allow_loopback)
    if address is None:
        return Outcome(False, None, "address_refused")
    literal = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=f"{literal}:{port}").geturl()
    deadline = time.monotonic() + _DEADLINE_S
    with requests.Session() as session:
        session.trust_env = False
        if parts.scheme == "https":
            session.mount("https://", _PinnedAdapter(host))
        try:
            with session.post(
                target, data=body, headers={**headers, "Host": parts.netloc}, timeout=(5, _DEADLINE_S),
                allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                return _outcome(response, deadline)
        except requests.RequestException as error:
            return Outcome(False, None, type(error).__name__[:64])


def _outcome(response: requests.Response, deadline: float) -> Outcome:
    length = 0
    for chunk in response.iter_content(8192):
        length += len(chunk)
        if length > _MAX_BYTES or time.monotonic() > deadline:
            return Outcome(False, response.status_code, "answer_too_long")
    if 200 <= response.status_code < 300:
        return Outcome(True, response.status_code, "ok")
    after = response.headers.get("Retry-After", "")
    wait_s = min(int(after), _LONGEST_RETRY_S) if after.isdigit() else 0
    return Outcome(False, response.status_code, "refused", wait_s)
