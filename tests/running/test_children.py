"""Processes that do not end when asked are ended, with all they started."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from scenebank.supervisor import children
from scenebank.supervisor.children import Child, end_all
from scenebank.supervisor.commands import Command

_STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print("up", flush=True)
time.sleep(600)
"""


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_who_does_not_listen_is_killed_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_GRACE_S", 0.2)
    one = Child(Command("stubborn", (sys.executable, "-c", _STUBBORN), os.environ, None), tmp_path, tmp_path)
    one.start()
    log = tmp_path / "stubborn.log"
    for _turn in range(200):
        if log.exists() and log.read_text("utf-8").count("up") == 2:
            break
        time.sleep(0.05)
    (group,) = {os.getpgid(int(pid.name)) for pid in Path("/proc").iterdir() if _is_of(pid, _STUBBORN)}
    assert alive(group)
    end_all([one])
    for _turn in range(100):
        if not alive(group):
            break
        time.sleep(0.05)
    assert not alive(group)


def _is_of(process: Path, text: str) -> bool:
    try:
        return process.name.isdigit() and text.encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False
