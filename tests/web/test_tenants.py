"""Five shops in two modes: whatever one asks for with the id of another is as unknown as nobody's, and nothing of
another's is read or written. Every route of the machines' door has its row here."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.model import KeyKind, Mode
from scenebank.store.tables import applications, metadata, sessions
from scenebank.web.api.scopes import NEEDED, OPEN
from tests.support.databases import database_of
from tests.support.scene import Scene

# A route that names one thing: what it names, the address, the body.
ONE: dict[str, tuple[str, str, Any]] = {
    "GET /v1/applications/<application_id>": ("application", "/v1/applications/{}", None),
    "GET /v1/applications/<application_id>/receipts": ("application", "/v1/applications/{}/receipts", None),
    "DELETE /v1/sessions/<session_id>": ("session", "/v1/sessions/{}", None),
    "GET /v1/webhook_endpoints/<endpoint_id>": ("endpoint", "/v1/webhook_endpoints/{}", None),
    "PATCH /v1/webhook_endpoints/<endpoint_id>": ("endpoint", "/v1/webhook_endpoints/{}", {"enabled": False}),
    "DELETE /v1/webhook_endpoints/<endpoint_id>": ("endpoint", "/v1/webhook_endpoints/{}", None),
    "POST /v1/webhook_endpoints/<endpoint_id>/rotate": ("endpoint", "/v1/webhook_endpoints/{}/rotate", None),
    "POST /v1/webhook_endpoints/<endpoint_id>/test": ("endpoint", "/v1/webhook_endpoints/{}/test", None),
    "POST /v1/webhook_endpoints/<endpoint_id>/replay": ("endpoint", "/v1/webhook_endpoints/{}/replay", {
        "from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z",
    }),
    "GET /v1/webhook_endpoints/<endpoint_id>/deliveries": ("endpoint", "/v1/webhook_endpoints/{}/deliveries", None),
    "POST /v1/webhook_endpoints/<endpoint_id>/deliveries/<event_id>/replay": (
        "endpoint", "/v1/webhook_endpoints/{}/deliveries/msg_0/replay", None,
    ),
    "POST /v1/keys/<key_id>/roll": ("key", "/v1/keys/{}/roll", {"grace": "now"}),
    "DELETE /v1/keys/<key_id>": ("key", "/v1/keys/{}", None),
    "DELETE /v1/origins": ("origin", "/v1/origins?origin={}", None),
    "GET /v1/offers": ("publishable", "/v1/offers?widget=loan&amount=129900&currency=EUR&key={}", None),
    "POST /v1/sessions": ("origin", "/v1/sessions", {"widget": "loan", "user": {"ref": "u"}, "origin": "{}"}),
}  # fmt: skip
_SETTLE = "POST /v1/applications/<application_id>/<any(fulfil, cancel, refund):operation>"
MANY = ("/v1/applications?limit=100", "/v1/events?limit=100", "/v1/webhook_endpoints", "/v1/origins",
        "/v1/origins/refused", "/v1/keys", "/v1/offers/not_offered?widget=loan&amount=1&currency=EUR")  # fmt: skip
MADE: dict[str, Any] = {
    "POST /v1/webhook_endpoints": {"url": "https://hooks.example/new"},
    "POST /v1/origins": {"origin": "https://new.example"},
    "POST /v1/keys": {"kind": "launch_secret"},
    "POST /v1/sessions": {"widget": "loan", "user": {"ref": "u"}, "origin": None},
    "POST /v1/logout": {"user": {"ref": "u"}},
}
UNKNOWN = {"application": "app_nobody", "session": "ses_nobody",
           "endpoint": "we_nobody", "key": "key_nobody", "launch": "hs_" + "0" * 20,
           "origin": "https://nobody.example", "publishable": "bis_pk_test_" + "0" * 22}  # fmt: skip
_numbers = itertools.count()


@dataclass(frozen=True)
class Tenant:
    """One shop in one mode; ``things`` are the ids of what it has, by what it is."""

    merchant_id: str
    mode: Mode
    secret_key: str
    things: dict[str, str] = field(default_factory=dict)


class Street:
    """Shops side by side in one installation, each of them a tenant in either mode."""

    def __init__(self, folder: Path, url: str, shops: int) -> None:
        self.scene = Scene(folder, "EU", "loan", url)
        self.scene.apply()
        made = [self.scene.wired.merchants.create(f"Shop {n}", [], "EU", Mode.TEST).id for n in range(shops)]
        self.tenants = [self._settle_in(merchant, mode) for merchant in made for mode in Mode]

    def _settle_in(self, merchant_id: str, mode: Mode) -> Tenant:
        wired, number = self.scene.wired, next(_numbers)
        made = [wired.merchant_keys.create(merchant_id, mode, WantedKey(kind)) for kind in (
            KeyKind.SECRET, KeyKind.SECRET, KeyKind.PUBLISHABLE, KeyKind.LAUNCH_SECRET,
        )]  # fmt: skip
        origin, endpoint = f"https://shop-{number}.example", f"https://hooks.example/{number}"
        wired.merchants.add_origin(merchant_id, mode, origin)
        things = {
            "application": f"app_{number:032d}", "session": f"ses_{number:032d}",
            "key": made[1].key.id, "launch": made[3].key.id, "origin": origin,
            "endpoint": wired.webhooks.add_endpoint(merchant_id, mode, endpoint)[0], "publishable": made[2].text or "",
        }  # fmt: skip
        wired.refused_origins.note(
            wired.merchants.door_by_publishable_key(things["publishable"]), f"https://seen-{number}.example"
        )
        wired.refused_origins.write()
        with wired.database.begin() as connection:
            row = connection.execute(select(applications).limit(1)).mappings().one()
            mine = {"id": things["application"], "merchant_id": merchant_id, "mode": mode.value}
            other = {"open_order": things["application"], "submission_key": f"{number:064d}"}
            connection.execute(insert(applications).values({**row, **mine, **other}))
            row = connection.execute(select(sessions).limit(1)).mappings().one()
            connection.execute(insert(sessions).values({**row, **mine, "id": things["session"]}))
            wired.webhooks.record(connection, merchant_id, mode, "test.event", {"of": things["application"]})
        return Tenant(merchant_id, mode, made[0].text or "", things)

    def ask(self, tenant: Tenant, method: str, path: str, body: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {tenant.secret_key}", "Idempotency-Key": f"key-{next(_numbers):020d}"}
        return self.scene.client.open(path, method=method, json=body, headers=headers)

    def rows(self, besides: Tenant | None = None) -> dict[str, list[Any]]:
        """All there is, but what ``besides`` has, when keys were used, and what was answered to whom."""
        found = {}
        with self.scene.wired.database.read() as connection:
            for table in metadata.sorted_tables:
                if table.name == "idempotency":
                    continue
                columns = [column for column in table.c if column.name != "last_used_at"]
                query = select(*columns).order_by(*table.primary_key.columns)
                if besides is not None and "mode" in table.c:
                    query = query.where(
                        (table.c.merchant_id != besides.merchant_id) | (table.c.mode != besides.mode.value)
                    )
                elif besides is not None and table.name == "webhook_deliveries":
                    continue
                found[table.name] = [tuple(row) for row in connection.execute(query)]
        return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Five shops; two, which are four tenants, where only the database is another."""
    folder = tmp_path_factory.mktemp("street")
    url = database_of(request, folder)
    made = Street(folder, url, shops=5 if request.param == "sqlite" else 2)
    yield made
    made.scene.wired.database.dispose()


