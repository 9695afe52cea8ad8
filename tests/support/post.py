"""One merchant with one endpoint, and the worker's webhooks played by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from demo_shop.webhooks import verify
from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.engine.inline import InlineQueue
from scenebank.merchants.model import Mode
from scenebank.store.tables import webhook_deliveries
from scenebank.wiring import build_services
from tests.support.canned_bank import Asked, CannedBank
from tests.support.contract import client_of
from tests.support.new_tables import create_tables
from tests.support.planted import PLANTED

FACTS = {"application": "app_1", "status": "accepted"}


class Post:
    """``tell`` writes an event, ``after`` lets time pass and the worker act, ``call`` is the merchant's server."""

    def __init__(self, database_url: str, folder: Path, shop: CannedBank) -> None:
        self.shop = shop
        self.clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.queue = InlineQueue(self.clock)
        environ = {"DATA_DIR": str(folder), "DATABASE_URL": database_url}
        self.wired = build_services(load_config(environ | {"ALLOW_LOOPBACK_WEBHOOKS": "1"}), self.clock, self.queue)
        self.strict = build_services(load_config(environ), self.clock, self.queue)
        create_tables(self.wired.database)
        self.account = self.wired.merchants.create("青禾", ["https://shop.example"], "CN", Mode.TEST)
        self.merchant = self.account.id
        self.client = client_of(self.wired)
        self.links = self.wired.all_links()
        self.endpoint, self.secret = self.wired.webhooks.add_endpoint(self.merchant, Mode.TEST, f"{shop.url}/hook")
        PLANTED.learn(f"{self.account.secret_key} {self.secret}")
        PLANTED.learn_keys(folder)

    def tell(
        self, merchant: str | None = None, mode: Mode = Mode.TEST, event_type: str = "application.accepted",
        facts: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        with self.wired.database.begin() as connection:
            self.wired.webhooks.record(connection, merchant or self.merchant, mode, event_type, facts or FACTS)

    def after(self, seconds: float) -> None:
        self.clock.move(seconds)
        self.queue.run_due(self.links)

    def to_the_end(self) -> list[float]:
        """Every try at its time; the seconds between them."""
        self.after(0)
        waits = []
        while (wait := self.queue.seconds_to_next()) is not None:
            self.after(wait + 0.001)
            waits.append(wait)
        return waits

    def delivery(self) -> tuple[str, int, int | None, str | None]:
        """The one there is: status, tries, last code and reason."""
        table = webhook_deliveries
        columns = (table.c.status, table.c.attempts, table.c.last_code, table.c.last_reason)
        with self.wired.database.read() as connection:
            status, tries, code, reason = connection.execute(select(*columns)).one()
        return status, tries, code, reason

    def call(self, method: str, path: str, status: int, secret_key: str = "", **more: Any) -> Any:
        """The document of an answer with that status."""
        answer = self.answer(method, path, secret_key, **more)
        assert answer.status_code == status, answer.text
        return answer.json

    def answer(self, method: str, path: str, secret_key: str = "", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {secret_key or self.account.secret_key}"} | more.pop("headers", {})
        return self.client.open(f"/v1{path}", method=method, headers=headers, **more)

    def of_endpoint(self, method: str, path: str, status: int, **more: Any) -> Any:
        return self.call(method, f"/webhook_endpoints/{self.endpoint}{path}", status, **more)

    def believed(self, one: Asked, secret: str = "") -> str:
        """The message's id, if the shop believes it now."""
        headers = {name.lower(): value for name, value in one.headers.items()}
        return verify(secret or self.secret, headers, one.body, int(self.clock.now().timestamp()))
