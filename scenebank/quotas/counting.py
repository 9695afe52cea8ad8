"""Counts what is asked for, in windows of fixed length. Redis that is away costs nobody an answer: until it is back
each process counts for itself."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage

from scenebank.config import Quota
from scenebank.quotas.model import Standing

_PATIENCE_S = 0.25  # for one word with Redis, which stands beside us
_PAUSE_S = 5.0  # before Redis is asked again
_MOST_KNOWN = 10_000
_log = logging.getLogger(__name__)


class Quotas:
    """``policies`` by their names. Subjects are kept only as keyed hashes: some are people's networks. ``lost`` hears
    of every time that Redis did not answer."""

    def __init__(
        self, policies: Mapping[str, Quota], secret: bytes, redis_url: str = "", lost: Callable[[], object] = int
    ) -> None:
        self._items = {name: RateLimitItemPerSecond(one.most, one.window_s, name) for name, one in policies.items()}
        self._secret = secret
        self._lost = lost
        self._memory: Storage = MemoryStorage()
        self._redis: Storage | None = _connect(redis_url) if redis_url else None
        self._not_before = 0.0
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def take(self, policy: str, subject: str, cost: int = 1) -> Standing:
        """Count ``cost`` against the quota, even where nothing is left of it."""
        item, key = self._items[policy], self._key(policy, subject)

        def count(storage: Storage) -> tuple[int, float]:
            return storage.incr(key, item.get_expiry(), cost), storage.get_expiry(key)

        return _standing(policy, item, *self._ask(count))

    def look(self, policy: str, subject: str) -> Standing:
        """As it stands; ``spent`` already when nothing is left."""
        item, key = self._items[policy], self._key(policy, subject)

        def read(storage: Storage) -> tuple[int, float]:
            return storage.get(key) + 1, storage.get_expiry(key)

        return _standing(policy, item, *self._ask(read))

    def remember(self, key: str) -> None:
        """This key opened a door: whoever guesses beside it in the same network shall not shut it."""
        digest = self._digest(key)
        with self._lock:
            self._known[digest] = None
            self._known.move_to_end(digest)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)

    def knows(self, key: str) -> bool:
        return self._digest(key) in self._known

    def _ask(self, question: Callable[[Storage], tuple[int, float]]) -> tuple[int, float]:
        if self._redis is not None and time.monotonic() >= self._not_before:
            try:
                return question(self._redis)
            except (StorageError, OSError) as error:
                self._not_before = time.monotonic() + _PAUSE_S
                self._lost()
                what = type(error.__cause__ or error).__name__
                _log.warning("Redis does not answer (%s): each process counts for itself", what)
        return question(self._memory)

    def _key(self, policy: str, subject: str) -> str:
        return self._items[policy].key_for(self._digest(subject))

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def _connect(url: str) -> Storage:
    # Its client takes 6 MB and a third of a second: only where there is a Redis.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return RedisStorage(
        url, key_prefix="scenebank", wrap_exceptions=True,
        socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to the client as it is
    )  # fmt: skip


def _standing(policy: str, item: RateLimitItemPerSecond, count: int, ends: float) -> Standing:
    window = item.get_expiry()
    reset = min(window, max(1, math.ceil(ends - time.time())))
    return Standing(policy, item.amount, window, max(0, item.amount - count), reset, count > item.amount)
