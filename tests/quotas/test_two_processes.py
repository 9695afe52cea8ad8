"""Two web servers, each a process of its own, on one database and one Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from scenebank.config import load_config
from scenebank.store.migrate import migrate
from scenebank.wiring import build_services
from tests.support.processes import free_port, wait_for
from tests.support.redis_server import redis_server


@contextmanager
def web(environ: dict[str, str]) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--factory", "app:create_app", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen([*command, "--log-level", "warning"], env=os.environ | environ)
    try:
        wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def test_share_one_quota_and_outlive_redis(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'scenebank.sqlite3'}"}
    wired = build_services(load_config(environ))
    migrate(wired.database)
    wired.database.dispose()
    with redis_server(tmp_path / "redis") as server, ExitStack() as stack:
        environ |= {"REDIS_URL": server.url, "QUOTA_NETWORK": "6/600"}
        urls = [stack.enter_context(web(environ)) for _turn in range(2)]
        codes = [requests.get(f"{url}/v1/receipts/head", timeout=15).status_code for url in urls * 4]
        assert codes == [404] * 6 + [429] * 2
        server.stop()
        for url in urls:  # nothing is refused, and nothing breaks, because Redis is away
            assert requests.get(f"{url}/v1/receipts/head", timeout=15).status_code == 404
