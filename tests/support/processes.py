"""Starting a server of ours as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def server(module: str, url: str, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m module`` until it answers ``/healthz``; ended afterwards."""
    process = subprocess.Popen([sys.executable, "-m", module], env=os.environ | environ)
    try:
        wait_for(url, process)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _turn in range(900):  # other tests may leave us little of the machine
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{url}/healthz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not start")
