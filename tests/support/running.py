"""Where a running Scenebank and its shop answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests

from tests.support.planted import PLANTED


class Running:
    """``accounts`` are the shops' keys by shop (``cn``, ``eu``); ``api_url`` is where we ourselves call, past anything
    that stands in front."""

    def __init__(self, scenebank_url: str, shop_url: str, data_dir: Path) -> None:
        self.scenebank_url = scenebank_url
        self.api_url = scenebank_url
        self.shop_url = shop_url
        self.accounts: dict[str, dict[str, str]] = json.loads((data_dir / "demo_shop.json").read_text("utf-8"))
        PLANTED.learn(json.dumps(self.accounts))

    def api(self, shop: str, method: str, path: str, **options: Any) -> requests.Response:
        """A call with the shop's secret key."""
        headers = {"Authorization": f"Bearer {self.accounts[shop]['secret_key']}"} | options.pop("headers", {})
        answer = requests.request(method, f"{self.api_url}{path}", headers=headers, timeout=15, **options)
        PLANTED.learn(answer.text)
        return answer
