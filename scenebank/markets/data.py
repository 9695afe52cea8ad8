"""The markets, as data. Sources: CN 金融产品网络营销管理办法 (from 2026-09-30) and 金规〔2026〕2号 (from 2026-08-01),
PIPL art. 23; EU Directive (EU) 2023/2225 art. 8 (from 2026-11-20)."""

from __future__ import annotations

from collections.abc import Mapping

from scenebank.errors import NotFound
from scenebank.markets.model import Market, Place
from scenebank.money.model import RateBasis

MARKETS: Mapping[str, Market] = {
    "CN": Market(
        code="CN",
        currency="CNY",
        default_locale="zh-CN",
        time_zone="Asia/Shanghai",
        rate_basis=RateBasis.CN_ANNUAL_SIMPLE,
        places={"details": Place.BANK, "accept_offer": Place.BANK, "sign": Place.BANK},
        consents=("share_data",),
        disclosures=("rate_method", "borrow_rationally", "lender_decides"),
    ),
    "EU": Market(
        code="EU",
        currency="EUR",
        default_locale="en",
        time_zone="Europe/Berlin",
        rate_basis=RateBasis.EU_APRC,
        places={"details": Place.FRAME, "accept_offer": Place.FRAME, "sign": Place.BANK},
        consents=("share_data", "credit_check"),
        disclosures=("borrowing_costs_money", "representative", "withdraw_14_days"),
    ),
}


def market(code: str) -> Market:
    """The market of that code, or :class:`NotFound`."""
    found = MARKETS.get(code)
    if found is None:
        raise NotFound(f"there is no market {code}")
    return found
