"""Words that occur nowhere else go through whole purchases, failed launches and errors. Afterwards they are sought
wherever they must not be; and in each of those places something that does belong there is found."""

from __future__ import annotations

import json
import re
import uuid
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from scenebank.merchants.keys import new_secret_key
from scenebank.merchants.model import Mode
from tests.end_to_end.test_in_place import PLACE
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.canary import Canaries, database_texts, log_texts, spellings
from tests.support.canned_bank import CannedBank, canned_bank
from tests.support.shop_page import ShopPage, shop_page
from tests.support.shopper import CONSENTS, PERSON, Shopper
from tests.support.stack import Stack

# Where what is known of a person is kept on purpose, and what of it.
MEANT = {
    "launch_tokens.document": {"reference", "signal"}, "sessions.shopper_ref": {"reference"},
    "sessions.signals": {"signal"}, "applications.shopper_ref": {"reference"}, "applications.signals": {"signal"},
    "applications.applicant": {"name", "email", "phone", "address"}, "shopper_logouts.shopper_ref": {"reference"},
}  # fmt: skip
_TOKENS = {
    "session": re.compile(r'name="session" value="([^"]+)"'), "resume": re.compile(r'data-resume="([^"]+)"'),
}  # fmt: skip


def word() -> str:
    return f"quill{uuid.uuid4().hex[:12]}"


class Watched(Shopper):
    """A shopper all of whose tokens and typed words are canaries."""

    canaries: Canaries

    def post(self, step: str, fields: dict[str, str]) -> None:
        if "lt" in fields:
            self.canaries.add("launch token", fields["lt"])
        super().post(step, fields)
        for what, pattern in _TOKENS.items():
            for token in pattern.findall(self.text):
                if token not in self.canaries.words.values():
                    self.canaries.add(what, token)


def person(canaries: Canaries) -> dict[str, str]:
    """Fit for the form, and nobody else's."""
    digits = str(uuid.uuid4().int)[:9]
    typed = {"name": f"Emma {word().title()}", "email": f"{word()}@example.com", "phone": f"+47 5{digits}",
             "address": f"{word().title()} 1, Bergen"}  # fmt: skip
    for name, value in typed.items():
        canaries.add(name, value)
        canaries.add(name, value.split()[1] if name == "phone" else value.split("@")[0].removeprefix("Emma "))
    return typed


def bought(stack: Stack, canaries: Canaries, market: str, widget: str) -> Watched:
    """A whole purchase by forms, with signals; they are in bands, so the wording that goes with them is sought."""
    shopper = Watched(stack, market, f"C-{uuid.uuid4().hex[:8]}", 45000 if market == "eu" else 300000, widget,
                      ref=canaries.add("reference", word()), signals={"orders_12m": 3},
                      wording=canaries.add("signal", word()))  # fmt: skip
    shopper.canaries = canaries
    shopper.enter()
    shopper.post("apply", {"choice": shopper.page.choices[0]})
    agreed = {f"consent-{name}": "yes" for name in CONSENTS if f"consent-{name}" in shopper.text}
    typed = person(canaries) if market == "eu" else {}
    rest = {name: value for name, value in PERSON.items() if name not in typed} if market == "eu" else {}
    if typed:
        shopper.post("submit", rest | typed)  # refused: nothing was agreed to yet
        assert shopper.code == 422
    shopper.post("submit", agreed | typed | rest)
    shopper.wait("action_required")
    shopper.sign()
    shopper.wait("accepted")
    return shopper


def in_the_page(stack: Stack, shop: ShopPage, canaries: Canaries, third: CannedBank) -> tuple[list[Any], list[str]]:
    """The same in a browser, on a page that shows a picture of a third host and links there; what the page heard, and
    what every request of the browser carried."""
    carried: list[str] = []
    page = shop.window.page
    page.on("request", lambda one: carried.append(f"{one.method} {one.url} {json.dumps(one.headers)}"))
    mint = shop.mint
    shop.window.on_mint(lambda: canaries.add("launch token", mint()))
    loud = '<meta name="referrer" content="unsafe-url">'
    shop.open(head=f'{loud}<img src="{third.url}/picture">', after=f'<a id="third" href="{third.url}/link">There</a>')
    shop.personal()
    shop.window.click("input[type=radio]", PLACE)
    shop.window.click("button.main", PLACE)
    shop.window.text("[name=name] ~ label", PLACE)
    for name, value in person(canaries).items():
        shop.window.fill(f"[name={name}]", value, PLACE)
    shop.window.choose("[name=employment]", "FULL_TIME", PLACE)
    shop.window.choose("[name=tax_country]", "NO", PLACE)
    shop.window.click("[name=consent-share_data]", PLACE)
    shop.window.click("[name=consent-credit_check]", PLACE)
    for held in shop.frame.locator("[name=session]").all():
        canaries.add("session", held.get_attribute("value") or "")
    shop.window.click("button.main", PLACE)
    shop.window.text("form[action$='/bank'] button", PLACE)
    canaries.add("resume", shop.frame.evaluate("document.querySelector('main').dataset.resume"))
    heard = shop.heard
    shop.window.click("#third")
    until("the third host was asked", lambda: any(one.path == "/link" for one in third.asked))
    return heard, carried


