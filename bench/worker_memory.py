"""``python -m bench.worker_memory FOLDER URL``: kB of this process alone before it has seen a catalogue; then, after
many scenes, all it has in memory, and what of it is its own and shared with no other worker."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from app import create_app
from scenebank.catalogue.model import Kind
from scenebank.config import load_config
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.wiring import build_services

_AMOUNTS = range(100_000, 108_000, 1_000)  # more plans than are remembered


def _kb(*names: str) -> int:
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    return sum(int(kb) for name in names for kb in re.findall(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE))


def main(folder: str, url: str) -> None:
    wired = build_services(load_config({"DATA_DIR": folder, "DATABASE_URL": url}))
    create_app(wired=wired)
    before = _kb("Private_Clean", "Private_Dirty")
    for minor in _AMOUNTS:
        wired.offers.for_scene(market("CN"), Kind.INSTALMENTS, Money(minor, "CNY"))
    print(before, _kb("Rss"), _kb("Private_Clean", "Private_Dirty"))


if __name__ == "__main__":
    main(*sys.argv[1:])
