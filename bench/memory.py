"""What a web worker takes of memory: the server as ``make run`` starts it, with a large catalogue, after eight shoppers
at once have looked at pages of which each was ranked among a hundred offers."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.offers import catalogue
from scenebank.config import Config, load_config
from scenebank.merchants.model import Mode
from scenebank.store.migrate import migrate
from scenebank.supervisor.commands import commands, metrics_folder
from scenebank.wiring import build_services
from tests.support.catalogue import publish_many
from tests.support.databases import sqlite_url
from tests.support.processes import free_port, wait_for

LIMIT_MB = 120
_PAGES, _AT_ONCE = 400, 8
_AMOUNTS = range(100_000, 124_000, 1_000)  # more plans than are remembered
_SHARES = {"resident": "Rss", "proportional": "Pss", "own": "Private_(?:Clean|Dirty)"}


@dataclass(frozen=True)
class Memory:
    """Of the larger worker with ``size`` products, in MB of 10⁶ octets, rounded up: its proportional share (what
    processes have in common is divided among them), all it has in memory, and what is its own."""

    size: int
    pages: int
    proportional: int
    resident: int
    own: int


def measure_memory(size: int = 10_000, pages: int = _PAGES) -> Memory:
    with tempfile.TemporaryDirectory() as folder:
        config = load_config({"DATA_DIR": folder, "DATABASE_URL": sqlite_url(Path(folder)), "PORT": str(free_port())})
        key = _fill(config, size)
        with _web(config) as (process, url):
            _look(url, key, pages)
            workers = [found for found in map(_shares, _children(process.pid)) if found]
    largest = {name: -(-max(one[name] for one in workers) // 1_000_000) for name in _SHARES}
    return Memory(size, pages, **largest)


def is_held(memory: Memory) -> bool:
    return memory.resident <= LIMIT_MB


def line(memory: Memory) -> str:
    verdict = "held" if is_held(memory) else "NOT HELD"
    return (
        f"a worker with {memory.size} products after {memory.pages} pages: {memory.resident} MB resident "
        f"(limit {LIMIT_MB}, {verdict}; {memory.own} of its own, {memory.proportional} by its share of what processes "
        "share)"
    )


def _fill(config: Config, size: int) -> str:
    """A shop's publishable key."""
    wired = build_services(config)
    migrate(wired.database)
    publish_many(wired.database, catalogue(size, size // 100))
    made = wired.merchants.create("bench", ["https://shop.example"], "CN", Mode.TEST)
    wired.database.dispose()
    return made.publishable_key


@contextmanager
def _web(config: Config) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    metrics_folder(config, os.environ).mkdir()
    web = next(one for one in commands(config, os.environ) if one.name == "web")
    process = subprocess.Popen(  # noqa: S603 - our own command
        web.arguments, env=web.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{config.port}"
    try:
        wait_for(url, process)
        yield process, url
    finally:
        process.terminate()
        process.wait(30)


def _look(url: str, key: str, pages: int) -> None:
    def one(number: int) -> None:
        amount = _AMOUNTS[number % len(_AMOUNTS)]
        query = {"key": key, "amount": str(amount), "currency": "CNY"}
        requests.get(f"{url}/w/instalments", query, timeout=60).raise_for_status()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, range(pages)))


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _shares(pid: int) -> dict[str, int]:
    """In octets; empty for a child that serves nothing: the tracker of what the workers share."""
    if b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes():
        return {}
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return {
        name: 1024 * sum(int(kb) for kb in re.findall(rf"^{field}:\s+(\d+) kB", rollup, re.MULTILINE))
        for name, field in _SHARES.items()
    }
