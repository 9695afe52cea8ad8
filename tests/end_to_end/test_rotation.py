"""Every kind of key is rolled while a shop works: nothing fails in the grace, after it nothing of before is taken."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from scenebank.clock import SystemClock
from scenebank.keys import KeyPlace
from scenebank.keys.document import OwnKeys
from tests.support.stack import Stack, running_stack

AMOUNT = {"amount": "45000", "currency": "EUR"}
Ask = Callable[[requests.Session], int]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running_stack(tmp_path) as found:
        yield found


class Shop:
    """A shop's server and pages; ``asks`` is what goes on, by the kind of key it goes on with."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.url, self.account = stack, stack.api_url, stack.accounts["eu"]
        self.secret = self.make({"kind": "secret"})
        self.restricted = self.make({"kind": "restricted", "scopes": ["sessions:write"]})
        self.publishable = self.make({"kind": "publishable"})
        self.shared = self.make({"kind": "launch_secret"})
        self.pair = ECKey.generate_key("P-256")
        self.public = self.make({"kind": "launch", "jwk": self.pair.as_dict(private=False)})
        self.asks: dict[str, Ask] = self.now()

    def make(self, body: dict[str, Any], path: str = "/v1/keys") -> dict[str, Any]:
        made = self.stack.api("eu", "POST", path, json=body, headers={"Idempotency-Key": secrets.token_hex(16)})
        assert made.status_code == 201, made.text
        return dict(made.json())

    def now(self) -> dict[str, Ask]:
        """Each with the keys of this moment."""
        secret, restricted, public, shared = self.secret, self.restricted, self.public, self.shared
        page, pair = self.publishable["value"], self.pair

        def launch(kid: str, algorithm: str, key: Any) -> Ask:
            def ask(session: requests.Session) -> int:
                now = int(time.time())
                claims = {"iss": self.account["merchant_id"], "aud": f"{self.stack.scenebank_url}/v1/launch",
                          "iat": now, "exp": now + 60, "jti": secrets.token_hex(16), "sub": "u",
                          "org": self.stack.shop_url}  # fmt: skip
                header = {"alg": algorithm, "typ": "bis-launch+jwt", "kid": kid}
                fields = {"key": self.account["publishable_key"], "lt": jwt.encode(header, claims, key), **AMOUNT}
                return session.post(f"{self.url}/w/loan", data=fields, timeout=30).status_code

            return ask

        def read(session: requests.Session) -> int:
            bearer = {"Authorization": f"Bearer {secret['key']}"}
            return session.get(f"{self.url}/v1/applications", headers=bearer, timeout=30).status_code

        def create(session: requests.Session) -> int:
            body = {"widget": "loan", "origin": self.stack.shop_url, "user": {"ref": "u"}}
            bearer = {"Authorization": f"Bearer {restricted['key']}"}
            return session.post(f"{self.url}/v1/sessions", json=body, headers=bearer, timeout=30).status_code

        def show(session: requests.Session) -> int:
            return session.get(f"{self.url}/w/loan", params={"key": page, **AMOUNT}, timeout=30).status_code

        return {
            "secret": read, "restricted": create, "publishable": show,
            "launch": launch(public["kid"], "ES256", pair), "session": self.visit(),
            "launch_secret": launch(shared["kid"], "HS256", OctKey.import_key(shared["key"])),
        }  # fmt: skip

    def visit(self) -> Ask:
        """A shopper who is in, and looks at the plans again."""
        body = {"widget": "loan", "origin": self.stack.shop_url, "user": {"ref": "u"}}
        token = self.stack.api("eu", "POST", "/v1/sessions", json=body).json()["launch_token"]
        fields = {"key": self.account["publishable_key"], **AMOUNT}
        entered = requests.post(f"{self.url}/w/loan", data=fields | {"lt": token}, timeout=30)
        found = re.search(r'name="session" value="([^"]+)"', entered.text)
        assert found, entered.status_code
        again = fields | {"session": found.group(1)}
        return lambda session: session.post(f"{self.url}/w/loan", data=again, timeout=30).status_code

    def roll(self, grace: str) -> None:
        """All kinds, and the secrets of our own sessions; the shop goes on with the new ones at its leisure."""
        for name in ("secret", "restricted", "publishable", "shared"):
            setattr(self, name, self.make({"grace": grace}, f"/v1/keys/{getattr(self, name)['id']}/roll"))
        self.pair = ECKey.generate_key("P-256")
        body = {"grace": grace, "jwk": self.pair.as_dict(private=False)}
        self.public = self.make(body, f"/v1/keys/{self.public['id']}/roll")
        self.rotate(OwnKeys.with_new_ring_secret if grace != "now" else OwnKeys.with_other_ring)

    def rotate(self, how: Callable[[OwnKeys, int], OwnKeys]) -> None:
        """From a process of its own, as the operator's command does."""
        KeyPlace(self.stack.config.data_dir, SystemClock()).change(how)


def visitor() -> requests.Session:
    """Each request on a connection of its own: one that was closed while it waited is no failure of ours."""
    session = requests.Session()
    session.headers["Connection"] = "close"
    return session


class Load:
    """Asks of all kinds in turn, ``rate`` a second, from eight visitors; ``answers`` counts by kind and status."""

    def __init__(self, shop: Shop, rate: float, visitors: int = 8) -> None:
        self.shop, self.pause = shop, visitors / rate
        self.answers: Counter[tuple[str, int]] = Counter()
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._visit, args=(number,)) for number in range(visitors)]

    def __enter__(self) -> Load:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join(60)

    def _visit(self, number: int) -> None:
        with visitor() as session:
            turn, due = number, time.monotonic()
            while not self._stop.is_set():
                name, ask = sorted(self.shop.asks.items())[turn % len(self.shop.asks)]
                try:
                    status = ask(session)
                except requests.RequestException:
                    status = 0
                with self._lock:
                    self.answers[name, status] += 1
                turn, due = turn + 1, due + self.pause
                self._stop.wait(max(0.0, due - time.monotonic()))


@pytest.mark.parametrize(
    ("seconds", "rate", "rolls"),
    [pytest.param(4, 20, 1, id="some"), pytest.param(60, 50, 10, id="all", marks=pytest.mark.long)],
)
def test_every_kind_is_rolled_under_load(stack: Stack, seconds: int, rate: int, rolls: int) -> None:
    shop = Shop(stack)
    before = [shop.asks]
    with Load(shop, rate) as load:
        for _roll in range(rolls):
            time.sleep(seconds / rolls / 2)
            shop.roll("1h")
            time.sleep(seconds / rolls / 2)  # the old ones go on within their grace
            before.append(shop.now())
            shop.asks = before[-1]
    assert {name for name, _status in load.answers} == set(shop.asks)
    assert {status for _name, status in load.answers} <= {200, 201}, load.answers
    last = shop.asks
    shop.roll("now")
    refused: Counter[str] = Counter()
    with visitor() as session:
        for name, ask in last.items():
            for _time in range(10):
                assert ask(session) == {"publishable": 404}.get(name, 401), name
                refused[name] += 1
        assert {ask(session) for ask in shop.now().values()} <= {200, 201}
    print(f"{sum(load.answers.values())} requests in grace, 0 failed; {sum(refused.values())} after it, all refused")