def in_a_bare_frame(shop: ShopPage, canaries: Canaries, third: CannedBank) -> list[str]:
    """The launch token stands in the frame's fragment; a second try with it is refused."""
    carried: list[str] = []
    shop.window.page.on("request", lambda one: carried.append(f"{one.url} {json.dumps(one.headers)}"))
    token = canaries.add("launch token", shop.mint_for(shop.facts))
    key = shop.stack.accounts[shop.market]["publishable_key"]
    address = f"{shop.stack.scenebank_url}/w/{shop.widget}?key={key}&amount={shop.facts['amount']}&currency=EUR"
    for _turn in ("launched", "used up"):
        shop.page.body = (f'<meta name="referrer" content="unsafe-url"><img src="{third.url}/picture">'
                          f'<iframe class="bare" src="{address}&locale=en#lt={token}"></iframe>')  # fmt: skip
        shop.window.open(shop.page.origin)
        css = "[name=session]" if _turn == "launched" else ".notice"
        until(f"the frame is {_turn}", lambda css=css: shop.window.has(css, "iframe.bare"))  # type: ignore[misc]
    return carried


def failures(stack: Stack, canaries: Canaries) -> list[str]:
    """What goes wrong at every door, with canaries wherever something can be put; the answers, headers and all."""
    host, account = stack.scenebank_url, stack.accounts["eu"]
    sent = {one: canaries.add(f"sent as {one}", word()) for one in ("path", "query", "header", "claim")}
    opaque, secret = canaries.add("launch token", f"bis_lt_{uuid.uuid4().hex}"), new_secret_key(Mode.TEST)
    canaries.add("secret key", secret)
    canaries.add("secret key", account["secret_key"])
    claims = json.dumps({"iss": sent["claim"], "sub": sent["claim"]}).encode()
    header = urlsafe_b64encode(b'{"alg":"ES256","typ":"bis-launch+jwt","kid":"x"}').decode().rstrip("=")
    offline = canaries.add("launch token", f"{header}.{urlsafe_b64encode(claims).decode().rstrip('=')}.{'A' * 86}")
    scene = {"key": account["publishable_key"], "amount": "45000", "currency": "EUR", "locale": "en"}
    headers = {"User-Agent": sent["header"], "Referer": f"https://x.example/{sent['header']}", "Cookie": sent["header"]}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/w/loan", {"data": scene | {"lt": opaque}}), ("POST", "/w/loan", {"data": scene | {"lt": offline}}),
        ("POST", "/v1/launch", {"data": scene | {"widget": "loan", "lt": offline}}),
        ("POST", "/v1/resume", {"data": scene | {"widget": "loan", "resume": sent["query"] + ".x.y"}}),
        ("POST", "/w/loan/apply", {"data": scene | {"session": offline}}),
        ("GET", f"/w/loan/{sent['path']}", {"params": scene | {"said": sent["query"]}}),
        ("GET", "/w/loan", {"params": scene | {"key": secret}}), ("GET", f"/go/{sent['path']}", {}),
        ("GET", f"/r/{sent['path']}", {}), ("GET", f"/{sent['path']}", {"params": {"lt": opaque}}),
        ("GET", "/v1/events", {"params": {"after": sent["query"]}, "headers": {"Authorization": f"Bearer {secret}"}}),
        ("GET", f"/v1/applications/{sent['path']}", {"headers": {"Authorization": f"Bearer {account['secret_key']}"}}),
        ("POST", "/v1/sessions", {"headers": {"Authorization": f"Bearer {account['secret_key']}"},
                                  "json": {"widget": "loan", "user": {"ref": "x y", "phone": sent["claim"]}}}),
        ("POST", "/v1/sessions", {"headers": {"Authorization": f"Bearer {account['secret_key']}", "Origin": host}}),
        ("POST", "/v1/keys/report", {"json": {"key": secret}}),
        ("POST", "/callbacks/harbour", {"data": offline}), ("POST", f"/callbacks/{sent['path']}", {"data": "x"}),
        (sent["path"].upper(), "/healthz", {}), ("GET", "/metrics", {"headers": {"Authorization": f"Bearer {secret}"}}),
    ]  # fmt: skip
    answers = []
    for method, path, options in asked:
        options = {"timeout": 15, "allow_redirects": False} | options
        options["headers"] = headers | options.get("headers", {})
        answer = requests.request(method, f"{host}{path}", **options)
        assert answer.status_code in (200, 202) or 400 <= answer.status_code < 500, (path, answer.status_code)
        answers.append(f"{method} {answer.headers} {answer.text}")
    return answers


