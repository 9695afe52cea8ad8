"""Processes that are started, watched, started again and ended together, each with all that it starts itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from scenebank.supervisor.commands import Command

_GRACE_S = 6.0
_SHORTEST_LIFE_S = 2.0
_PAUSE_S = 1.0


_LEASH_S = 3.0


class _Leash:
    """Ends a child's group when we are gone, however we went. A pipe tells: its writing end is only ours, and closes
    with us. The kernel's own signal for a dead parent would reach one process of the group, which may not pass it on,
    and would come already when the thread ends that started it."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def tie(self) -> None:
        """In the new process, before it becomes the command: leave one behind in its group that waits."""
        if os.fork():
            return
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for descriptor in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - names only
            if descriptor != self._read:
                # What it inherited is waited for by others: the writing end, pipes of whoever started us.
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        os.read(self._read, 1)
        os.killpg(0, signal.SIGTERM)
        time.sleep(_LEASH_S)
        os.killpg(0, signal.SIGKILL)


_leash = _Leash()


class Child:
    """One process in a group of its own; its output goes to ``<logs>/<name>.log``."""

    def __init__(self, command: Command, logs: Path, folder: Path) -> None:
        self.command = command
        self._log = logs / f"{command.name}.log"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command.arguments, env=self.command.environ, cwd=self._folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_leash.tie,
            )  # fmt: skip
        self._started = time.monotonic()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def last_words(self) -> str:
        """The last line it wrote."""
        lines = self._log.read_text("utf-8", "replace").strip().splitlines() if self._log.exists() else []
        return lines[-1] if lines else "no word"

    def keep_running(self) -> int | None:
        """Start it again when it has ended, not at once when it ends at once; the exit code it ended with."""
        code = self.exit_code
        if code is None:
            return None
        now = time.monotonic()
        if self._not_before == 0.0:
            self._signal_group(signal.SIGKILL)  # what it leaves behind would keep its port
            short = now - self._started < _SHORTEST_LIFE_S
            self._not_before = now + (_PAUSE_S if short else 0.0)
        if now < self._not_before:
            return None
        self._not_before = 0.0
        self.start()
        return code

    def kill(self) -> None:
        """The whole group, without a word."""
        self._signal_group(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def terminate(self) -> None:
        self._signal_group(signal.SIGTERM)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


def end_all(children: list[Child]) -> None:
    """Ask all to end, wait a little, then end them."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + _GRACE_S
    while time.monotonic() < deadline and any(child.exit_code is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()
