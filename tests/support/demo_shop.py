"""The shop as a process of its own on a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import free_port, server


@contextmanager
def demo_shop(folder: Path, scenebank_url: str, accounts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Its public URL; the process is ended afterwards. ``accounts`` as in the file ``SHOP_CONFIG`` names."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "demo_shop.json"
    config.write_text(json.dumps(accounts), "utf-8")
    port = free_port()
    url = f"http://localhost:{port}"
    environ = {
        "SHOP_PORT": str(port), "SHOP_PUBLIC_URL": url, "SCENEBANK_URL": scenebank_url,
        "SHOP_DATA_DIR": str(folder / "shop"), "SHOP_CONFIG": str(config),
    }  # fmt: skip
    with server("demo_shop", url, environ):
        yield url
