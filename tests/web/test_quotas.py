"""Who asks too much hears it at every door, in its own language, and loses nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from scenebank.config import QUOTAS, Quota
from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.keys import new_secret_key
from scenebank.merchants.model import KeyKind, Mode
from scenebank.quotas.counting import Quotas
from tests.support.scene import Page, Scene

POLICIES = re.compile(r'"(\w+)";q=(\d+);w=(\d+)')
LEFT = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "loan")
    yield made
    made.wired.database.dispose()


def crowded(scene: Scene, proxies: int = 0, **most: int) -> FlaskClient:
    """The same application where only so much is left in a minute."""
    policies = dict(QUOTAS) | {name: Quota(many, 60) for name, many in most.items()}
    quotas = Quotas(policies, secrets.token_bytes(32))
    config = replace(scene.wired.config, trusted_proxies=proxies)
    return create_app(wired=replace(scene.wired, config=config, quotas=quotas)).test_client()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def standing(answer: TestResponse) -> dict[str, int]:
    """What is left by policy, as the fields tell."""
    told = POLICIES.findall(answer.headers["RateLimit-Policy"])
    left = LEFT.findall(answer.headers["RateLimit"])
    assert [name for name, _most, _window in told] == [name for name, _left, _reset in left]
    assert all(1 <= int(reset) <= int(window) for (_n, _r, reset), (_m, _q, window) in zip(left, told, strict=True))
    return {name: int(many) for name, many, _reset in left}


def assert_refused(answer: TestResponse) -> None:
    assert (answer.status_code, answer.json and answer.json["code"]) == (429, "rate_limited")
    assert answer.content_type == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Retry-After"] in (answer.json or {})["detail"]


def test_a_key_is_told_what_is_left_and_then_refused(scene: Scene) -> None:
    other = scene.wired.merchants.create("Other", [], "EU", Mode.TEST)
    client = crowded(scene, key=3)
    asked = [client.get("/v1/applications", headers=bearer(scene.merchant.secret_key)) for _turn in range(4)]
    assert [one.status_code for one in asked] == [200, 200, 200, 429]
    assert [standing(one)["key"] for one in asked] == [2, 1, 0, 0]
    assert_refused(asked[3])
    assert client.get("/v1/applications", headers=bearer(other.secret_key)).status_code == 200


def test_who_has_no_name_is_counted_by_network(scene: Scene) -> None:
    client = crowded(scene, network=4)
    paths = ("/r/nobodys", "/v1/receipts/head", "/nothing/here", "/v1/applications")
    assert [standing(client.get(path))["network"] for path in paths] == [3, 2, 1, 0]
    machine = {"Accept": "application/json"}
    for method, path in (("GET", "/w/loan"), ("POST", "/w/loan"), ("POST", "/w/loan/apply"), ("POST", "/v1/launch"),
                         ("POST", "/v1/resume"), ("GET", "/go/x"), ("GET", "/back/x"), ("GET", "/r/x"),
                         ("POST", "/callbacks/harbour"), ("POST", "/v1/keys/report"), ("GET", "/nothing"),
                         ("GET", "/v1/scene.js"), ("GET", "/v1/receipts/head"), ("GET", "/v1/applications"),
                         ("GET", f"/v1/offers?key={scene.merchant.publishable_key}")):  # fmt: skip
        assert_refused(client.open(path, method=method, headers=machine))
    assert {client.get(path).status_code for path in ("/healthz", "/readyz")} == {200}


def test_answers_kept_by_others_tell_nobodys_standing(scene: Scene) -> None:
    public = scene.client.get("/w/loan", query_string=scene.query)
    assert "public" in public.headers["Cache-Control"]
    assert not {"RateLimit", "RateLimit-Policy"} & set(public.headers.keys())
    assert "network" in standing(scene.client.get("/w/loan"))


@pytest.mark.parametrize(("locale", "word"), [("zh-CN", "您填写的内容不会丢失"), ("en", "Nothing you entered is lost")])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_that_comes_too_often_is_kept_whole(scene: Scene, locale: str, word: str, htmx: bool) -> None:
    """What was typed and agreed to is in the answer, and sent from there it arrives."""
    form = scene.step(scene.enter(locale=locale), "apply", choice="harbour/harbour-one/12")
    typed = scene.answers() | {"address": "\"Strasse\" <1>\r\n& Co, Berlin"}
    client = crowded(scene, network=1)
    client.get("/nothing")
    headers = {"HX-Request": "true"} if htmx else {}
    sent = form.form("/w/loan/submit") | typed
    answer = client.post("/w/loan/submit", data=sent, headers=headers)
    page = Page(answer)
    assert (page.status, answer.headers["Cache-Control"]) == (429, "no-store")
    assert word in page.text
    assert answer.headers["Retry-After"] in page.text
    assert page.html.lstrip().startswith("<main" if htmx else "<!doctype html>")
    assert page.form("/w/loan/submit") == sent
    assert [(name, detail["code"]) for name, detail in page.events] == [("error", "rate_limited")]
    assert "https://shop.example" in answer.headers["Content-Security-Policy"]
    again = page.form("/w/loan/submit") | {"address": "Strasse 1, Berlin"}  # which the step itself takes
    assert scene.post("/submit", again).shown_status == "submitting"


def test_a_launch_that_comes_too_often_uses_up_no_token(scene: Scene) -> None:
    client = crowded(scene, network=1)
    client.get("/nothing")
    page = Page(client.post("/w/loan", data=scene.query | {"lt": scene.launch_token()}))
    assert page.status == 429
    assert scene.post("", page.form("/w/loan")).has_form("/w/loan/apply")


def test_a_view_that_is_asked_for_too_often_is_a_link_away(scene: Scene) -> None:
    client = crowded(scene, network=1)
    client.get("/nothing")
    page = Page(client.get("/w/loan", query_string=scene.query))
    found = re.search(r'<a class="main" href="([^"]+)"', page.html)
    assert (page.status, found is not None) == (429, True)
    assert found and scene.client.get(found[1].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(("locale", "word"), [("zh-CN", "您的凭证不会丢失"), ("en", "Your receipt is kept")])
def test_a_receipt_that_is_asked_for_too_often(scene: Scene, locale: str, word: str) -> None:
    client = crowded(scene, network=1)
    client.get("/nothing")
    page = Page(client.get("/r/some", query_string={"locale": locale}))
    assert (page.status, word in page.text) == (429, True)
    assert page.headers["Retry-After"] in page.text
    assert page.html.rstrip().endswith("</html>")
    assert_refused(client.get("/r/some/receipt.json"))


def test_leaked_keys_are_reported_a_few_at_a_time(scene: Scene) -> None:
    """The default, low as it is: whoever tries many keys here learns nothing, and not for long."""
    client = crowded(scene)
    said = [client.post("/v1/keys/report", json={"key": new_secret_key(Mode.TEST)}) for _turn in range(21)]
    assert [one.status_code for one in said] == [202] * 20 + [429]
    assert standing(said[19])["report"] == 0
    assert_refused(said[20])
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    report = client.post("/v1/keys/report", json={"key": "x"}, environ_base=elsewhere)
    assert report.status_code == 202


def test_keys_are_guessed_a_few_at_a_time(scene: Scene) -> None:
    """The default. A key that works is not shut out by who guesses beside it; one never seen here has to wait."""
    wired, client = scene.wired, crowded(scene)
    assert client.get("/v1/keys", headers=bearer(scene.merchant.secret_key)).status_code == 200
    never_seen = wired.merchants.create("Other", [], "EU", Mode.TEST).secret_key
    tried = [client.get("/v1/keys", headers=bearer(new_secret_key(Mode.TEST))) for _turn in range(61)]
    assert [one.status_code for one in tried] == [401] * 60 + [429]
    assert_refused(tried[60])
    assert client.get("/v1/keys", headers=bearer(scene.merchant.secret_key)).status_code == 200
    assert_refused(client.get("/v1/keys", headers=bearer(never_seen)))
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.get("/v1/keys", headers=bearer(never_seen), environ_base=elsewhere).status_code == 200


def test_a_key_that_has_ended_is_no_guess(scene: Scene) -> None:
    """Whoever goes on with an old key does not shut out the new one beside it."""
    keys, client = scene.wired.merchant_keys, crowded(scene, guess=2)
    key = keys.create(scene.merchant.id, Mode.TEST, WantedKey(KeyKind.SECRET)).text or ""
    assert client.get("/v1/keys", headers=bearer(key)).status_code == 200
    keys.report(key)
    assert [client.get("/v1/keys", headers=bearer(key)).status_code for _turn in range(4)] == [401] * 4
    assert client.get("/v1/keys", headers=bearer(scene.merchant.secret_key)).status_code == 200


@pytest.mark.parametrize("path", ["/w/loan", "/v1/launch", "/v1/resume", "/w/loan/apply"])
def test_a_refused_launch_costs_ten(scene: Scene, path: str) -> None:
    client = crowded(scene, network=100)
    answer = client.post(path, data=scene.query | {"widget": "loan", "lt": "bis_lt_guess", "resume": "x"})
    assert (answer.status_code, standing(answer)) == (401, {"network": 90})


def test_a_refused_callback_costs_ten(scene: Scene) -> None:
    client = crowded(scene, network=100)
    for bank, left in (("harbour", 90), ("nobody", 80)):
        answer = client.post(f"/callbacks/{bank}", data=b"x")
        assert (answer.status_code, standing(answer)) == (401, {"network": left})


def test_who_asks_is_whom_the_trusted_proxies_name(scene: Scene) -> None:
    """Of the header only the entries that our own proxies wrote count: what stands before them anybody may write."""
    for proxies, chains in (
        (0, ("192.0.2.1", "192.0.2.2")), (1, ("192.0.2.1, 198.51.100.1", "192.0.2.2, 198.51.100.1")),
        (2, ("192.0.2.1, 198.51.100.1, 10.0.0.1", "192.0.2.2, 198.51.100.1, 10.0.0.2")),
    ):  # fmt: skip
        client = crowded(scene, proxies, network=9)
        left = [standing(client.get("/r/x", headers={"X-Forwarded-For": chain}))["network"] for chain in chains]
        assert left == [8, 7], proxies
    client = crowded(scene, 1, network=9)
    clients = ("198.51.100.1", "198.51.100.2", "2001:db8::1", "2001:db8::2")
    left = [standing(client.get("/r/x", headers={"X-Forwarded-For": one}))["network"] for one in clients]
    assert left == [8, 8, 8, 7]
