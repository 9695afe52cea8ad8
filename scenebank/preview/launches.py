"""The shop of a scenario: its origin, its keys, and the launch tokens it signs by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

from scenebank.merchants.model import Mode
from scenebank.merchants.service import MerchantService
from scenebank.sessions.offline import TYPE

SHOP = "https://shop.example"
# The same shop's page for phones; tokens are made for the other.
SHOP_MOBILE = "https://m.shop.example"


@dataclass(frozen=True)
class Account:
    """What one shop has of us."""

    merchant_id: str
    mode: Mode
    publishable_key: str
    secret_key: str
    launch_keys: Mapping[Mode, ECKey]


def open_account(merchants: MerchantService, name: str, market: str) -> Account:
    """A shop on :data:`SHOP` with all kinds of keys."""
    made = merchants.create(name, [SHOP, SHOP_MOBILE], market, Mode.TEST)
    merchants.add_origin(made.id, Mode.LIVE, SHOP)
    keys = {mode: ECKey.generate_key("P-256") for mode in Mode}
    for mode, key in keys.items():
        merchants.add_launch_key(made.id, mode, dict(key.as_dict(private=False)))
    return Account(made.id, Mode.TEST, made.publishable_key, made.secret_key, keys)


def offline_token(
    account: Account, mode: Mode, audience: str, now: datetime, shopper: str, changes: Mapping[str, Any]
) -> str:
    """A launch token as the shop's server signs it with its key of that mode; ``changes`` replace claims."""
    issued = int(now.timestamp())
    claims = {
        "iss": account.merchant_id, "aud": audience, "iat": issued, "exp": issued + 120, "jti": "0" * 22,
        "sub": shopper, "org": SHOP,
    } | dict(changes)  # fmt: skip
    key = account.launch_keys[mode]
    header = {"alg": "ES256", "typ": TYPE, "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(claims, separators=(",", ":")).encode(), key)
