"""``make run`` as a process: ready, the same data again, nothing left behind, and one line when it cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.processes import free_port


def settings(folder: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ports = {name: str(free_port()) for name in ("PORT", "SHOP_PORT", "BANK_PORT")}
    return inherited | ports | {"DATA_DIR": str(folder)} | more


@contextmanager
def supervised(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The process and what it printed until it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scenebank.supervisor"], env=environ, stdout=subprocess.PIPE, text=True
    )
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


def of_data_dir(folder: Path) -> list[str]:
    """Command lines of all processes that were told this data directory."""
    found = []
    for one in Path("/proc").iterdir():
        try:
            if one.name.isdigit() and f"DATA_DIR={folder}\0".encode() in (one / "environ").read_bytes():
                command = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if command and "pytest" not in command:
                    found.append(command)
        except OSError:
            continue
    return found


def test_ready_with_every_address_and_gone_with_ctrl_c(tmp_path: Path) -> None:
    environ = settings(tmp_path)
    with supervised(environ) as (process, lines):
        assert lines[0] == "Scenebank ready"
        for line in lines[1:6]:
            address = next(word for word in line.split() if word.startswith("http"))
            assert requests.get(address, timeout=10).status_code in (200, 404), line
        assert requests.get(f"http://127.0.0.1:{environ['PORT']}/readyz", timeout=10).ok
        accounts = json.loads((tmp_path / "demo_shop.json").read_text("utf-8"))
        assert (tmp_path / "demo_shop.json").stat().st_mode & 0o077 == 0
        assert len(of_data_dir(tmp_path)) >= 5
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert of_data_dir(tmp_path) == []
    with supervised(environ):
        assert json.loads((tmp_path / "demo_shop.json").read_text("utf-8")) == accounts
        key = accounts["cn"]["secret_key"]
        url = f"http://127.0.0.1:{environ['PORT']}/v1/applications"
        assert requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10).status_code == 200


def test_who_dies_is_started_again(tmp_path: Path) -> None:
    environ = settings(tmp_path)
    with supervised(environ):
        for module in ("sandbox_bank", "scenebank.worker", "granian"):
            (before,) = pids(tmp_path, module)[:1]
            os.kill(before, signal.SIGKILL)
            wait_until(lambda module=module, before=before: pids(tmp_path, module)[:1] not in ([], [before]))
        wait_until(lambda: answers(f"http://127.0.0.1:{environ['PORT']}/readyz"))
        wait_until(lambda: answers(f"http://127.0.0.1:{environ['BANK_PORT']}/healthz"))


def test_a_killed_supervisor_takes_all_with_it(tmp_path: Path) -> None:
    with supervised(settings(tmp_path)) as (process, _lines):
        process.kill()
        process.wait(10)
        for _turn in range(600):
            if not of_data_dir(tmp_path):
                break
            time.sleep(0.05)
    assert of_data_dir(tmp_path) == []


def refused(environ: dict[str, str]) -> str:
    """The one line it says, and nothing left."""
    process = subprocess.run(
        [sys.executable, "-m", "scenebank.supervisor"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert (process.returncode, process.stdout) == (1, "")
    (line,) = process.stderr.splitlines()
    assert of_data_dir(Path(environ["DATA_DIR"])) == []
    return line


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


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("PORT", "70000", "PORT must be between 1 and 65535"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/x", "the database cannot be used: "),
        ("SCENEBANK_URL", "nowhere", "SCENEBANK_URL must be an origin"),
    ],
)
def test_a_bad_setting(tmp_path: Path, name: str, value: str, says: str) -> None:
    assert says in refused(settings(tmp_path, **{name: value}))


def pids(folder: Path, word: str) -> list[int]:
    """Processes of this data directory whose command has the word, oldest first."""
    found = []
    for one in Path("/proc").iterdir():
        try:
            if not one.name.isdigit() or f"DATA_DIR={folder}\0".encode() not in (one / "environ").read_bytes():
                continue
            if word.encode() in (one / "cmdline").read_bytes():
                found.append(int(one.name))
        except OSError:
            continue
    return sorted(found)


def wait_until(holds: object) -> None:
    assert callable(holds)
    for _turn in range(300):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
