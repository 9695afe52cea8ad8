"""Launch tokens that people who try have made: the front door gives each its verdict, and never fails."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from scenebank.clock import HandClock
from scenebank.jose.verification_keys import VerificationKey
from scenebank.store.tables import launches_used, merchant_keys, merchant_origins, merchants
from tests.support.hostile_strings import SEED
from tests.support.scene import SHOP, Scene
from tests.support.shared_data import shared_json
from tests.support.signing_shop import SigningShop

# The recorded tokens name their own host, merchant and key.
RECORDED: dict[str, Any] = shared_json("security/launch-token/es256_attack_cases.json")
HOST = RECORDED["audience"].removesuffix("/v1/launch")
REFUSALS = {"launch_invalid", "launch_expired", "launch_clock", "origin_not_registered", "too_large"}
JSON = {"Accept": "application/problem+json"}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments", public_url=HOST)
    yield made
    made.wired.database.dispose()


def launch(scene: Scene, token: str, key: str = "") -> tuple[int, str]:
    """The status, and the code of a refusal."""
    fields = scene.query | {"widget": scene.widget, "lt": token, "parent_origin": SHOP}
    answer = scene.client.post("/v1/launch", data=fields | ({"key": key} if key else {}), headers=JSON)
    return answer.status_code, answer.json["code"] if answer.json else ""


def recorded_shop(scene: Scene) -> str:
    """The merchant of the recorded tokens; its publishable key."""
    scene.clock.current = datetime.fromtimestamp(RECORDED["now"], UTC)
    of_test = {"merchant_id": RECORDED["issuer"], "mode": "test", "created_at": 0}
    jwk = {name: RECORDED["public_jwk"][name] for name in ("kty", "crv", "x", "y")}
    publishable = "bis_pk_test_" + "A" * 22
    with scene.wired.database.begin() as connection:
        connection.execute(insert(merchants).values(id=RECORDED["issuer"], name="Shop", market="CN", created_at=0))
        connection.execute(insert(merchant_origins).values(**of_test, origin=SHOP))
        connection.execute(insert(merchant_keys).values(
            **of_test, id="key_1", kind="launch", value=RECORDED["kid"], last4="k1", jwk=json.dumps(jwk)
        ))  # fmt: skip
        connection.execute(insert(merchant_keys).values(
            **of_test, id="key_2", kind="publishable", value=publishable, last4="AAAA"
        ))  # fmt: skip
    return publishable


def test_the_recorded_attacks(scene: Scene) -> None:
    key = recorded_shop(scene)
    right = Counter[str]()
    for case in RECORDED["cases"]:
        if case["expect"] == "accept":  # the good ones share their id: each begins with none used
            with scene.wired.database.begin() as connection:
                connection.execute(delete(launches_used))
        status, code = launch(scene, case["token"], key)
        expected = {"accept": (200, ""), "same-jti-as-1": (409, "launch_used")}.get(case["expect"])
        if expected:
            assert (status, code) == expected, case["name"]
        else:
            assert status == (413 if len(case["token"]) > 65_536 else 401), (case["name"], status)
            assert code in REFUSALS, case["name"]
        right[case["expect"]] += 1
    assert right == {"accept": 2, "same-jti-as-1": 1, "reject": 106}


def test_a_name_of_a_key_is_no_pattern_path_or_program(scene: Scene) -> None:
    """Rightly signed by the key that such a name would find, were it anything but a name."""
    shop = SigningShop(scene)
    for kid in ("%", "_" * len(shop.kid), f"{shop.kid[:-1]}_", f"{shop.kid[:-1]}%", shop.kid.swapcase(),
                f"{shop.kid}' OR '1'='1", f"../{shop.kid}", f"{shop.kid}\0", f" {shop.kid}"):  # fmt: skip
        assert launch(scene, shop.token({"kid": kid})) == (401, "launch_invalid"), kid
    assert launch(scene, shop.token())[0] == 200


def test_size_and_depth_are_refused_before_any_key_is_used(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, used = SigningShop(scene), []
    holds = VerificationKey.holds

    def counted(key: VerificationKey, message: bytes, signature: bytes) -> bool:
        used.append(len(message))
        return holds(key, message, signature)

    monkeypatch.setattr(VerificationKey, "holds", counted)
    spread = json.dumps(shop.claims()).encode() + b" " * 4096  # as JSON the same as without
    for token in (shop.sign(json.dumps(shop.header()).encode(), spread), shop.token(ctx={"a": {"b": {"c": "d"}}})):
        assert launch(scene, token) == (401, "launch_invalid")
    assert used == []
    assert launch(scene, shop.token())[0] == 200
    assert len(used) == 1


def test_of_a_page_that_is_not_registered_says_which(scene: Scene) -> None:
    fields = scene.query | {"widget": scene.widget, "lt": SigningShop(scene).token(org="https://evil.example")}
    answer = scene.client.post("/v1/launch", data=fields, headers=JSON)
    assert answer.json
    assert "https://evil.example is not registered" in answer.json["detail"]


class Grammar:
    """Launch tokens from rules: each alternative of a part is known to be good or bad, and one bad part makes the
    token bad. All are rightly signed, unless the signature is the part."""

    def __init__(self, scene: Scene, seed: str) -> None:
        self.chance = random.Random(seed)
        self.shops = [SigningShop(scene, algorithm=one) for one in ("ES256", "EdDSA", "HS256")]
        self.scene = scene

    def make(self) -> tuple[str, str]:
        """A token and what is bad about it (nothing: empty)."""
        shop = self.chance.choice(self.shops)
        header, claims, bad = shop.header(), shop.claims(), ""
        for change in self.chance.sample(GOOD, self.chance.randint(0, 3)):
            change(self, claims)
        if self.chance.random() < 0.85:
            name = self.chance.choice(sorted(BAD))
            bad = name
            made = BAD[name](self, header, claims)
            if made is not None:
                return made if isinstance(made, str) else shop.sign(*made), bad
        return shop.sign(self.spelt(header), self.spelt(claims)), bad

    def spelt(self, document: dict[str, Any]) -> bytes:
        """JSON in one of its spellings: the order of members, spaces and escapes mean nothing."""
        members = list(document.items())
        self.chance.shuffle(members)
        space = self.chance.choice([None, 1, 2])
        separators = self.chance.choice([(",", ":"), (" , ", " : ")])
        return json.dumps(dict(members), indent=space, separators=separators,
                          ensure_ascii=self.chance.random() < 0.5).encode()  # fmt: skip

    def now(self) -> int:
        return int(self.scene.clock.now().timestamp())


def _life(grammar: Grammar, claims: dict[str, Any]) -> None:
    claims["iat"] = grammar.now() + grammar.chance.randint(-100, 10)
    claims["exp"] = claims["iat"] + grammar.chance.randint(111, 300)


def _reference(grammar: Grammar, claims: dict[str, Any]) -> None:
    claims["sub"] = "".join(
        grammar.chance.choices([chr(one) for one in range(0x21, 0x7F)], k=grammar.chance.randint(1, 64))
    )


GOOD: list[Callable[[Grammar, dict[str, Any]], None]] = [
    _life, _reference,
    lambda grammar, claims: claims.update(amt=str(grammar.chance.randint(10_000, 5_000_000))),
    lambda grammar, claims: claims.update(wid=[grammar.scene.widget, "pay"][: grammar.chance.randint(1, 2)]),
    lambda _grammar, claims: claims.pop("wid", None),
    lambda _grammar, claims: claims.pop("ord", None),
    lambda _grammar, claims: claims.update(ret=f"{SHOP}/back?order=1"),
    lambda _grammar, claims: claims.update(ctx={"tenure_months": 24, "spend_band_12m": "C"}),
    lambda grammar, claims: claims.update(nbf=claims["iat"] - grammar.chance.randint(0, 50)),
]  # fmt: skip

STRANGE: list[Any] = [
    None, True, False, 0, -1, 5, 10**30, "", " ", "\0", "null", "０１２", [], {}, [[]], ["a", 1], {"a": {"b": 1}},
    "a" * 3000,
]  # fmt: skip
REQUIRED = ("iss", "aud", "iat", "exp", "jti", "sub", "org")
# What some strange value could rightly be for a claim: those pairs are left out.
FITS: dict[str, Callable[[Any], bool]] = {
    "ord": lambda value: isinstance(value, str) and re.fullmatch(r"[\x21-\x7e]{1,64}", value) is not None,
    "sub": lambda value: isinstance(value, str) and re.fullmatch(r"[\x21-\x7e]{1,64}", value) is not None,
    "wid": lambda value: value is None or value == "null",
    "nbf": lambda value: type(value) is int and value <= 5,
    "ret": lambda value: value is None,
    "ctx": lambda value: value in (None, {}),
}  # fmt: skip


def _strange_claim(grammar: Grammar, _header: dict[str, Any], claims: dict[str, Any]) -> None:
    name = grammar.chance.choice([*REQUIRED, "wid", "ord", "amt", "cur", "ret", "ctx", "nbf"])
    fits = FITS.get(name, lambda _value: False)
    claims[name] = grammar.chance.choice(
        [one for one in STRANGE if not fits(one) and not (name == "wid" and one is None)]
    )


def _strange_header(grammar: Grammar, header: dict[str, Any], _claims: dict[str, Any]) -> None:
    header[grammar.chance.choice(["alg", "typ", "kid"])] = grammar.chance.choice(STRANGE)


def _extension(grammar: Grammar, header: dict[str, Any], _claims: dict[str, Any]) -> None:
    name = grammar.chance.choice(["jwk", "jku", "x5u", "x5c", "x5t", "crit", "b64", "zip", "cty", "enc", "p2c"])
    header[name] = grammar.chance.choice([*STRANGE, "https://evil.example/keys", ["exp"], "DEF"])


def _lost(grammar: Grammar, _header: dict[str, Any], claims: dict[str, Any]) -> None:
    del claims[grammar.chance.choice(REQUIRED)]


def _unknown(grammar: Grammar, _header: dict[str, Any], claims: dict[str, Any]) -> None:
    claims[grammar.chance.choice(["admin", "scope", "Iss", "amt ", "__proto__", "signals"])] = grammar.chance.choice(
        STRANGE
    )


def _twice(grammar: Grammar, header: dict[str, Any], claims: dict[str, Any]) -> tuple[bytes, bytes]:
    parts = [grammar.spelt(header), grammar.spelt(claims)]
    number = grammar.chance.randint(0, 1)
    name = grammar.chance.choice(sorted((header, claims)[number]))
    twice = (header, claims)[number][name]
    parts[number] = parts[number].rstrip()[:-1] + f',"{name}":{json.dumps(twice)}}}'.encode()
    return parts[0], parts[1]


def _dead(grammar: Grammar, _header: dict[str, Any], claims: dict[str, Any]) -> None:
    now = grammar.now()
    claims["iat"], claims["exp"] = grammar.chance.choice([
        (now - 200, now - 10), (now + 11, now + 100), (now, now + 301), (now, now), (now + 5, now),
        (now - 400, now - 100), (now * 1000, now * 1000 + 100),
    ])  # fmt: skip


def _elsewhere(grammar: Grammar, _header: dict[str, Any], claims: dict[str, Any]) -> None:
    name, value = grammar.chance.choice([
        ("aud", "https://embed.bank.example/v1/launch/"), ("aud", HOST), ("iss", "mch_other"), ("org", SHOP + "/"),
        ("org", SHOP.upper()), ("org", SHOP + ".evil.example"), ("org", "http://shop.example"),
        ("org", SHOP + ":443"), ("wid", "supply"), ("cur", "EUR"), ("cur", "cny"), ("ret", "https://evil.example/"),
        ("ret", "javascript:alert(1)"), ("ret", f"{SHOP}@evil.example/"), ("amt", "0"), ("amt", "-1"),
        ("amt", "1.5"), ("amt", "1e3"), ("amt", "9" * 13),
        ("ctx", {"a": "x" * 600}), ("ctx", {"sex": "f"}), ("ctx", {"tenure_months": 31}),
        ("ctx", {"item_tier": "luxury"}), ("nbf", grammar.now() + 60),
    ])  # fmt: skip
    claims[name] = value


def _no_json(grammar: Grammar, header: dict[str, Any], claims: dict[str, Any]) -> tuple[bytes, bytes]:
    raw = grammar.chance.choice([
        b"", b"[]", b"null", b"{", b"{}x", b'"text"', b"\xff\xfe{}", b"[" * 1500, b'{"a":NaN}', b'{"iat":1e400}',
        json.dumps([claims]).encode(), json.dumps(claims).encode()[:-1], json.dumps(claims).encode("utf-16"),
        json.dumps(claims | {"sub": "\ud800"}).encode(), json.dumps(claims | {"iat": claims["iat"] + 0.0}).encode(),
    ])  # fmt: skip
    return grammar.chance.choice([(grammar.spelt(header), raw), (raw, grammar.spelt(claims))])


def _forged(grammar: Grammar, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = grammar.chance.choice(grammar.shops).sign(grammar.spelt(header), grammar.spelt(claims))
    head, body, tail = signed.split(".")
    stranger = SigningShop.__new__(SigningShop)
    stranger.algorithm, stranger.key = "ES256", _STRANGER
    return grammar.chance.choice([
        f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{tail}.x", f"{body}.{head}.{tail}", f" {signed}",
        f"{signed}=", f"{head}.{body}.{tail[:-4]}", f"{head}.{body}.{tail}AAAA", f"{head}.{body}.{'A' * 86}",
        f"{head}..{tail}", signed.replace(".", "..", 1), signed + "A" * 4096,
        stranger.sign(grammar.spelt(header), grammar.spelt(claims)),
    ])  # fmt: skip


def _none(grammar: Grammar, header: dict[str, Any], _claims: dict[str, Any]) -> None:
    header["alg"] = grammar.chance.choice(["none", "None", "", "HS512", "es256", "ES384", "RS256", "ES256K", "Ed448"])


BAD: dict[str, Callable[[Grammar, dict[str, Any], dict[str, Any]], tuple[bytes, bytes] | str | None]] = {
    "a strange claim": _strange_claim, "a strange header": _strange_header, "an extension": _extension,
    "a claim lost": _lost, "an unknown claim": _unknown, "a name twice": _twice, "another time": _dead,
    "for elsewhere": _elsewhere, "no JSON object": _no_json, "forged": _forged, "another algorithm": _none,
}  # fmt: skip
_STRANGER = SigningShop.stranger_key()


@pytest.mark.parametrize(
    "count", [pytest.param(2000, id="some"), pytest.param(20_000, id="all", marks=pytest.mark.long)]
)
def test_tokens_made_from_a_grammar(scene: Scene, count: int) -> None:
    assert isinstance(scene.clock, HandClock)
    grammar, seen = Grammar(scene, f"{SEED}-grammar"), Counter[str]()
    for number in range(count):
        token, bad = grammar.make()
        status, code = launch(scene, token)
        assert status == (401 if bad else 200), (number, bad, status, code, token)
        seen[bad or "good"] += 1
    assert set(seen) == {"good", *BAD}
    print(f"{count} launch tokens from the grammar: {dict(seen)}")
