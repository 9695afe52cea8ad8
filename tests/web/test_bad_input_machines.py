"""Every row of bad input, as a machine meets it: RFC 9457, with a code, the place, and how to mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scenebank.cli.output import HINTS
from scenebank.merchants.model import Mode
from scenebank.merchants.service import NewMerchant
from tests.support.bad_input import (
    ADDRESS_ROWS,
    BEGIN,
    END,
    ENDPOINT_ROWS,
    FORM_ROWS,
    LAUNCH_ROWS,
    OF_THE_ORDER,
    ORDER_ROWS,
    SCENE_ROWS,
    AddressRow,
    EndpointRow,
    FormRow,
    LaunchRow,
    OrderRow,
    SceneRow,
)
from tests.support.databases import database_of
from tests.support.scene import SHOP, Scene

JSON = {"Accept": "application/problem+json"}
MEMBERS = {"type", "title", "status", "code", "request_id", "detail", "errors"}
SECRET = "bis_sk_test_" + "s3cret" * 8


def name(row: Any) -> str:
    return str(row.name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    url = database_of(request, folder)
    made = Scene(folder, "CN", "instalments", url)
    yield made
    made.wired.database.dispose()


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """For rows that leave no application behind."""
    made = Scene(tmp_path_factory.mktemp("visits"), "EU", "loan")
    yield made
    made.wired.database.dispose()


@pytest.fixture
def eu(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "loan")
    yield made
    made.wired.database.dispose()


def assert_problem(answer: TestResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """What holds for every problem: complete, in words, kept nowhere, and without a secret."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    document = json.loads(answer.text)
    assert set(document) >= MEMBERS - {"detail", "errors"}
    assert set(document) <= MEMBERS
    assert (document["type"], document["status"]) == ("about:blank", status)
    assert re.fullmatch(r"[a-z][a-z0-9_]+", document["code"])
    assert document["title"]
    assert re.fullmatch(r"req_[0-9a-f]{16}", document["request_id"])
    words = [document["detail"]] if "errors" not in document else [one["detail"] for one in document["errors"]]
    assert words
    assert all(" " in text and not re.search(r"{\w*}", text) for text in words), words
    assert all({"pointer", "detail"} <= set(one) for one in document.get("errors", []))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)
    assert "bis_sk" not in answer.text
    assert "Traceback" not in answer.text
    if code is not None:
        assert document["code"] == code
    return dict(document)


def spoilt(fields: Mapping[str, str], change: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in (dict(fields) | dict(change)).items() if value is not None}


def assert_scene_problem(answer: TestResponse, row: SceneRow) -> None:
    document = assert_problem(answer, row.status, row.code)
    if row.field:
        (error,) = document["errors"]
        assert error["pointer"] == row.field
        assert not row.field_code or error["code"] == row.field_code


@pytest.mark.parametrize("row", [row for row in SCENE_ROWS if row.offers], ids=name)
def test_offers_of_a_scene_that_cannot_be_shown(scene: Scene, row: SceneRow) -> None:
    query = spoilt(scene.query | {"widget": scene.widget}, row.change)
    answer = scene.client.get("/v1/offers", query_string=query)
    if row.code not in ("amount_not_offered", "unknown_product"):
        assert_scene_problem(answer, row)
        return
    (error,) = assert_problem(answer, 422, "invalid_input")["errors"]
    assert (error["code"], error["pointer"]) == (row.code, next(iter(row.change)))
    mended = ("10000", "5000000") if row.code == "amount_not_offered" else ("harbour-one", "lantern-one")
    assert all(text in error["detail"] for text in mended)


def test_offers_of_a_widget_nobody_has(scene: Scene) -> None:
    for query in ({"widget": "nothing"}, {"widget": ""}, {}):
        answer = scene.client.get("/v1/offers", query_string=scene.query | query)
        (error,) = assert_problem(answer, 422, "invalid_input")["errors"]
        assert (error["pointer"], error["code"]) == ("widget", "unknown_widget")
        assert "instalments, loan" in error["detail"]


