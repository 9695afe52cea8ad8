"""Starting a server of ours as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

import requests

from tests.support.leaks import LEAKS


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def heard(name: str) -> Iterator[IO[bytes]]:
    """Where a process writes what it has to say; afterwards it is searched, and said again for who reads a failure."""
    with TemporaryFile() as said:
        try:
            yield said
        finally:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
            LEAKS.wrote(f"log of {name}", text)
            sys.stderr.write(text)


@contextmanager
def server(module: str, url: str, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m module`` until it answers ``/healthz``; ended afterwards."""
    with heard(module) as said:
        process = subprocess.Popen([sys.executable, "-m", module], env=os.environ | environ, stderr=said)
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
