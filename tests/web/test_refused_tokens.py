"""Tokens that were altered in any character, or belong elsewhere: never more than anonymous, never an error of ours."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenebank.merchants.model import Mode
from tests.support.bad_input import OTHER_PAGE, STRANGER
from tests.support.hostile_strings import SEED
from tests.support.scene import SHOP, Page, Scene
from tests.support.signing_shop import SigningShop

CHARACTERS = string.ascii_letters + string.digits + "-_.=+/ \n\0é"
JSON = {"Accept": "application/problem+json"}


@pytest.fixture(params=[("CN", "instalments"), ("EU", "loan")], ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, *request.param)
    yield made
    made.wired.database.dispose()


def altered(token: str, seed: str, count: int) -> list[str]:
    """One character replaced, taken away, doubled or put in, at places chosen by the seed; and other spellings of the
    same bytes: what base64 does not look at, at the end and within."""
    chance = random.Random(f"{SEED}-{seed}")
    found = {token[:-1] + last for last in string.ascii_letters + string.digits + "-_"}
    found |= {token[:-at] + tail + token[-at:] for at in (1, 9) for tail in ("!!!!", "\n\n\n\n", "====")}
    found |= {token + tail for tail in ("=", "==", "===", "\n", "!!!!", ".", " ")}
    for number in range(count):
        place = chance.randrange(len(token)) if number % 2 else number % len(token)
        other = chance.choice([one for one in CHARACTERS if one != token[place]])
        found |= {chance.choice([
            token[:place] + other + token[place + 1:], token[:place] + token[place + 1:],
            token[:place] + token[place] + token[place:], token[:place] + other + token[place:],
        ])}  # fmt: skip
    return sorted(found - {token})


def assert_anonymous(page: Page, status: int, token: str) -> None:
    assert page.status == status, page.text
    assert page.choices == []
    assert 'name="session"' not in page.html
    assert 'class="notice"' in page.html
    assert "error" in page.told
    assert not token.strip("\0 \n") or token.strip("\0 \n") not in page.html


@pytest.mark.parametrize("count", [pytest.param(20, id="some"), pytest.param(3000, id="all", marks=pytest.mark.long)])
@pytest.mark.parametrize("way", ["opaque", "offline"])
def test_a_launch_token_with_another_character(scene: Scene, way: str, count: int) -> None:
    token = scene.launch_token() if way == "opaque" else SigningShop(scene).token()
    tried = altered(token, way, count)
    for other in tried:
        assert_anonymous(scene.post("", scene.query | {"lt": other}), 401, other)
    assert scene.post("", scene.query | {"lt": token}).status == 200  # none of them used the good one up
    print(f"{len(tried)} altered {way} launch tokens refused")


@pytest.mark.parametrize("count", [pytest.param(40, id="some"), pytest.param(3000, id="all", marks=pytest.mark.long)])
def test_a_session_token_with_another_character(scene: Scene, count: int) -> None:
    form = scene.enter().form(f"/w/{scene.widget}/apply") | {"choice": "harbour/harbour-one/12"}
    tried = altered(form["session"], "session", count)
    for other in tried:
        assert_anonymous(scene.post("/apply", form | {"session": other}), 401, other)
    assert scene.post("/apply", form).status == 200
    print(f"{len(tried)} altered session tokens refused")


def test_an_offline_token_that_belongs_elsewhere(scene: Scene) -> None:
    merchants, shop = scene.wired.merchants, SigningShop(scene)
    other = merchants.create("Other", [SHOP, STRANGER], scene.market, Mode.TEST)
    merchants.add_origin(scene.merchant.id, Mode.TEST, OTHER_PAGE)
    scene.live_key()
    now = int(scene.clock.now().timestamp())
    foreign = "EUR" if scene.market == "CN" else "CNY"
    rows = {
        "another shop's, rightly signed": (SigningShop(scene, other.id).token(), "launch_invalid"),
        "another shop's name": (shop.token(iss=other.id), "launch_invalid"),
        "of the live mode": (SigningShop(scene, mode=Mode.LIVE).token(), "mode_mismatch"),
        "another widget's": (shop.token(wid=scene.other_widget), "launch_invalid"),
        "another audience's": (shop.token(aud="https://elsewhere.example/v1/launch"), "launch_invalid"),
        "expired": (shop.token(iat=now - 200, exp=now - 100), "launch_expired"),
        "not yet valid": (shop.token(iat=now + 60, exp=now + 120), "launch_clock"),
        "too long a life": (shop.token(exp=now + 301), "launch_invalid"),
        "of a page that is not registered": (shop.token(org=STRANGER), "origin_not_registered"),
        "of another page of the shop": (shop.token(org=OTHER_PAGE), "origin_mismatch"),
        "amount 0": (shop.token(amt="0"), "launch_invalid"),
        "amount with a fraction": (shop.token(amt="12.5"), "launch_invalid"),
        "amount a number": (shop.token(amt=129900), "launch_invalid"),
        "currency unknown": (shop.token(cur="XXX"), "launch_invalid"),
        "currency of another market": (shop.token(cur=foreign), "launch_invalid"),
        "currency missing": (shop.token(cur=None), "launch_invalid"),
        "unsigned": (shop.token().rpartition(".")[0] + ".", "launch_invalid"),
        "of another type": (shop.token({"typ": "JWT"}), "launch_invalid"),
        "of an unknown key": (shop.token({"kid": "nobody"}), "launch_invalid"),
    }
    for what, (token, code) in rows.items():
        sent = scene.query | {"lt": token, "parent_origin": SHOP}
        page = scene.post("", sent)
        assert_anonymous(page, 401, token)
        told = next(detail for name, detail in page.events if name == "error")
        assert told["code"] == code, what
        answer = scene.client.post(f"/w/{scene.widget}", data=sent, headers=JSON)
        assert answer.json
        assert (answer.status_code, answer.json["code"]) == (401, code), what
        assert token not in answer.text
    used = shop.token()
    assert [scene.post("", scene.query | {"lt": used}).status for _time in range(2)] == [200, 409]


def test_a_session_token_that_belongs_elsewhere(scene: Scene) -> None:
    form = scene.enter().form(f"/w/{scene.widget}/apply") | {"choice": "harbour/harbour-one/12"}
    other = scene.wired.merchants.create("Other", [SHOP], scene.market, Mode.TEST)
    launch = scene.launch_token()
    elsewhere = {
        "another shop": (scene.widget, {"key": other.publishable_key}),
        "another mode": (scene.widget, {"key": scene.live_key()}),
        "another widget": (scene.other_widget, {}),
        "a launch token for it": (scene.widget, {"session": launch}),
        "none": (scene.widget, {"session": ""}),
    }
    for what, (widget, change) in elsewhere.items():
        for step in ("", "/apply", "/submit", "/status", "/withdraw", "/withdraw-consent", "/accept-offer", "/bank"):
            page = Page(scene.client.post(f"/w/{widget}{step}", data=form | change))
            assert_anonymous(page, 401, (form | change)["session"])
            assert next(detail["code"] for name, detail in page.events if name == "error") == "session_invalid", what
            answer = scene.client.post(f"/w/{widget}{step}", data=form | change, headers=JSON)
            assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert scene.post("/apply", form).status == 200


def test_a_session_token_after_its_time(scene: Scene) -> None:
    form = scene.enter().form(f"/w/{scene.widget}/apply") | {"choice": "harbour/harbour-one/12"}
    scene.clock.move(15 * 60 + 1)
    for step in ("", "/apply", "/submit", "/status", "/bank"):
        page = scene.post(step, form)
        assert_anonymous(page, 401, form["session"])
        assert page.told[-2:] == ["error", "expired"]
    answer = scene.client.post(f"/w/{scene.widget}/apply", data=form, headers=JSON)
    assert answer.json
    assert answer.json["code"] == "session_expired"


def test_a_page_taken_off_the_list_ends_its_visits(scene: Scene) -> None:
    """What was registered when the token was made is not enough."""
    form = scene.enter().form(f"/w/{scene.widget}/apply")
    with scene.wired.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM merchant_origins")
    page = scene.post("/apply", form | {"choice": "harbour/harbour-one/12"})
    assert_anonymous(page, 401, form["session"])
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
