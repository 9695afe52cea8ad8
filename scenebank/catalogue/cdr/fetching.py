"""GET from a bank's public address: one deadline a call, bounded answers, versions negotiated, nothing followed."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import certifi

from scenebank.catalogue.cdr.model import Reason
from scenebank.catalogue.cdr.reasons import reason
from scenebank.deadline import Deadline
from scenebank.webhooks.addresses import read_address
from scenebank.webhooks.lines import AddressRefused, Line, checked_addresses

_DEADLINE_S = 20


@dataclass(frozen=True)
class Answer:
    """``octets`` of a 200, None for a 304 (``is_unchanged``) or where ``reason`` says what went wrong."""

    octets: bytes | None = None
    etag: str | None = None
    is_unchanged: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    octets: bytes


class PublicBank:
    """Calls without any credentials. ``ca_file`` holds the authorities that may have signed a bank's certificate; None
    leaves it to the public ones."""

    def __init__(self, allow_loopback: bool, deadline_s: float = _DEADLINE_S, ca_file: str | None = None) -> None:
        self._allow_loopback = allow_loopback
        self._deadline_s = deadline_s
        self._ca_file = ca_file or certifi.where()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)

    def get(self, url: str, versions: tuple[int, int], most_bytes: int, etag: str | None = None) -> Answer:
        """In the newest of ``versions`` (newest, oldest) that the bank speaks. One that answers 406 to the range
        is asked for each version by itself."""
        newest, oldest = versions
        answer = self._asked(url, {"x-v": str(newest), "x-min-v": str(oldest)}, most_bytes, etag)
        for version in range(newest, oldest - 1, -1):
            if answer is not None:
                return answer
            answer = self._asked(url, {"x-v": str(version)}, most_bytes, etag)
        return answer or Answer(reason=reason("no_common_version", found=f"{oldest} to {newest}"))

    def _asked(self, url: str, wanted: Mapping[str, str], most_bytes: int, etag: str | None) -> Answer | None:
        """None for 406."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close", **wanted}
        if etag is not None:
            headers["If-None-Match"] = etag
        try:
            reply = self._sent(url, headers, most_bytes)
        except AddressRefused:
            return Answer(reason=reason("address_refused"))
        except TimeoutError:
            return Answer(reason=reason("not_reached", found=f"no whole answer within {self._deadline_s:g} s"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(reason=reason("not_reached", found=type(error).__name__))
        if reply.status == 406:
            return None
        return _answer(reply, etag)

    def _sent(self, url: str, headers: Mapping[str, str], most_bytes: int) -> _Reply:
        target = read_address(url, self._allow_loopback)
        if target is None:
            raise AddressRefused
        deadline = Deadline(self._deadline_s)
        line = Line(target, checked_addresses(target, deadline), deadline, self._tls)
        try:
            line.request("GET", target.path, None, dict(headers))
            response = line.getresponse()
            octets = response.read(most_bytes + 1)
            if len(octets) <= most_bytes and response.length:
                raise http.client.IncompleteRead(octets)
            return _Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, octets)
        finally:
            line.hang_up()


def _answer(reply: _Reply, asked_etag: str | None) -> Answer:
    if reply.status == 304 and asked_etag is not None:
        return Answer(etag=asked_etag, is_unchanged=True)
    if reply.status != 200:
        where = f", and points to {reply.headers['location']}" if "location" in reply.headers else ""
        return Answer(reason=reason("refused_status", found=f"{reply.status}{where}"))
    if reply.headers.get("content-encoding", "identity") != "identity":
        return Answer(reason=reason("not_reached", found="it packs its answers"))
    etag = reply.headers.get("etag")
    return Answer(reply.octets, etag if etag and len(etag) <= 200 and etag.isascii() and etag.isprintable() else None)
