"""``make run`` as a process, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.leaks import LEAKS
from tests.support.processes import free_port

COMMAND = [sys.executable, "-m", "scenebank.supervisor"]


def settings(folder: Path, **more: str) -> dict[str, str]:
    """The environment: free ports, this data directory."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ports = {name: str(free_port()) for name in ("PORT", "SHOP_PORT", "BANK_PORT")}
    return inherited | ports | {"DATA_DIR": str(folder)} | more


@contextmanager
def supervised(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The process and what it printed until it was ready."""
    process = subprocess.Popen(COMMAND, env=environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                break
        yield process, lines
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        LEAKS.left(Path(environ["DATA_DIR"]))


def pids(folder: Path, word: str = "") -> list[int]:
    """Processes that were told this data directory and whose command has the word, oldest first."""
    found = []
    for one in Path("/proc").iterdir():
        try:
            if not one.name.isdigit() or f"DATA_DIR={folder}\0".encode() not in (one / "environ").read_bytes():
                continue
            command = (one / "cmdline").read_bytes()
            if command and b"pytest" not in command and word.encode() in command:
                found.append(int(one.name))
        except OSError:
            continue
    return sorted(found)


def refused(environ: dict[str, str]) -> str:
    """The one line it says when it cannot start, with nothing left."""
    process = subprocess.run(COMMAND, env=environ, capture_output=True, text=True, timeout=60)
    assert (process.returncode, process.stdout) == (1, "")
    (line,) = process.stderr.splitlines()
    assert pids(Path(environ["DATA_DIR"])) == []
    return line