@pytest.mark.parametrize("row", SCENE_ROWS, ids=name)
def test_a_widget_asked_for_as_json(scene: Scene, row: SceneRow) -> None:
    token = scene.launch_token()
    sent = spoilt(scene.query, row.change)
    assert_scene_problem(scene.client.get(f"/w/{scene.widget}", query_string=sent, headers=JSON), row)
    if row.name not in OF_THE_ORDER:
        answer = scene.client.post(f"/w/{scene.widget}", data=sent | {"lt": token}, headers=JSON)
        assert_scene_problem(answer, row)
        assert token not in answer.text


@pytest.mark.parametrize(
    "accepted", ["application/json", "application/problem+json", "application/json, text/html;q=0.9"]
)
def test_who_prefers_json_gets_it(scene: Scene, accepted: str) -> None:
    answer = scene.client.post(f"/w/{scene.widget}", data=scene.query, headers={"Accept": accepted})
    assert_problem(answer, 401, "launch_invalid")


@pytest.mark.parametrize("accepted", ["", "*/*", "text/html,*/*;q=0.8", "text/html, application/json;q=0.5"])
def test_everybody_else_gets_the_document(scene: Scene, accepted: str) -> None:
    answer = scene.client.post(f"/w/{scene.widget}", data=scene.query, headers={"Accept": accepted})
    assert (answer.status_code, answer.content_type) == (401, "text/html; charset=utf-8")


@pytest.mark.parametrize("row", ADDRESS_ROWS, ids=name)
def test_an_address_nobody_answers(scene: Scene, row: AddressRow) -> None:
    if row.path.startswith("/back/app"):
        return  # only people come back from a bank
    fields: dict[str, Any] = {"data" if row.method == "POST" else "query_string": scene.query}
    answer = scene.client.open(row.path.format(widget=scene.widget), method=row.method, headers=JSON, **fields)
    assert_problem(answer, row.status, row.code)
    assert ("Allow" in answer.headers) == (row.status == 405)


@pytest.mark.parametrize("row", FORM_ROWS, ids=name)
def test_an_application_form_with_something_wrong(visits: Scene, row: FormRow) -> None:
    if row.market not in ("", "EU"):
        return
    form = visits.step(visits.enter(), "apply", choice="harbour/harbour-one/12")
    sent = spoilt(form.form(f"/w/{visits.widget}/submit") | visits.answers(), row.change)
    answer = visits.client.post(f"/w/{visits.widget}/submit", data=sent, headers=JSON)
    document = assert_problem(answer, row.status, row.code)
    assert {one["pointer"] for one in document.get("errors", [])} == set(row.fields)


@pytest.mark.parametrize("row", LAUNCH_ROWS, ids=name)
def test_a_launch_that_is_refused(visits: Scene, row: LaunchRow) -> None:
    sent = visits.query | row.spoil(visits)
    answer = visits.client.post(f"/w/{visits.widget}", data=sent, headers=JSON)
    assert_problem(answer, row.status, row.code)
    assert not sent.get("lt", "").strip("\0 ") or sent["lt"].strip("\0 ") not in answer.text


@pytest.mark.parametrize("row", ORDER_ROWS, ids=name)
def test_a_session_that_cannot_be_made(scene: Scene, row: OrderRow) -> None:
    good = {"widget": scene.widget, "origin": SHOP, "user": {"ref": "u_1"}}
    body = {name: value for name, value in (good | dict(row.change)).items() if value is not None}
    answer = call(scene.client, "POST", "/v1/sessions", scene.merchant, json=body)
    document = assert_problem(answer, 422, "invalid_input")
    assert (row.field, row.field_code) in [(one["pointer"], one["code"]) for one in document["errors"]]


def test_a_field_that_holds_a_secret_is_not_repeated(scene: Scene) -> None:
    for value in (SECRET, "whsec_" + "A" * 40, "bis_lt_" + "x" * 43, f"eyJhbGciOiJFUzI1NiJ9.{'e' * 60}.x"):
        for body in ({"origin": value}, {value: 1}, {"user": {value: 1}}):
            answer = call(scene.client, "POST", "/v1/sessions", scene.merchant, json=body)
            assert_problem(answer, 422)
            assert value not in answer.text
        assert value not in call(scene.client, "POST", "/v1/origins", scene.merchant, json={"origin": value}).text


