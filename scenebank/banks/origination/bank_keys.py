"""A bank's public keys: kept for a while, fetched by one at a time, and not again and again where they cannot be had.

Anybody may send what looks signed; a key host that hangs must not hold more than a few of our threads."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from scenebank.banks.http import authority, read_answer
from scenebank.banks.port import OutcomeUnknown, Unavailable
from scenebank.banks.timed_session import TimedSession
from scenebank.deadline import Deadline
from scenebank.jose.strict_json import strict_object
from scenebank.jose.verification_keys import UnfitKey, jwk_of_set

_log = logging.getLogger(__name__)
_FRESH_S = 300
_GOOD_S = 600  # where the bank's host does not answer; afterwards a key it has taken back is no key of ours
_REFETCH_S = 2
_BACK_OFF_S = 15
_WAITING = 2  # besides the one who fetches
_FETCH_S = 5


class BankKeySet:
    """Keys are fetched anew after five minutes, and for a name that is unknown, but not often; those we have serve
    meanwhile. ``clock`` is one that only goes forwards, in seconds."""

    def __init__(self, fetch: Callable[[], dict[str, Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._turn = threading.Condition()
        self._keys: dict[str, Any] = {}
        self._fetched: float | None = None
        self._not_before: float | None = None
        self._under_way = False
        self._waiting = 0

    def jwk(self, kid: str, patient: bool = False) -> Mapping[str, Any]:
        """The one key with that name; :class:`UnfitKey` for none, several, and a secret: everybody could read it.
        :class:`Unavailable` where it cannot be told just now; ``patient`` waits for a fetch that is under way, others
        only where few do."""
        while not self._settled(kid, patient):
            self._fetch_now()
        found = jwk_of_set(self._keys, kid)
        if found.get("kty") == "oct":
            raise UnfitKey("a published secret")
        return found

    def _settled(self, kid: str, patient: bool) -> bool:
        """Whether the keys we have answer; False makes the caller the one who fetches."""
        with self._turn:
            while not self._fresh(kid):
                if self._serves(kid) and (self._under_way or self._backs_off()):
                    return True
                if self._backs_off():
                    raise Unavailable("the bank's keys could not be read a moment ago")
                if not self._under_way:
                    self._under_way = True
                    return False
                self._wait(patient)
            return True

    def _wait(self, patient: bool) -> None:
        if self._waiting >= _WAITING and not patient:
            raise Unavailable("the bank's keys are being read")
        self._waiting += 1
        try:
            self._turn.wait_for(lambda: not self._under_way)
        finally:
            self._waiting -= 1

    def _fetch_now(self) -> None:
        keys: dict[str, Any] | None = None
        try:
            keys = self._fetch()
        except Unavailable:
            _log.warning("the bank's keys cannot be read")
        finally:
            with self._turn:
                self._under_way = False
                if keys is None:
                    self._not_before = self._clock() + _BACK_OFF_S
                else:
                    self._keys, self._fetched = keys, self._clock()
                self._turn.notify_all()

    def _age_s(self) -> float | None:
        return None if self._fetched is None else self._clock() - self._fetched

    def _fresh(self, kid: str) -> bool:
        age = self._age_s()
        return age is not None and (age <= _REFETCH_S or (age <= _FRESH_S and self._knows(kid)))

    def _serves(self, kid: str) -> bool:
        age = self._age_s()
        return age is not None and age <= _GOOD_S and self._knows(kid)

    def _backs_off(self) -> bool:
        return self._not_before is not None and self._clock() < self._not_before

    def _knows(self, kid: str) -> bool:
        try:
            return bool(jwk_of_set(self._keys, kid))
        except UnfitKey:
            return False


def fetch_keys(url: str, ca_file: str | None = None) -> dict[str, Any]:
    """A bank's JWKS; :class:`Unavailable` when it cannot be had within five seconds, or what stands there is none."""
    try:
        with TimedSession(Deadline(_FETCH_S)) as session:
            session.verify = authority(ca_file)
            with session.get(url, allow_redirects=False, stream=True) as answer:
                found = strict_object(read_answer(answer))
                if answer.status_code != 200 or not isinstance(found.get("keys"), list):
                    raise ValueError("no key set")
                return found
    except (requests.RequestException, HTTPError, OutcomeUnknown, ValueError) as error:
        raise Unavailable("the bank's keys cannot be read") from error
