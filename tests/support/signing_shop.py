"""A shop's server that signs launch tokens itself, with whatever it is told to sign."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey

from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.model import KeyKind, Mode
from tests.support.planted import PLANTED
from tests.support.scene import SHOP, Scene


class SigningShop:
    """``token`` is good as long as nothing is changed; ``None`` takes a member away."""

    def __init__(self, scene: Scene, merchant_id: str = "", mode: Mode = Mode.TEST, algorithm: str = "ES256") -> None:
        self.scene = scene
        self.merchant_id = merchant_id or scene.merchant.id
        self.algorithm = algorithm
        self.made = 0
        self.key: ECKey | OKPKey | OctKey
        if algorithm == "HS256":
            made = scene.wired.merchant_keys.create(self.merchant_id, mode, WantedKey(KeyKind.LAUNCH_SECRET))
            self.kid, self.key = made.key.id, OctKey.import_key(made.text or "")
            return
        self.key = ECKey.generate_key("P-256") if algorithm == "ES256" else OKPKey.generate_key("Ed25519")
        public = {name: value for name, value in self.key.as_dict(private=False).items() if isinstance(value, str)}
        self.kid = scene.wired.merchants.add_launch_key(self.merchant_id, mode, public)

    @staticmethod
    def stranger_key() -> ECKey:
        return ECKey.generate_key("P-256")

    def claims(self) -> dict[str, Any]:
        self.made += 1
        now = int(self.scene.clock.now().timestamp())
        return {
            "iss": self.merchant_id, "aud": f"{self.scene.wired.config.public_url}/v1/launch", "iat": now,
            "exp": now + 120, "jti": f"{self.algorithm}-{self.made:030d}", "sub": "u_1", "org": SHOP,
            "wid": self.scene.widget, "ord": "ord_1", "amt": "129900", "cur": self.scene.amount.currency,
        }  # fmt: skip

    def header(self) -> dict[str, Any]:
        return {"alg": self.algorithm, "typ": "bis-launch+jwt", "kid": self.kid}

    def token(self, header: dict[str, Any] | None = None, **changes: Any) -> str:
        claims = {name: value for name, value in (self.claims() | changes).items() if value is not None}
        known = self.header() | (header or {})
        made = jws.serialize_compact(known, json.dumps(claims).encode(), self.key, algorithms=[self.algorithm])
        PLANTED.secret("launch token", made.rpartition(".")[2])
        return made

    def sign(self, header: bytes, payload: bytes) -> str:
        """Any bytes, rightly signed."""
        parts = f"{base64url(header)}.{base64url(payload)}"
        signature = jws.JWSRegistry.algorithms[self.algorithm].sign(parts.encode(), self.key)
        return f"{parts}.{base64url(signature)}"


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
