"""``make run`` as a process: ready, the same data again, nothing left behind, and one line when it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.support.databases import empty_postgresql
from tests.support.running import Running
from tests.support.shopper import Shopper
from tests.support.supervisor import pids, refused, settings, supervised


def running(environ: dict[str, str]) -> Running:
    addresses = (f"http://127.0.0.1:{environ['PORT']}", f"http://localhost:{environ['SHOP_PORT']}")
    return Running(*addresses, Path(environ["DATA_DIR"]))


def test_ready_with_every_address_kept_running_and_gone_with_ctrl_c(tmp_path: Path) -> None:
    environ = settings(tmp_path)
    with supervised(environ) as (process, lines):
        assert lines[0] == "Scenebank ready"
        for line in lines[1:6]:
            address = next(word for word in line.split() if word.startswith("http"))
            assert requests.get(address, timeout=10).status_code in (200, 404), line
        assert requests.get(f"http://127.0.0.1:{environ['PORT']}/readyz", timeout=10).ok
        assert (tmp_path / "demo_shop.json").stat().st_mode & 0o077 == 0
        assert len(pids(tmp_path)) >= 5
        for module in ("sandbox_bank", "scenebank.worker", "granian"):
            (before,) = pids(tmp_path, module)[:1]
            os.kill(before, signal.SIGKILL)
            wait_until(partial(another, tmp_path, module, before))
        wait_until(lambda: answers(f"http://127.0.0.1:{environ['PORT']}/readyz"))
        wait_until(lambda: answers(f"http://127.0.0.1:{environ['BANK_PORT']}/healthz"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert pids(tmp_path) == []


def test_the_start_after_a_kill_goes_on_with_the_same_data(tmp_path: Path, postgresql: str) -> None:
    environ = settings(tmp_path, DATABASE_URL=empty_postgresql(postgresql), BANK_READING_S="0.5")
    with supervised(environ) as (process, _lines):
        first = running(environ)
        application = Shopper(first, "cn", "QH-1", 129900).accepted()
        before = first.api("cn", "GET", f"/v1/applications/{application}").json()
        process.kill()
        process.wait(10)
        wait_until(lambda: not pids(tmp_path), 600)
    with supervised(environ):
        second = running(environ)
        assert second.accounts == first.accounts
        assert second.api("cn", "GET", f"/v1/applications/{application}").json() == before
        Shopper(second, "eu", "FF-1", 45000).accepted()
        asked = {"Idempotency-Key": uuid.uuid4().hex}
        path = f"/v1/applications/{application}"
        second.api("cn", "POST", f"{path}/fulfil", headers=asked, json={}).raise_for_status()
        wait_until(lambda: second.api("cn", "GET", path).json()["status"] == "active")


def test_a_start_on_other_ports_goes_on_with_everything(tmp_path: Path) -> None:
    before = settings(tmp_path, BANK_READING_S="0.5")
    with supervised(before):
        shopper = Shopper(running(before), "eu", "FF-1", 45000)
        shopper.enter()
        shop_is_deaf(tmp_path)
        shopper.submit()
        shopper.wait("action_required")
    assert heard(tmp_path) == []
    environ = settings(tmp_path, BANK_READING_S="0.5")
    with supervised(environ):
        moved = running(environ)
        assert moved.accounts == shopper.stack.accounts
        path = f"/v1/applications/{shopper.application_id}"
        assert moved.api("eu", "GET", path).json()["status"] == "action_required"
        again = Shopper(moved, "eu", "FF-1", 45000)
        again.enter()
        assert again.application_id == shopper.application_id
        assert again.sign().startswith(f"{moved.shop_url}/eu/order/FF-1/back?bis_application={again.application_id}")
        again.wait("accepted")
        told = [one["id"] for one in moved.api("eu", "GET", "/v1/events").json()["data"]]
        wait_until(lambda: heard(tmp_path) == sorted(told))


def shop_is_deaf(data_dir: Path) -> None:
    (shop,) = pids(data_dir, "demo_shop")[:1]
    os.kill(shop, signal.SIGSTOP)


def heard(data_dir: Path) -> list[str]:
    """Ids of the webhooks the shops have taken."""
    with closing(sqlite3.connect(data_dir / "shop/shop.sqlite3")) as books:
        return sorted(row[0] for row in books.execute("SELECT id FROM hooks"))


def another(data_dir: Path, module: str, before: int) -> bool:
    return pids(data_dir, module)[:1] not in ([], [before])


@pytest.mark.parametrize("name", ["PORT", "SHOP_PORT", "BANK_PORT"])
def test_a_port_in_use(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refused(settings(tmp_path, **{name: port}))
    assert line == f"scenebank: port {port} cannot be used (Address already in use): set {name} to a free one"


def test_a_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("a small disk cannot be made here")
    try:
        assert refused(settings(small)).startswith("scenebank: the disk is full: make room in")
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "cannot be written (Not a directory)" in refused(settings(tmp_path / "file" / "data"))


def test_a_bad_setting(tmp_path: Path) -> None:
    assert refused(settings(tmp_path, PORT="eighty")).startswith("scenebank: PORT must be a whole number")


def wait_until(holds: Callable[[], bool], turns: int = 300) -> None:
    for _turn in range(turns):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