def call(client: FlaskClient, method: str, path: str, merchant: NewMerchant | None, **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {merchant.secret_key}"} if merchant else {}
    return client.open(path, method=method, headers=headers | more.pop("headers", {}), **more)


# From here on: every route of the door for machines, from the map of routes itself.
OPEN = ("/healthz", "/readyz", "/.well-known/jwks.json", "/callbacks/", "/v1/offers", "/v1/keys/report")
IDS = ("app_nobody", "x" * 3000, "..%2f", "%00", "%ff%fe", "%ed%a0%80", "'%20OR%201=1--", "<b>")
BODIES = (b"{", b"[]", b"null", b'"x"', b'{"amount": 1.5}', b'{"a": NaN}', b'{"a":1,"a":2}', b"\xff\xfe", b"\x00",
          b'{"origin": "\\ud800"}', b'{"a\\ud800": 1}', b"[" * 50_000, b'{"a":' * 9_000,
          b'{"ttl": ' + b"9" * 5000 + b"}")  # fmt: skip


def routes(scene: Scene) -> list[tuple[str, Rule]]:
    rules = scene.client.application.url_map.iter_rules()
    found = [
        (method, rule) for rule in rules if rule.endpoint.startswith("api.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


def addresses(rule: Rule) -> list[str]:
    """The route's address with a name nobody has; one for each operation it names."""
    operations = re.search(r"<any\((.+?)\):\w+>", rule.rule)
    paths = [rule.rule]
    if operations:
        paths = [rule.rule.replace(operations.group(), one.strip()) for one in operations.group(1).split(",")]
    return [re.sub(r"<\w+>", "app_nobody", path) for path in paths]


def guarded(scene: Scene) -> list[tuple[str, str]]:
    return [
        (method, path) for method, rule in routes(scene) for path in addresses(rule) if not path.startswith(OPEN)
    ]  # fmt: skip


def test_the_map_is_as_large_as_we_think(scene: Scene) -> None:
    assert len(routes(scene)) >= 22
    assert len(guarded(scene)) >= 17


def test_every_route_wants_a_key_that_is_somebodys(scene: Scene) -> None:
    key = scene.merchant.secret_key
    wrong = ("", key, f"Basic {key}", "Bearer", "Bearer ", f"Bearer  {key}", f"Bearer {key}x", f"bearer {key}",
             f"Bearer {SECRET}", f"Bearer {scene.merchant.publishable_key}", "Bearer é",
             "Bearer " + "x" * 9000)  # fmt: skip
    for method, path in [*guarded(scene), ("GET", "/v1/offers")]:
        for header in wrong:
            headers = {"Authorization": header} if header else {}
            answer = scene.client.open(path, method=method, headers=headers, json=None if method == "GET" else {})
            assert_problem(answer, 401, "unauthenticated")
            assert key not in answer.text


def test_a_secret_key_from_a_browser_is_refused(scene: Scene) -> None:
    for method, path in guarded(scene):
        for header in ("Origin", "Sec-Fetch-Site"):
            assert_problem(call(scene.client, method, path, scene.merchant, headers={header: "cors"}), 403, "forbidden")


def test_another_shops_things_are_as_unknown_as_nobodys(scene: Scene, eu: Scene) -> None:
    eu.apply()
    (application,) = eu.wired.applications.list(eu.merchant.id, Mode.TEST, None, None, 2)
    other = eu.wired.merchants.create("Other", [SHOP], "EU", Mode.TEST)
    endpoint, _secret = eu.wired.webhooks.add_endpoint(eu.merchant.id, Mode.TEST, "https://shop.example/hook")
    for method, path in guarded(scene):
        if "app_nobody" not in path:
            continue
        key = {"Idempotency-Key": "k" * 20}
        answers = []
        for found in (endpoint if "endpoint" in path else application.id, "app_nobody"):
            answer = call(eu.client, method, path.replace("app_nobody", found), other, headers=key)
            answers.append(assert_problem(answer, 404, "not_found") | {"request_id": ""})
        assert answers[0] == answers[1]
    later = call(eu.client, "GET", f"/v1/applications?after={application.id}", other)
    assert_problem(later, 422, "invalid_input")


def test_every_route_names_the_methods_it_takes(scene: Scene) -> None:
    paths = {path for _method, rule in routes(scene) for path in addresses(rule)}
    for path in sorted(paths):
        taken = {method for method, rule in routes(scene) if re.fullmatch(re.sub("<[^>]+>", "[^/]+", rule.rule), path)}
        for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - taken):
            answer = call(scene.client, method, path, scene.merchant)
            assert_problem(answer, 405, "method_not_allowed")
            assert taken <= set(answer.headers["Allow"].split(", "))


def test_every_id_nobody_has_is_a_problem(scene: Scene) -> None:
    key = {"Idempotency-Key": "k" * 20}
    tried = 0
    for method, rule in routes(scene):
        for path in addresses(rule):
            for one in IDS if "app_nobody" in path else ():
                address = path.replace("app_nobody", one)
                answer = call(scene.client, method, address, scene.merchant, headers=key, data=b"")
                reached = path.startswith("/callbacks") and one not in ("%00", "..%2f")
                assert_problem(answer, 401 if reached else 404)
                tried += 1
    assert tried >= 40


def test_every_body_that_is_no_strict_object_is_a_problem(scene: Scene) -> None:
    key = {"Idempotency-Key": "k" * 20}
    for method, path in [one for one in guarded(scene) if one[0] in ("POST", "PATCH")]:
        for body in BODIES:
            for kind in ("application/json", "text/plain"):
                sent = headers_of(kind) | key
                assert_problem(call(scene.client, method, path, scene.merchant, headers=sent, data=body), 422)


def headers_of(kind: str) -> dict[str, str]:
    return {"Content-Type": kind}


def test_every_body_of_ten_megabytes_is_a_problem(scene: Scene) -> None:
    key = {"Idempotency-Key": "k" * 20}
    for method, path in [one for one in guarded(scene) if one[0] == "POST"] + [("POST", "/callbacks/harbour")]:
        answer = call(scene.client, method, path, scene.merchant, headers=key, data=b"a" * 10_000_000)
        assert_problem(answer, 413, "too_large")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        *((f"/v1/{page}?limit={limit}", "limit") for page in ("applications", "events")
          for limit in ("", "0", "-1", "101", "1e2", "abc", "٣", "00020", "1.5", "9" * 5000)),
        *((f"/v1/events?after={after}", "after") for after in ("", "-1", "abc", "1.5", "٣", "9" * 16, "%ff")),
        *((f"/v1/applications?after={after}", "after") for after in ("", "app_nobody", "%ff", "x" * 3000)),
        *((f"/v1/{page}?{field}=a%00b", field) for page in ("applications", "events", "offers", "origins")
          for field in ("after", "order", "limit", "anything")),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_read(scene: Scene, path: str, field: str) -> None:
    (error,) = assert_problem(call(scene.client, "GET", path, scene.merchant), 422, "invalid_input")["errors"]
    assert error["pointer"] == field


@pytest.mark.parametrize("key", ["", "short", "k" * 256, "k" * 20 + " ", "ключ" * 5])
def test_an_idempotency_key_that_is_none(eu: Scene, key: str) -> None:
    eu.apply()
    (application,) = eu.wired.applications.list(eu.merchant.id, Mode.TEST, None, None, 2)
    for operation in ("fulfil", "cancel", "refund"):
        sent = {"Idempotency-Key": key.encode().decode("latin-1")}
        answer = call(eu.client, "POST", f"/v1/applications/{application.id}/{operation}", eu.merchant, headers=sent)
        assert_problem(answer, 400 if not key else 422)


def test_an_amount_that_cannot_be_settled(eu: Scene) -> None:
    eu.apply()
    (application,) = eu.wired.applications.list(eu.merchant.id, Mode.TEST, None, None, 2)
    amounts = ("0", "-1", "1e30", "abc", "1.5", 129900, "9" * 13, "", None, ["1"], {"a": "1"}, "1\0")
    for number, (amount, currency) in enumerate(product(amounts, ("EUR", "XXX", "CNY", None, ["EUR"]))):
        body = {"amount": {"amount": amount, "currency": currency}}
        key = {"Idempotency-Key": f"key-number-{number:020d}"}
        address = f"/v1/applications/{application.id}/refund"
        answer = call(eu.client, "POST", address, eu.merchant, json=body, headers=key)
        readable = amount == "0" and currency in ("EUR", "CNY")
        assert_problem(answer, 409 if readable else 422, "not_settleable" if readable else "invalid_input")


@pytest.mark.parametrize(
    "url", ["", "x", "http://shop.example/h", "https://127.0.0.1/h", "https://u:p@shop.example/", "ftp://shop.example",
            "https://", "https://[::1]/", "https://shop.example\r\nX: y", "https://" + "x" * 3000,
            "javascript:alert(1)", "https://Shop.example/h", "https://shop.example./h", "https://shop.example/%00",
            "https://shop.example/\0", "https://shop.example/a b", "https://shop.example/\x7f"],
)  # fmt: skip
def test_a_webhook_address_we_do_not_call(scene: Scene, url: str) -> None:
    answer = call(scene.client, "POST", "/v1/webhook_endpoints", scene.merchant, json={"url": url})
    assert_problem(answer, 422, "invalid_input")


@pytest.mark.parametrize("row", ENDPOINT_ROWS, ids=name)
def test_a_wish_for_webhooks_that_cannot_be_read(scene: Scene, endpoint: str, row: EndpointRow) -> None:
    answer = call(
        scene.client, row.method, f"/v1/webhook_endpoints{row.path.format(endpoint)}", scene.merchant, json=row.body
    )
    (error,) = assert_problem(answer, 422, "invalid_input")["errors"]
    assert (error["pointer"], error["code"]) == (row.field, row.field_code)


@pytest.mark.parametrize("path", ["/v1/webhook_endpoints", *(f"/v1/webhook_endpoints/{{}}/{verb}" for verb in (
    "rotate", "test", "replay", "deliveries/msg_nobody/replay"))])  # fmt: skip
@pytest.mark.parametrize("key", ["", "short", "k" * 256, "k" * 20 + " "])
def test_a_key_nobody_must_send_is_read_where_it_is_sent(scene: Scene, endpoint: str, path: str, key: str) -> None:
    body = {"url": "https://shop.example/h"} if path.endswith("endpoints") else {"from": BEGIN, "to": END}
    sent = body if path.endswith(("endpoints", "}/replay")) else {}
    answer = call(
        scene.client, "POST", path.format(endpoint), scene.merchant, json=sent, headers={"Idempotency-Key": key}
    )
    assert_problem(answer, 422 if key else 400)


@pytest.fixture(scope="module")
def endpoint(scene: Scene) -> str:
    found, _secret = scene.wired.webhooks.add_endpoint(scene.merchant.id, Mode.TEST, "https://shop.example/hook")
    return found


@pytest.mark.parametrize(
    "origin", ["", "null", "*", "shop.example", "https://*.shop.example", "https://shop.example/", "https://shop.example:443",
               "http://shop.example", "HTTPS://shop.example", "https://shop.example\0", "https://ünï.example", 7, None,
               "https://" + ".".join(["x" * 60] * 4) + ".example"],
)  # fmt: skip
def test_an_origin_no_browser_writes(scene: Scene, origin: Any) -> None:
    answer = call(scene.client, "POST", "/v1/origins", scene.merchant, json={"origin": origin})
    assert_problem(answer, 422, "invalid_input")


def test_every_code_we_raise_has_words() -> None:
    """Whatever a field can be refused for has a text for machines or for commands, and how to mend it stands in it."""
    root = Path(__file__).parents[2]
    details = json.loads((root / "scenebank/web/details.json").read_text("utf-8"))
    raised = set()
    for folder in ("scenebank", "widgets"):
        for path in (root / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            raised |= set(re.findall(r'(?:FieldError|InvalidInput\.one|_wrong)\([^()]*?,\s*"([a-z_]+)"', text))
            raised |= set(re.findall(r'(?:LaunchRefused|SessionRefused)\("([a-z_]+)"', text))
    assert len(raised) >= 30
    assert raised - set(details) - set(HINTS) == set()
