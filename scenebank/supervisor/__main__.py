"""``python -m scenebank.supervisor``: starts all, says so, and stays until it is told to end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import requests

from scenebank.config import BadConfig, Config, load_config
from scenebank.supervisor.children import Child, end_all
from scenebank.supervisor.commands import bank_url, commands, shop_url
from scenebank.supervisor.preparation import CannotStart, check_disk, check_ports, prepare

_PATIENCE_S = 60.0
_ROOT = Path(__file__).parents[2]


def main() -> int:
    logging.disable(logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_signal: stop.set())
    children: list[Child] = []
    try:
        environ = {"ALLOW_LOOPBACK_WEBHOOKS": "1"} | os.environ
        config = load_config(environ)
        check_ports(config)
        check_disk(config)
        prepare(config, environ)
        children += [Child(command, config.data_dir / "logs", _ROOT) for command in commands(config, environ)]
        for child in children:
            child.start()
        _wait(children, stop)
        if not stop.is_set():
            print(_ready(config, environ), flush=True)
        _watch(children, stop)
    except (BadConfig, CannotStart) as error:
        print(f"scenebank: {error}", file=sys.stderr)
        return 1
    finally:
        end_all(children)
    return 0


def _wait(children: list[Child], stop: threading.Event) -> None:
    """Until every one answers."""
    deadline = time.monotonic() + _PATIENCE_S
    waiting = list(children)
    while waiting and not stop.is_set():
        for child in list(waiting):
            if child.exit_code is not None:
                raise CannotStart(f"{child.command.name} did not start: {child.last_words()}")
            if _answers(child):
                waiting.remove(child)
        if time.monotonic() > deadline:
            raise CannotStart(f"{waiting[0].command.name} does not answer: {waiting[0].last_words()}")
        stop.wait(0.05)


def _answers(child: Child) -> bool:
    if child.command.health is None:
        return True
    try:
        return requests.get(child.command.health, timeout=2).ok
    except requests.RequestException:
        return False


def _watch(children: list[Child], stop: threading.Event) -> None:
    while not stop.wait(0.2):
        for child in children:
            code = child.keep_running()
            if code is not None:
                print(f"scenebank: {child.command.name} ended ({code}), started again", file=sys.stderr, flush=True)


def _ready(config: Config, environ: Mapping[str, str]) -> str:
    shop, bank = shop_url(config, environ), bank_url(config, environ)
    return "\n".join([
        "Scenebank ready",
        f"  Shop 青禾 Qinghe (CN)       {shop}/cn",
        f"  Shop Fjord & Field (EU)    {shop}/eu",
        f"  A shop's back office       {shop}/cn/office",
        f"  Scenebank                  {config.public_url}",
        f"  Sandbox banks              {bank}  (code on their pages: 246810)",
        f"  Data and logs              {config.data_dir}",
        "Ctrl-C ends it; the next start has the same data.",
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
