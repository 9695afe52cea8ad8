"""Counts of what happened, for Prometheus. No label holds an id, a secret, a path, or a word that a stranger chose.

Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder, all processes that have it count into it together."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """All counters of one process."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self.requests = Counter(
            "scenebank_requests", "Requests answered", ["route", "method", "status"], registry=own
        )  # fmt: skip
        self.seconds = Histogram(
            "scenebank_request_seconds", "From the request to its answer", ["route", "method"], registry=own,
            buckets=_SECONDS,
        )  # fmt: skip
        self.limited = Counter("scenebank_rate_limited", "Requests refused with 429", ["policy"], registry=own)
        self.launches = Counter("scenebank_launches", "Launch tokens exchanged or refused", ["verdict"], registry=own)
        self.blocked = Counter(
            "scenebank_fragments_blocked", "Fragments a rule kept back", ["widget", "market", "rule"], registry=own
        )  # fmt: skip
        self.callbacks_refused = Counter("scenebank_callbacks_refused", "Callbacks no bank signed", registry=own)
        self.deliveries = Counter("scenebank_webhook_attempts", "Webhook deliveries tried", ["outcome"], registry=own)
        self.redis_outages = Counter("scenebank_redis_outages", "Times that Redis did not answer", registry=own)

    def text(self, *more: Collector) -> bytes:
        """Everything counted, by all processes where they share a folder, and what ``more`` finds out now."""
        registry = CollectorRegistry() if os.environ.get(FOLDER) else self._registry
        if registry is not self._registry:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
        for one in more:
            text += generate_latest(_Alone(one))
        return text


class Waiting(Collector):
    """Durable work: what waits in each queue, and dead letters."""

    def __init__(self, waiting: dict[str, int], dead: int) -> None:
        self._waiting = waiting
        self._dead = dead

    def collect(self) -> Iterable[GaugeMetricFamily]:
        depth = GaugeMetricFamily("scenebank_queue_depth", "Work that waits or runs", labels=["queue"])
        for queue, count in sorted(self._waiting.items()):
            depth.add_metric([queue], count)
        yield depth
        yield GaugeMetricFamily("scenebank_dead_letters", "Work that nobody tries again", value=self._dead)


class _Alone(CollectorRegistry):
    """What one collector finds, once."""

    def __init__(self, one: Collector) -> None:
        super().__init__()
        self.register(one)
