"""The shop as a process of its own on a free port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def demo_shop(folder: Path, scenebank_url: str, accounts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Its public URL; the process is ended afterwards. ``accounts`` as in the file ``SHOP_CONFIG`` names."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "demo_shop.json"
    config.write_text(json.dumps(accounts), "utf-8")
    port = free_port()
    url = f"http://localhost:{port}"
    environ = os.environ | {
        "SHOP_PORT": str(port), "SHOP_PUBLIC_URL": url, "SCENEBANK_URL": scenebank_url,
        "SHOP_DATA_DIR": str(folder / "shop"), "SHOP_CONFIG": str(config),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "demo_shop"], env=environ)
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _turn in range(200):
        try:
            if process.poll() is None and requests.get(f"{url}/healthz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the shop did not start")
