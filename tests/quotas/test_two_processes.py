"""Two web servers, each a process of its own, on one database and one Redis."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import requests

from scenebank.config import load_config
from scenebank.store.migrate import migrate
from scenebank.wiring import build_services
from tests.support.redis_server import redis_server
from tests.support.web_server import web_server


def test_share_one_quota_and_outlive_redis(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'scenebank.sqlite3'}"}
    wired = build_services(load_config(environ))
    migrate(wired.database)
    wired.database.dispose()
    with redis_server(tmp_path / "redis") as server, ExitStack() as stack:
        environ |= {"REDIS_URL": server.url, "QUOTA_NETWORK": "6/600"}
        urls = [stack.enter_context(web_server(environ)) for _turn in range(2)]
        codes = [requests.get(f"{url}/v1/receipts/head", timeout=15).status_code for url in urls * 4]
        assert codes == [404] * 6 + [429] * 2
        server.stop()
        for url in urls:  # nothing is refused, and nothing breaks, because Redis is away
            assert requests.get(f"{url}/v1/receipts/head", timeout=15).status_code == 404