@pytest.fixture
def hook(stack: Stack) -> Iterator[CannedBank]:
    """A server that both shops' events are sent to as well; each endpoint's secret is a canary."""
    with canned_bank() as found:
        yield found


def open_hook(stack: Stack, hook: CannedBank, canaries: Canaries) -> list[tuple[str, str]]:
    made = []
    for market in ("cn", "eu"):
        answer = stack.api(market, "POST", "/v1/webhook_endpoints", json={"url": f"{hook.url}/hook"})
        assert answer.status_code == 201, answer.text
        canaries.add("webhook secret", answer.json()["secret"])
        made.append((market, answer.json()["id"]))
    return made


def test_nothing_leaks_anywhere(stack: Stack, window: Chromium, hook: CannedBank) -> None:
    canaries = Canaries()
    endpoints = open_hook(stack, hook, canaries)
    shoppers = [bought(stack, canaries, "cn", "loan"), bought(stack, canaries, "eu", "instalments")]
    with canned_bank() as third, shop_page(window, stack) as shop:
        heard, carried = in_the_page(stack, shop, canaries, third)
        carried += in_a_bare_frame(shop, canaries, third)
        asked_third = [f"{one.path} {json.dumps(dict(one.headers))}" for one in third.asked]
    answers = failures(stack, canaries)
    for market, endpoint in endpoints:
        stack.api(market, "DELETE", f"/v1/webhook_endpoints/{endpoint}")
    request_id = requests.get(f"{stack.scenebank_url}/{word()}", timeout=15).json()["request_id"]
    metrics = requests.get(f"{stack.scenebank_url}/metrics", timeout=15).text
    logs, columns = log_texts(stack.config.data_dir / "logs"), database_texts(stack.config.database_url)
    hooks = [f"{json.dumps(dict(one.headers))} {one.body.decode()}" for one in hook.asked]
    places = {f"log {name}": text for name, text in logs.items()} | {f"column {name}": t for name, t in columns.items()}
    places |= {"answers": "\n".join(answers), "third host": "\n".join(asked_third), "events": json.dumps(heard),
               "webhooks": "\n".join(hooks), "metrics": metrics, "carried": "\n".join(carried)}  # fmt: skip
    applications = [one.application_id for one in shoppers]
    found = [one for place, text in places.items() for one in canaries.seen(place, text) if not meant(*one)]
    assert found == []
    assert sought(places, applications, request_id, shop.page.origin) == []


def meant(place: str, what: str) -> bool:
    return what.rpartition(" ")[0] in MEANT.get(place.removeprefix("column "), set())


def sought(places: dict[str, str], applications: list[str], request_id: str, origin: str) -> list[str]:
    """The places where nothing was found although it is there: they were not searched."""
    there = {
        "log web": request_id, "log worker": "worker runs as", "log shop": "shop: ready",
        "log bank": "bank: ready", "metrics": "/w/<widget>/<step>", "carried": "hx-request",
        "column applications.id": applications[0], "column events.data": applications[1],
        "column workflow_input.inputs": applications[0], "answers": "launch_invalid", "third host": origin,
        "events": "action_required", "webhooks": applications[0],
    }  # fmt: skip
    mine = Canaries(dict(there))
    missing = [place for place in there if (place, place) not in mine.seen(place, places.get(place, ""))]
    kept = [column for column in MEANT if column != "shopper_logouts.shopper_ref"]
    return missing + [column for column in kept if not places.get(f"column {column}", "").strip()]


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_canary_is_found_in_every_spelling(before: str, tmp_path: Path) -> None:
    one = 'Zoë "Quill" & <Söhne>/+7731'
    canaries = Canaries({"name 0": one})
    for text in (
        one, quote(one), quote(one, safe=""), json.dumps(one), json.dumps(one, ensure_ascii=False), escape(one),
        b64encode(f"{before}{one} and so on".encode()).decode(),
        urlsafe_b64encode(f"{before}{one}".encode()).decode().rstrip("="),
        json.dumps({"inner": json.dumps({"x": quote(one)})}),
    ):  # fmt: skip
        assert canaries.seen("here", f"{before}{text} behind") == [("here", "name 0")], text
    assert canaries.seen("here", "Zoë Quill and others") == []
    assert all(len(spelling) >= 6 for spelling in spellings(one))
