"""The shops of the story, and the file that tells them their keys."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from scenebank.merchants.model import Mode
from scenebank.merchants.service import MerchantService
from scenebank.seed.story import story
from scenebank.webhooks.service import WebhookService

ShopAccounts = dict[str, dict[str, str]]
FILE = "demo_shop.json"


def seed_shops(
    merchants: MerchantService, webhooks: WebhookService, data_dir: Path, shop_url: str
) -> ShopAccounts:  # fmt: skip
    """The accounts by shop: made once and kept in ``DATA_DIR/demo_shop.json``, which only we may read. Where the shop
    has moved to another address, its new origin is added, and its new endpoint takes
    the place of the old one."""
    path = data_dir / FILE
    accounts: ShopAccounts = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for key, shop in story()["shops"].items():
        hook = f"{shop_url}/{key}/webhooks/scenebank"
        account = accounts.get(key)
        if account is None:
            made = merchants.create(shop["name"], [shop_url], shop["market"], Mode.TEST)
            account = {
                "merchant_id": made.id, "publishable_key": made.publishable_key, "secret_key": made.secret_key,
            }  # fmt: skip
        merchants.add_origin(account["merchant_id"], Mode.TEST, shop_url)
        if account.get("webhook_url") != hook:
            for old in webhooks.endpoints(account["merchant_id"], Mode.TEST):
                webhooks.disable_endpoint(account["merchant_id"], Mode.TEST, old.id)
            _endpoint, secret = webhooks.add_endpoint(account["merchant_id"], Mode.TEST, hook)
            account |= {"webhook_url": hook, "webhook_secret": secret}
        accounts[key] = account
        _write(path, accounts)
    return accounts


def _write(path: Path, accounts: ShopAccounts) -> None:
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
