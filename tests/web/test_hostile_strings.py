"""Hostile texts stay texts: in every field of every door they change no element, no attribute and no header of an
answer, and come back as they were typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import TestResponse

from scenebank.errors import InvalidInput
from scenebank.merchants.model import Mode
from tests.support.databases import database_of
from tests.support.hostile_strings import TENTH_AND_WHOLE, as_text, cases, folder, planted
from tests.support.html_tree import Tree
from tests.support.scene import DETAILS, SHOP, Page, Scene

Text = str | bytes
Send = Callable[[str, Text], TestResponse]
Shape = tuple[int, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
pytestmark = pytest.mark.skipif(folder() is None, reason="SCENEBANK_SHARED_DATA has no security/strings here")

QUERY_FIELDS = ("key", "amount", "currency", "product", "shape", "theme", "order", "placement", "bank-window", "locale",
                "choice", "anything")  # fmt: skip
LAUNCH_FIELDS = ("lt", "cn", "parent_origin", "session", "order", "locale")
FORM_FIELDS = (*DETAILS, "choice", "consent-share_data", "consent-credit_check", "session", "application", "locale")
TYPED = ("name", "email", "phone", "address")
# One harmless value for each way an answer may look; what is hostile has to look like one of them.
HARMLESS: Mapping[str, tuple[str, ...]] = {
    "key": ("", "x"), "amount": ("129900", "1", "abc"), "currency": ("EUR", "x"),
    "product": ("", "harbour-one", "x", "x y"), "shape": ("full", "x"),
    "theme": ("auto", "dark", "x"), "order": ("", "x", "x y"), "placement": ("", "x", "x y"),
    "bank-window": ("same", "tab", "x"), "locale": ("", "en", "x"), "choice": ("", "x", "harbour/harbour-one/12"),
    "anything": ("x",), "lt": ("", "x"), "cn": ("", "x"), "parent_origin": ("", "x", SHOP), "session": ("", "x"),
    "name": ("Ada", "", "x" * 101), "email": ("a@b.example", "x"), "phone": ("+49 30 123456", "x"),
    "address": ("Street 1", ""), "employment": ("FULL_TIME", "x"), "tax_country": ("DE", "x"), "application": ("", "x"),
    "consent-share_data": ("yes", "x"), "consent-credit_check": ("yes", "x"),
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A shop in the EU, where the details are typed in the frame."""
    folder = tmp_path_factory.mktemp("scene")
    url = database_of(request, folder)
    made = Scene(folder, "EU", "instalments", url)
    yield made
    made.wired.database.dispose()


def ours_only(scene: Scene) -> bool:
    """What a list holds makes no difference to a database; what no database takes is in our own."""
    return scene.wired.database.engine.dialect.name == "postgresql"


def was_given_back(text: Text, values: list[str]) -> bool:
    """NUL is read as a browser reads it; bytes that are no text are nobody's typing."""
    return len(values) == 1 and (isinstance(text, bytes) or values == [text.replace("\0", "\ufffd")])


def shape_of(answer: TestResponse) -> Shape:
    tree = Tree(answer.text)
    assert (tree.open, tree.wrong) == ([], [])
    for link in tree.links:
        assert link.startswith(("/w/", "#", "/v1/htmx.")), link
    return answer.status_code, tuple(sorted(answer.headers.keys())), tuple(tree.shape)


