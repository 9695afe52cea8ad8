"""What it costs to price one scene against ever more products: with ten that fit whatever the size, and with one in a
hundred."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from scenebank.catalogue.model import Kind
from scenebank.config import load_config
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.offers.pricing import price
from scenebank.offers.service import OfferService
from scenebank.store.migrate import migrate
from scenebank.wiring import build_services
from tests.support.catalogue import Product, product, publish_many
from tests.support.databases import sqlite_url

SIZES = (10, 100, 1_000, 10_000)
RATIO = 1.25
_FITTING = 10
_RUNS = 300
_AMOUNT = Money(129_900, "CNY")


@dataclass(frozen=True)
class Series:
    """Seconds, run by run, by size. ``cold``: with every price made anew."""

    name: str
    warm: dict[int, list[float]]
    cold: dict[int, list[float]]


def catalogue(size: int, fitting: int) -> list[Product]:
    """``fitting`` products take the amount, at rates and terms of their own; the others lie below and above it, in
    ranges that overlap."""
    made = []
    for number in range(size):
        low, high = (10_000, 5_000_000) if number < fitting else _beside(number)
        limits = {"min_amount": low, "max_amount": high}
        rate, terms = f"0.{400 + number * 7 % 1000:05d}", ((3, 6, 12), (6, 12), (3, 6, 12, 24))[number % 3]
        made.append(
            product(f"bank{number % 40}", f"product-{number}", rate, terms)
            | {name: {"amount": str(minor), "currency": "CNY"} for name, minor in limits.items()}
        )
    return made


def _beside(number: int) -> tuple[int, int]:
    low = 1_000 + number * 37 % 60_000 if number % 2 else 130_000 + number * 37 % 4_000_000
    return low, low + 1 + number * 113 % 60_000


@contextmanager
def _service(size: int, fitting: int) -> Iterator[OfferService]:
    with tempfile.TemporaryDirectory() as folder:
        wired = build_services(load_config({"DATA_DIR": folder, "DATABASE_URL": sqlite_url(Path(folder))}))
        migrate(wired.database)
        publish_many(wired.database, catalogue(size, fitting))
        yield wired.offers
        wired.database.dispose()


def measure(sizes: tuple[int, ...] = SIZES, runs: int = _RUNS) -> list[Series]:
    return [
        _series(f"{_FITTING} fit", dict.fromkeys(sizes, _FITTING), runs),
        _series("1 % fit", {size: max(1, size // 100) for size in sizes}, runs),
    ]


def _series(name: str, fitting: dict[int, int], runs: int) -> Series:
    """All sizes in turn, run after run: the machine's noise falls on all alike."""
    series = Series(name, {size: [] for size in fitting}, {size: [] for size in fitting})
    with ExitStack() as stack:
        services = {size: stack.enter_context(_service(size, number)) for size, number in fitting.items()}
        for size, service in services.items():
            found = service.for_scene(market("CN"), Kind.INSTALMENTS, _AMOUNT)
            if len(found.offers) != fitting[size]:
                raise RuntimeError(f"{len(found.offers)} of {size} fit, not {fitting[size]}")
        for _run in range(runs):
            for size, service in services.items():
                series.warm[size].append(_seconds(service))
        for _run in range(max(3, runs // 20)):
            for size, service in services.items():
                price.cache_clear()
                series.cold[size].append(_seconds(service))
    return series


def _seconds(service: OfferService) -> float:
    started = time.perf_counter()
    service.for_scene(market("CN"), Kind.INSTALMENTS, _AMOUNT)
    return time.perf_counter() - started


def ratio(series: Series) -> float:
    """The medians of the largest catalogue to the smallest."""
    return median(series.warm[max(series.warm)]) / median(series.warm[min(series.warm)])


def table(found: list[Series]) -> str:
    lines = [f"{'price a scene':16} {'of':>7} {'runs':>5} {'p50 ms':>8} {'p99 ms':>8} {'cold p50':>9} {'cold p99':>9}"]
    for series in found:
        for size, times in series.warm.items():
            figures = [f"{median(each) * 1000:8.2f} {_last(each) * 1000:8.2f}" for each in (times, series.cold[size])]
            lines.append(f"{series.name:16} {size:7} {len(times):5} {figures[0]} {figures[1]:>18}")
    first = found[0]
    sizes = f"{max(first.warm):,} ÷ {min(first.warm):,}"
    lines.append(f"{first.name}: {sizes} is {ratio(first):.2f} (limit {RATIO})")
    return "\n".join(lines)


def _last(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
