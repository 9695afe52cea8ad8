"""What htmx gets, what a machine gets, and what everybody gets where htmx is not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenebank.web.embed import scripts
from tests.support.scene import Page, Scene

HTMX = {"HX-Request": "true", "Accept": "text/html"}
NONCE = re.compile(r"'nonce-([^']+)'")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "instalments")
    yield made
    made.wired.database.dispose()


def nonces(page: Page) -> tuple[list[str], set[str]]:
    """In the policy, and in the elements."""
    return NONCE.findall(page.headers["Content-Security-Policy"]), set(re.findall(r'nonce="([^"]+)"', page.html))


def entered(shop: Scene) -> Page:
    return shop.enter()


def test_a_public_document_holds_nothing_of_htmx(shop: Scene) -> None:
    page = shop.get()
    assert nonces(page) == ([], set())
    assert "hx-" not in page.html
    assert page.html.count("<script") == 1
    assert "connect-src" not in page.headers["Content-Security-Policy"]


def test_every_personal_answer_has_a_nonce_of_its_own(shop: Scene) -> None:
    found = set()
    for page in (entered(shop), entered(shop)):
        (nonce,), stamped = nonces(page)
        assert stamped == {nonce}
        found.add(nonce)
        policy = page.headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'; trusted-types htmx" in policy
        assert page.html.count("data-hx-post=") == page.html.count("data-hx-nonce=") > 0
    assert len(found) == 2


def test_htmx_gets_the_changing_part_with_its_policy_and_session(shop: Scene) -> None:
    fields = entered(shop).form("/w/instalments/apply") | {"choice": "harbour/harbour-one/12"}
    answer = shop.client.post("/w/instalments/apply", data=fields, headers=HTMX)
    page = Page(answer)
    (nonce,), stamped = nonces(page)
    assert stamped == {nonce}
    assert page.html.startswith("<main")
    assert page.html.rstrip().endswith("</main>")
    assert "<script" not in page.html
    assert answer.headers["X-Bis-Session"] == fields["session"]
    assert "HX-Request" in answer.headers["Vary"]
    whole = Page(shop.client.post("/w/instalments/apply", data=fields))
    assert whole.html.startswith("<!doctype html>")
    assert "X-Bis-Session" not in whole.headers


def test_errors_reach_htmx_as_complete_fragments(shop: Scene) -> None:
    fields = entered(shop).form("/w/instalments/apply") | {"choice": "harbour/harbour-one/12"}
    for path, data, status in (
        ("submit", fields, 422), ("apply", fields | {"session": "odd"}, 401), ("apply", fields | {"amount": "x"}, 422),
        ("nothing", fields, 404), ("apply", {"key": "nobody"}, 404),
    ):  # fmt: skip
        page = Page(shop.client.post(f"/w/instalments/{path}", data=data, headers=HTMX))
        assert (page.status, page.html[:5]) == (status, "<main"), path
        assert "<h1" in page.html


def test_a_look_is_answered_in_full_only_where_something_changed(shop: Scene) -> None:
    sent = shop.apply()
    fields = sent.form("/w/instalments/status")
    seen = re.search(r'data-refresh="(\d+)"', sent.html)
    assert seen

    def look(number: str, headers: dict[str, str]) -> Page:
        return Page(shop.client.post("/w/instalments/status", data=fields | {"seen": number}, headers=headers))

    same = look(seen.group(1), HTMX)
    assert (same.status, same.html) == (204, "")
    assert look(seen.group(1), {}).status == 200  # without htmx a document is always whole
    assert look("", HTMX).status == 200
    shop.run()
    moved = look(seen.group(1), HTMX)
    assert (moved.status, moved.shown_status) == (200, "action_required")
    shop.clock.move(400)  # the session token is renewed by then, and the page has to learn it
    newer = re.search(r'data-refresh="(\d+)"', moved.html)
    assert newer
    renewed = look(newer.group(1), HTMX)
    assert renewed.status == 200
    assert renewed.form("/w/instalments/status")["session"] != fields["session"]


def test_the_exchange_answers_the_personal_document(shop: Scene) -> None:
    fields = {"key": shop.merchant.publishable_key, "widget": "instalments"}
    page = Page(shop.client.post("/v1/launch", data=fields | {"lt": shop.launch_token()}))
    assert (page.status, len(page.choices)) == (200, 6)  # the amount is the token's
    assert "€1,299.00" in page.text
    fragment = shop.client.post("/v1/launch", data=fields | {"lt": shop.launch_token()}, headers=HTMX)
    assert (fragment.status_code, fragment.text[:5]) == (200, "<main")
    assert fragment.headers["X-Bis-Session"]


@pytest.mark.parametrize("path", ["/v1/launch", "/w/instalments"])
def test_a_machine_is_refused_as_a_machine(shop: Scene, path: str) -> None:
    token = shop.launch_token()
    asked = shop.query | {"widget": "instalments", "lt": token, "cn": "a" * 32}
    assert shop.client.post(path, data=asked).status_code == 200
    for data, status, code in (
        (asked | {"cn": "b" * 32}, 409, "launch_used"), (asked | {"lt": "odd"}, 401, "launch_invalid"),
        (asked | {"key": "bis_pk_test_nobody"}, 404, "unknown_key"), (asked | {"locale": "fr"}, 422, "invalid_input"),
    ):  # fmt: skip
        answer = shop.client.post(path, data=data, headers={"Accept": "application/problem+json"})
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
        assert answer.json
        assert (answer.json["code"], answer.json["status"]) == (code, status)
        assert answer.json.get("detail") or answer.json["errors"]
        assert token not in answer.text
    assert answer.json
    (error,) = answer.json["errors"]
    assert error["pointer"] == "locale"
    assert "zh-CN or en" in error["detail"]


def test_without_htmx_everything_is_forms_and_links(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenebank.web.embed.answers.htmx_address", lambda: None)
    page = entered(shop)
    assert nonces(page) == ([], set())
    assert "hx-" not in page.html
    form = shop.step(page, "apply", choice="harbour/harbour-one/12")
    assert shop.step(form, "submit", **shop.answers()).shown_status == "submitting"


def test_other_peoples_script_stands_under_its_hash(shop: Scene) -> None:
    address = scripts.htmx_address()
    assert address, "the browser files are not installed: make installs them"
    answer = shop.client.get(address, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    assert len(answer.data) <= 14_500
    assert "immutable" in answer.headers["Cache-Control"]
    assert shop.client.get("/v1/htmx.0000000000000000.js").status_code == 404