def check(scene: Scene, fields: tuple[str, ...], whole: bool, send: Send) -> list[tuple[str, Text, str]]:
    """Every answer looks like a harmless one; the answers, for more to be said of them."""
    refused = shape_of(send("theme", "x"))  # one field is wrong: also what NUL in any field looks like
    allowed = {field: {refused, *(shape_of(send(field, value)) for value in HARMLESS[field])} for field in fields}
    answers = []
    for field, text in cases(fields, whole, ours_only(scene)):
        answer = send(field, text)
        assert 200 <= answer.status_code < 500, (field, text)
        assert shape_of(answer) in allowed[field], (field, text, answer.status_code)
        answers.append((field, text, answer.text))
    print(f"{len(answers)} hostile texts in {len(fields)} fields, {sum(map(len, allowed.values()))} shapes of answers")
    return answers


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_the_address_of_a_widget(scene: Scene, whole: bool) -> None:
    for step in ("", "/schedule"):
        def send(field: str, text: Text, step: str = step) -> TestResponse:
            query = urlencode({"choice": "harbour/harbour-one/12", **scene.query, field: text})
            return scene.client.get(f"/w/{scene.widget}{step}?{query}")

        check(scene, QUERY_FIELDS, whole, send)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_a_launch(scene: Scene, whole: bool) -> None:
    def send(field: str, text: Text) -> TestResponse:
        return post(scene, "", {**scene.query, field: text})

    for field, _text, html in check(scene, LAUNCH_FIELDS, whole, send):
        if field in ("lt", "session"):
            assert Tree(html).values["lt"] == [""]
            assert "session" not in Tree(html).values


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_the_form_of_an_application(scene: Scene, whole: bool) -> None:
    """One consent is never ticked, so nothing is ever sent and the form comes back with what was typed."""
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12").form(f"/w/{scene.widget}/submit")
    given: dict[str, Text] = {**form, **DETAILS, "consent-share_data": "yes", "name": ""}

    def send(field: str, text: Text) -> TestResponse:
        return post(scene, "/submit", given | {field: text})

    fields = tuple(field for field in FORM_FIELDS if field not in ("consent-credit_check", "name"))
    for field, text, html in check(scene, fields, whole, send):
        if field in TYPED:
            assert was_given_back(text, Tree(html).values[field])
    given |= {"name": "Ada", "email": ""}
    for field, text, html in check(scene, ("name", "consent-credit_check"), whole, send):
        if field in TYPED:
            assert was_given_back(text, Tree(html).values[field])
    assert scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 1) == []


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_addresses(scene: Scene, whole: bool) -> None:
    """What stands in a path is quoted, so that it is one part of it or, with a slash, several."""
    for _field, text in cases(("address",), whole, ours_only(scene)):
        part = quote(text, safe="/")
        asked = ("/w/", f"/w/{scene.widget}/", "/go/", "/back/")
        for method, path in (*(("GET", f"{start}{part}") for start in asked), ("POST", f"/w/{scene.widget}/{part}")):
            answer = scene.client.open(path, method=method, query_string=scene.query if method == "GET" else "")
            assert 200 <= answer.status_code < 500, path
            if answer.content_type != "application/problem+json":
                shape_of(answer)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_what_servers_send(scene: Scene, whole: bool) -> None:
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    good: dict[str, Any] = {"widget": scene.widget, "origin": SHOP, "user": {"ref": "u"}, "return_url": f"{SHOP}/back",
                            "order": {"id": "o", **scene.amount.json()}, "consent": {"signals": True, "version": "1"},
                            "signals": {"orders_12m": 1}}  # fmt: skip
    fields = ("widget", "origin", "return_url", "ttl", "user", "user/ref", "user/", "order/id", "order/amount",
              "order/currency", "consent/version", "signals/orders_12m", "signals/", "")  # fmt: skip
    texts_of_their_own = ("user/ref", "order/id", "return_url", "consent/version", "order/amount")
    for field, text in cases(fields, whole, ours_only(scene)):
        answer = scene.client.post("/v1/sessions", json=planted(good, field, text), headers=bearer)
        assert answer.status_code in (201, 422), (field, text)
        assert answer.status_code == 422 or field in texts_of_their_own, (field, text)
        assert json.loads(answer.text)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_what_servers_ask(scene: Scene, whole: bool) -> None:
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    asked = (("/v1/applications", ("after", "order", "limit")), ("/v1/events", ("after", "limit")),
             ("/v1/offers", ("key", "widget", "amount", "currency", "product")),
             ("/v1/webhook_endpoints/we_nobody/deliveries", ("after", "status", "limit")),
             ("/v1/receipts/consistency", ("first", "second")))  # fmt: skip
    for address, fields in asked:
        for field, text in cases(fields, whole, ours_only(scene)):
            given = {**scene.query, "widget": scene.widget} if "offers" in address else {}
            query = urlencode({**given, field: text})
            answer = scene.client.get(f"{address}?{query}", headers=bearer)
            assert answer.status_code in (200, 401, 404, 422), (address, field, text)
            assert json.loads(answer.text)
    named = ("GET /v1/applications/{}", "POST /v1/applications/{}/refund", "DELETE /v1/webhook_endpoints/{}",
             "POST /callbacks/{}", "DELETE /v1/sessions/{}", "POST /v1/keys/{}/roll", "DELETE /v1/origins?origin={}",
             "GET /r/{}/receipt.json", "POST /v1/webhook_endpoints/we_0/deliveries/{}/replay")  # fmt: skip
    for field, text in cases(named, whole, ours_only(scene)):
        method, address = field.split(" ")
        path = address.format(quote(text, safe=""))
        answer = scene.client.open(path, method=method, headers=bearer | {"Idempotency-Key": "k" * 20})
        assert 400 <= answer.status_code < 500 or (method, text) == ("GET", ""), (path, answer.status_code)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_headers(scene: Scene, whole: bool) -> None:
    """As far as a header can hold it at all."""
    names = ("Authorization", "Idempotency-Key", "Accept", "Accept-Language", "Content-Type", "HX-Request", "Cookie")
    for name, text in cases(names, whole, ours_only(scene)):
        value = (text if isinstance(text, bytes) else text.encode()).decode("latin-1")
        if any(ord(one) < 32 or ord(one) == 127 for one in value):
            continue
        for path in (f"/w/{scene.widget}", "/v1/applications/app_nobody/refund"):
            answer = scene.client.post(path, headers={name: value}, data=b"")
            assert 400 <= answer.status_code < 500, (name, text)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_as_the_name_of_a_shop(scene: Scene, whole: bool) -> None:
    """It stands in the text of the consent."""
    def consent_page(name: str) -> Page | None:
        try:
            scene.merchant = scene.wired.merchants.create(name, [SHOP], "EU", Mode.TEST)
        except InvalidInput as refused:
            assert [error.code for error in refused.errors] == ["merchant_name"]
            return None
        return scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")

    before = scene.merchant
    try:
        harmless = consent_page("Shop")
        assert harmless is not None
        taken = 0
        for _field, text in cases(("name",), whole, ours_only(scene))[:: 1 if whole else 3]:
            if (page := consent_page(as_text(text))) is not None:
                assert Tree(page.html).shape == Tree(harmless.html).shape, text
                taken += 1
        assert taken >= 3 or ours_only(scene)
    finally:
        scene.merchant = before


def post(scene: Scene, path: str, fields: Mapping[str, Text]) -> TestResponse:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return scene.client.post(f"/w/{scene.widget}{path}", data=urlencode(fields), headers=kind)
