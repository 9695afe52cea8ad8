"""``make run`` with a setting that cannot hold: one line that says so, and nothing started. (The process itself is in
``test_supervisor``; here its ``main`` is called, as a start of Python for each would take longer than all it tests.)"""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

import pytest

from scenebank.supervisor.__main__ import main
from tests.support.supervisor import pids, settings


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "70000", "PORT must be between 1 and 65535"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/x", "the database cannot be used: "),
        ("SCENEBANK_URL", "nowhere", "SCENEBANK_URL must be an origin"),
        ("SHOP_PUBLIC_URL", "http://shop.example", "http://shop.example cannot be the shop's address"),
        ("BANK_CA_FILE", "/nowhere/ca.pem", "BANK_CA_FILE is not a file: /nowhere/ca.pem"),
        ("ALLOW_LOOPBACK_WEBHOOKS", "0", "set ALLOW_LOOPBACK_WEBHOOKS to 1"),
    ],
)
def test_a_bad_setting(
    name: str, value: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for each, its in settings(tmp_path, **{name: value}).items():
        monkeypatch.setenv(each, its)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert main() == 1
    finally:
        logging.disable(logging.NOTSET)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    out, error = capsys.readouterr()
    (line,) = error.splitlines()
    assert (out, line.startswith("scenebank: "), says in line) == ("", True, True)
    assert not [one for one in pids(tmp_path) if one != os.getpid()]
