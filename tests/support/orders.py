"""Orders as the service would send them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from scenebank.banks.origination import make_bank
from scenebank.banks.port import Applicant, BankPort, ConsentEvidence, Context, Order
from scenebank.money.model import Money
from tests.support.platform import Platform
from tests.support.sandbox_bank import SandboxBank

_PRICES = {"CNY": 129900, "EUR": 45000}


def order(
    platform: Platform, product_id: str = "hb-instal-cny", *, number: str = "QH-1",
    amount: int | None = None, term: int = 12, signals: bool = False,
) -> Order:  # fmt: skip
    """A fresh order; the currency is the product's."""
    currency = product_id[-3:].upper()
    key = secrets.token_hex(16)
    market = "CN" if currency == "CNY" else "EU"
    context = Context(
        merchant_id="mer_1", mode="test", merchant_name="青禾 Qinghe", shopper_ref="u_7f3a", session_id="ses_1",
        widget="loan" if "-loan-" in product_id else "instalments", origin="https://shop.example", order_id=number,
        amount=Money(_PRICES[currency] if amount is None else amount, currency), product_id=product_id,
        catalogue_version="7", signals={"orders_12m": 8} if signals else None,
        signals_version="2026-10" if signals else None,
    )  # fmt: skip
    agreed = ConsentEvidence("share_data", "a" * 64, datetime.now(UTC))
    person = Applicant("Ada Example", "ada@example.com", "+4930123456", "Weg 1, Berlin", "FULL_TIME", "DE")
    return Order(
        key=key, application_id=f"app_{key[:8]}", context=context, market=market, locale="zh-CN", term=term,
        return_url=f"{platform.url}/back/app_{key[:8]}", consents=(agreed,),
        applicant=person if market == "EU" else None,
    )  # fmt: skip


def adapter(bank: SandboxBank, platform: Platform, bank_id: str = "harbour") -> BankPort:
    """The real adapter towards the running bank."""
    base = f"{bank.url}/{bank_id}"
    settings = {"base_url": base, "jwks_url": f"{base}/.well-known/jwks.json", "pages": bank.url}
    return make_bank(bank_id, settings, platform.assertions)
