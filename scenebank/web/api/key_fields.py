"""What is sent and answered about keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scenebank.errors import FieldError
from scenebank.fields import ListOf, Object, OneOf, OrNull, Rule, Text, Told, maybe, needed, or_null
from scenebank.merchants.model import Grace, KeyKind, Mode, Scope
from scenebank.web.api.documents import TIME

_COORDINATE = Text("launch_key_kind", "[A-Za-z0-9_-]{43}", sample="f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
_NONE: Mapping[str, str] = {}
_SCOPES = {"allowed": ", ".join(Scope)}
_NAME = Text(sample="report job", about="1 to 100 printable characters")
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_ONE_KIND = Rule(
    {"oneOf": [
        {"properties": {"kty": {"const": "EC"}, "crv": {"const": "P-256"}}, "required": ["y"]},
        {"properties": {"kty": {"const": "OKP"}, "crv": {"const": "Ed25519"}}},
    ], "not": {"required": ["d"]}},
    lambda jwk: [FieldError("", "launch_key_kind", {})]
    if jwk["crv"] != _CURVES[jwk["kty"]] or (jwk["kty"] == "EC" and "y" not in jwk) or "d" in jwk else [],
)  # fmt: skip
_JWK = Told(Object({
    "kty": needed(OneOf(_CURVES)), "crv": needed(OneOf(_CURVES.values())), "x": needed(_COORDINATE),
    "y": maybe(_COORDINATE),
}, (_ONE_KIND,), about="a public key (RFC 7517) of the kind EC P-256 or OKP Ed25519", open=True),
    "launch_key_kind",
)  # fmt: skip


def _of_kind(kind: KeyKind, field: str, missing: str, foreign: str, params: Mapping[str, str] = _NONE) -> Rule:
    """``field`` goes with ``kind`` and with no other."""

    def broken(said: Mapping[str, Any]) -> Iterable[FieldError]:
        if (said["kind"] is kind) != bool(said[field]):
            yield FieldError(f"/{field}", missing if said["kind"] is kind else foreign, params)

    there = {"required": [field], "properties": {field: {"not": {"type": "null"}}}}
    told = {
        "if": {"properties": {"kind": {"const": kind.value}}, "required": ["kind"]}, "then": there,
        "else": {"properties": {field: {"type": "null"}}},
    }  # fmt: skip
    return Rule(told, broken)


NEW_KEY = Object({
    "kind": needed(OneOf(KeyKind)),
    "name": or_null(_NAME),
    "scopes": or_null(Told(ListOf(OneOf(Scope), 1, about="of a restricted key, and only of it"), "scopes", _SCOPES)),
    "jwk": or_null(_JWK),
    "mode": or_null(Text(sample="test", about="that of the key that asks, where it is given")),
}, rules=(
    _of_kind(KeyKind.RESTRICTED, "scopes", "scopes", "scopes_of_restricted", _SCOPES),
    _of_kind(KeyKind.LAUNCH, "jwk", "launch_key_kind", "jwk_of_launch"),
), name="NewKey", sample={"kind": "restricted", "name": "report job", "scopes": ["events:read"]})  # fmt: skip
ROLL = Object({
    "grace": or_null(OneOf(Grace, about="how long the old key goes on"), Grace.DAY),
    "jwk": or_null(_JWK),
}, name="Roll", sample={"grace": "24h"})  # fmt: skip
REPORT = Object({"key": needed(Text(sample="bis_sk_test_0000"))}, name="LeakedKey")
_KEY = {
    "id": needed(Text(sample="key_1f0c")), "kind": needed(OneOf(KeyKind)), "mode": needed(OneOf(Mode)),
    "name": needed(OrNull(_NAME)), "last4": needed(Text(sample="f00d")),
    "status": needed(OneOf(("active", "ending", "ended"))), "created_at": needed(TIME),
    **{name: needed(OrNull(TIME)) for name in ("expires_at", "last_used_at", "revoked_at")},
    "scopes": maybe(ListOf(OneOf(Scope))), "value": maybe(Text(sample="bis_pk_test_…", about="of a publishable key")),
    "kid": maybe(Text(sample="NzbLsXh8uDCc", about="of a launch key: its name in token headers")),
}  # fmt: skip
_SECRET = {"key": maybe(Text(sample="bis_rk_test_…", about="the key itself; not of a public launch key"))}
KEY = Object(_KEY, name="Key")
MADE_KEY = Object(_KEY | _SECRET, name="MadeKey")
ROLLED_KEY = Object(_KEY | _SECRET | {"rolled": needed(KEY)}, name="RolledKey")
RECEIVED = Object({"status": needed(OneOf(("received",)))})
