"""Receipts as people and machines get them, from a real purchase on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scenebank.banks.port import Stage
from scenebank.store.tables import applications, consents
from tests.support.html_tree import Tree
from tests.support.ledger import outside
from tests.support.scene import DETAILS, Page, Scene, said

JSON = {"Accept": "application/json"}


class Desk(Scene):
    """``listed`` is what the shop is told of its application's receipts."""

    def listed(self, key: str = "") -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/applications/{self.application}/receipts", headers=self.bearer(key))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = json.loads(answer.data)["data"]
        return found

    def bearer(self, key: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {key or self.merchant.secret_key}"}

    @property
    def application(self) -> str:
        return self.wired.applications.list(self.merchant.id, self.mode, None, None, 1)[0].id

    def receipt(self, number: int, locale: str = "en") -> Page:
        path = self.listed()[number]["url"].removeprefix(self.wired.config.public_url)
        return Page(self.client.get(path, query_string={"locale": locale}))


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(tmp_path, "EU", "instalments", database_url)


def told(receipts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["kind"], one["move"]["to"] if "move" in one else one["consent"]["purpose"]) for one in receipts]


def test_a_purchase_leaves_a_receipt_for_each_consent_and_each_move(desk: Desk) -> None:
    shown = desk.apply()
    assert told(desk.listed()) == [
        ("consent_given", "share_data"), ("consent_given", "credit_check"), ("application_moved", "submitting"),
    ]  # fmt: skip
    desk.run(5)
    assert told(desk.listed())[3:] == [("application_moved", "action_required")]
    form = desk.step(shown, "status")
    done = desk.step(form, "withdraw-consent", application=desk.application, consent=consent_id(desk))
    assert done.status == 200
    assert told(desk.listed())[4:] == [("consent_withdrawn", "credit_check")]
    desk.play(said(Stage.WITHDRAWN, desk.amount, 2))
    desk.run(5)
    assert told(desk.listed())[5:] == [("application_moved", "withdrawn")]
    desk.wired.receipts.seal()
    verifier, keys = outside(), json.loads(desk.client.get("/v1/receipts/keys").data)
    roots: dict[int, bytes] = {}
    for one in desk.listed():
        assert one["sealed"]
        proof = json.loads(desk.client.get(f"/r/{one['receipt']}", headers=JSON).data)
        assert one["receipt"] in verifier.check(proof, keys, roots)
    again = desk.step(done, "withdraw-consent", application=desk.application, consent=consent_id(desk))
    assert again.status == 200
    assert len(desk.listed()) == 6


def consent_id(desk: Desk) -> str:
    with desk.wired.database.read() as connection:
        query = consents.select().where(consents.c.purpose == "credit_check")
        return str(connection.execute(query).mappings().one()["id"])


def test_a_receipt_holds_nothing_personal(desk: Desk) -> None:
    desk.apply()
    desk.run(5)
    with desk.wired.database.read() as connection:
        row = connection.execute(applications.select()).mappings().one()
    for one in desk.listed():
        answer = desk.client.get(f"/r/{one['receipt']}", headers=JSON)
        for secret in (*DETAILS.values(), row["shopper_ref"], row["session_id"], row["submission_key"]):
            if len(secret) > 2:
                assert secret not in answer.text
    salts = {json.loads(json.loads(desk.client.get(f"/r/{one['receipt']}", headers=JSON).data)["leaf"])["salt"]
             for one in desk.listed()}  # fmt: skip
    assert len(salts) == len(desk.listed())


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_page_tells_what_was_recorded_and_loads_nothing(desk: Desk, locale: str) -> None:
    desk.apply()
    desk.run(5)
    waiting = desk.receipt(0, locale)
    assert {"en": "Being sealed", "zh-CN": "正在封存"}[locale] in waiting.text
    assert "receipt.json" not in waiting.html
    desk.wired.receipts.seal()
    for number in range(len(desk.listed())):
        page = desk.receipt(number, locale)
        tree = Tree(page.html)
        assert (page.status, tree.wrong, tree.open) == (200, [], [])
        assert f'<html lang="{locale}">' in page.html
        assert {"en": "Sealed in the ledger", "zh-CN": "已封存于账本"}[locale] in page.text
        assert {"en": "Harbour Bank", "zh-CN": "海港银行"}[locale] in page.text
        assert "青禾 & <Söhne>" in page.text
        assert "1,299.00" in page.text
        assert not {tag for tag, _names in tree.shape} & {"script", "img", "link", "form", "iframe"}
    file = desk.client.get(f"/r/{desk.listed()[0]['receipt']}/receipt.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="receipt.json"'
    assert file.json == desk.client.get(f"/r/{desk.listed()[0]['receipt']}", headers=JSON).json


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_headers_and_ids_nobody_has(desk: Desk, accept: str) -> None:
    """Unknown, malformed, cut short, long: one answer."""
    desk.apply()
    known = desk.listed()[0]["receipt"]
    answers = []
    for receipt in (known, f"rcp_{'0' * 32}", "rcp_1", known[:-1], known.upper(), "%20", "x" * 3000):
        answer = desk.client.get(f"/r/{receipt}?locale=en", headers={"Accept": accept})
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Accept" in answer.headers["Vary"]
        answers.append((answer.status_code, without_id(answer.text)))
    assert answers[0][0] == 200
    assert {status for status, _text in answers[1:]} == {404}
    assert len(set(answers[1:])) == 1


def without_id(text: str) -> str:
    """Every problem has a request_id of its own."""
    return json.dumps(json.loads(text) | {"request_id": ""}) if text.startswith("{") else text


def test_a_shop_sees_its_own_receipts_only(desk: Desk) -> None:
    desk.apply()
    assert desk.listed()
    other = desk.wired.merchants.create("Other", ["https://other.example"], "EU", desk.mode)
    path = f"/v1/applications/{desk.application}/receipts"
    strange = desk.client.get(path, headers=desk.bearer(other.secret_key))
    none = desk.client.get("/v1/applications/app_none/receipts", headers=desk.bearer())
    assert (strange.status_code, none.status_code) == (404, 404)
    assert without_id(strange.text) == without_id(none.text)
    assert desk.client.get(path).status_code == 401


def test_heads_and_consistency_are_for_everybody(desk: Desk) -> None:
    assert desk.client.get("/v1/receipts/head").status_code == 404
    desk.apply()
    desk.wired.receipts.seal()
    desk.run(5)
    desk.wired.receipts.seal()
    assert json.loads(desk.client.get("/v1/receipts/head").data)["size"] == 4
    assert desk.client.get("/v1/receipts/consistency?first=3&second=4").status_code == 200
    wrong = ("first=4&second=3", "first=x&second=4", "second=4")
    never = ("first=2&second=4", "first=0&second=4", "first=3&second=99")
    for query, status in (*((one, 422) for one in wrong), *((one, 404) for one in never)):
        answer = desk.client.get(f"/v1/receipts/consistency?{query}")
        assert (query, answer.status_code) == (query, status)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert len(json.loads(answer.data)["code"]) > 3