def said(answer: TestResponse, named: str) -> tuple[int, str]:
    """Status and body, without the request's own id and the id that was asked for."""
    document = json.loads(answer.text)
    document.pop("request_id")
    return answer.status_code, json.dumps(document).replace(named, "NAMED")


def pointed(names: tuple[str, str, Any], thing: str) -> tuple[str, Any]:
    _kind, path, body = names
    return path.format(thing), json.loads(json.dumps(body).replace("{}", thing)) if body else None


def cases() -> list[tuple[str, tuple[str, str, Any]]]:
    found = [(route.split()[0], names) for route, names in ONE.items()]
    found += [(method, ("launch", path, body)) for method, (kind, path, body) in found if kind == "key"]
    return found + [
        ("POST", ("application", f"/v1/applications/{{}}/{one}", None)) for one in ("fulfil", "cancel", "refund")
    ]


def test_every_route_has_a_row(street: Street) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in street.scene.client.application.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "receipts.", "contract."))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    lists = {f"GET {path.partition('?')[0]}" for path in MANY}
    assert routes - OPEN == {*ONE, _SETTLE, *lists, *MADE}
    assert routes - OPEN == set(NEEDED)


@pytest.mark.parametrize(("method", "names"), cases(), ids=lambda one: one if isinstance(one, str) else one[1])
def test_anothers_thing_is_as_unknown_as_nobodys(street: Street, method: str, names: tuple[str, str, Any]) -> None:
    before = street.rows()
    pairs = 0
    nobodys = UNKNOWN[names[0]]
    path, body = pointed(names, nobodys)
    unknown = {one.secret_key: said(street.ask(one, method, path, body), nobodys) for one in street.tenants}
    for asker, owner in itertools.permutations(street.tenants, 2):
        thing = owner.things[names[0]]
        answer = street.ask(asker, method, *pointed(names, thing))
        if names[0] == "publishable":  # public: anybody may show its offers, but not with another's secret beside it
            assert (answer.status_code, answer.json and answer.json["code"]) == (
                401, "mode_mismatch" if asker.merchant_id == owner.merchant_id else "unauthenticated"
            )  # fmt: skip
        else:
            assert answer.status_code in (404, 422)
            assert said(answer, thing) == unknown[asker.secret_key]
        pairs += 1
    assert pairs == {10: 90, 4: 12}[len(street.tenants)]
    assert street.rows() == before


