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
    merchants: MerchantService, webhooks: WebhookService, data_dir: Path, shop_url: str, hook_url: str
) -> ShopAccounts:  # fmt: skip
    """The accounts by shop: made once and kept in ``DATA_DIR/demo_shop.json``, which only we may read. ``shop_url`` is
    the shop's origin in browsers, ``hook_url`` where its server hears us; a shop that has moved is followed."""
    path = data_dir / FILE
    accounts: ShopAccounts = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for key, shop in story()["shops"].items():
        account = _take_known(merchants, accounts, key)
        if account is None:
            made = merchants.create(shop["name"], [shop_url], shop["market"], Mode.TEST)
            account = {
                "merchant_id": made.id, "publishable_key": made.publishable_key, "secret_key": made.secret_key,
            }  # fmt: skip
        merchants.add_origin(account["merchant_id"], Mode.TEST, shop_url)
        accounts[key] = account | _endpoint(webhooks, account, f"{hook_url}/{key}/webhooks/scenebank")
        _write(path, accounts)
    return accounts


def _take_known(merchants: MerchantService, accounts: ShopAccounts, key: str) -> dict[str, str] | None:
    """The shop's account in this database, out of ``accounts``. That of another database, used by an earlier start,
    stays there as ``<shop>:<merchant>``."""
    if key in accounts:
        account = accounts.pop(key)
        accounts[f"{key}:{account['merchant_id']}"] = account
    for name in [name for name in accounts if name.startswith(f"{key}:")]:
        if merchants.exists(accounts[name]["merchant_id"]):
            return accounts.pop(name)
    return None


def _endpoint(webhooks: WebhookService, account: dict[str, str], url: str) -> dict[str, str]:
    """The shop's one endpoint, led to ``url``; what is on its way to the shop goes there too."""
    merchant = account["merchant_id"]
    known = {one.id: one for one in webhooks.endpoints(merchant, Mode.TEST) if one.enabled}
    mine = known.get(account.get("webhook_endpoint", ""))
    if mine is not None:
        if mine.url != url:
            webhooks.move_endpoint(merchant, Mode.TEST, mine.id, url)
        return {}
    for old in known:
        webhooks.delete_endpoint(merchant, Mode.TEST, old)
    made, secret = webhooks.add_endpoint(merchant, Mode.TEST, url)
    return {"webhook_endpoint": made, "webhook_secret": secret}


def _write(path: Path, accounts: ShopAccounts) -> None:
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