def test_lists_hold_ones_own_only(street: Street) -> None:
    for asker, path in itertools.product(street.tenants, MANY):
        text = street.ask(asker, "GET", path, None).text
        own = [thing for thing in asker.things.values() if thing in text]
        assert own or path.startswith(("/v1/origins/refused", "/v1/offers/")), path
        for other in street.tenants:
            if other is not asker:
                assert not [thing for thing in other.things.values() if thing in text], path
    refused = [street.ask(one, "GET", "/v1/origins/refused", None).json for one in street.tenants]
    assert len({one["data"][0]["origin"] for one in refused if one and len(one["data"]) == 1}) == len(street.tenants)


@pytest.mark.parametrize("route", sorted(MADE))
def test_what_is_made_is_ones_own(street: Street, route: str) -> None:
    method, path = route.split()
    for asker in street.tenants:
        before, all_before = street.rows(besides=asker), street.rows()
        body = {name: value or asker.things["origin"] for name, value in MADE[route].items()}
        assert street.ask(asker, method, path, body).status_code in (200, 201)
        assert street.rows(besides=asker) == before
        assert street.rows() != all_before


def test_a_test_key_beside_a_live_one(street: Street) -> None:
    test, live = street.tenants[:2]
    assert (test.merchant_id, test.mode, live.mode) == (live.merchant_id, Mode.TEST, Mode.LIVE)
    path = f"/v1/offers?widget=loan&amount=129900&currency=EUR&key={live.things['publishable']}"
    assert street.ask(live, "GET", path, None).status_code == 200
    answer = street.ask(test, "GET", path, None)
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "mode_mismatch")
    wanted = {"kind": "secret", "mode": "live"}
    answer = street.ask(test, "POST", "/v1/keys", wanted)
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "mode_mismatch")
    body = {"widget": "loan", "user": {"ref": "u"}, "origin": test.things["origin"]}
    made = street.ask(test, "POST", "/v1/sessions", body).json
    assert made
    fields = {"key": live.things["publishable"], "amount": "129900", "currency": "EUR", "lt": made["launch_token"]}
    answer = street.scene.client.post("/w/loan", data=fields, headers={"Accept": "application/problem+json"})
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "mode_mismatch")
