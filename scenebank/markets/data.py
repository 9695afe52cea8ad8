"""The markets, as data. Sources: CN 金融产品网络营销管理办法 (from 2026-09-30) and 金规〔2026〕2号 (from 2026-08-01),
PIPL art. 23; EU Directive (EU) 2023/2225 art. 8 and, of refusals, art. 18(8)(a) and (9) (from 2026-11-20); UK CONC
3.5, Consumer Credit Act 1974 s. 66A, FCA PS26/1; US 12 CFR 1026.24; AU National Credit Code part 10, and for the words
of the warning Consumer Credit Regulation 1995 (Qld) s. 33C, which it carries on. What breaks which rule:
:mod:`scenebank.markets.rules`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

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
        loan_disclosures=("purpose",),
        apply_disclosures=("review",),
        refusal_disclosures=("review_refused",),
        at_bank=("identify_adult", "credit_query", "sensitive", "cost_sheet_popup", "explicit_confirm", "sign"),
        cost_sheet=date(2026, 8, 1),
    ),
    "EU": Market(
        code="EU",
        currency="EUR",
        default_locale="en",
        time_zone="Europe/Berlin",
        rate_basis=RateBasis.EU_APRC,
        places={"details": Place.FRAME, "accept_offer": Place.FRAME, "sign": Place.BANK},
        consents=("share_data", "credit_check"),
        disclosures=("borrowing_costs_money", "withdraw_14_days"),
        apply_disclosures=("review",),
        refusal_disclosures=("human_review",),
        example=True,
        at_bank=("explicit_confirm", "sign"),
        withdrawal_days=14,
    ),
    "UK": Market(
        code="UK",
        currency="GBP",
        default_locale="en",
        time_zone="Europe/London",
        rate_basis=RateBasis.UK_APR,
        places={"details": Place.FRAME, "accept_offer": Place.FRAME, "sign": Place.BANK},
        consents=("share_data", "credit_check"),
        disclosures=("lender_decides", "withdraw_14_days"),
        apply_disclosures=("further_information", "review"),
        refusal_disclosures=("review_refused",),
        example=True,
        at_bank=("explicit_confirm", "sign"),
        withdrawal_days=14,
    ),
    "US": Market(
        code="US",
        currency="USD",
        default_locale="en",
        time_zone="America/New_York",
        rate_basis=RateBasis.US_APR,
        places={"details": Place.FRAME, "accept_offer": Place.FRAME, "sign": Place.BANK},
        consents=("share_data", "credit_check"),
        disclosures=("lender_decides",),
        apply_disclosures=("review",),
        refusal_disclosures=("review_refused",),
        example=True,
        at_bank=("explicit_confirm", "sign"),
    ),
    "AU": Market(
        code="AU",
        currency="AUD",
        default_locale="en",
        time_zone="Australia/Sydney",
        rate_basis=RateBasis.AU_COMPARISON,
        places={"details": Place.FRAME, "accept_offer": Place.FRAME, "sign": Place.BANK},
        consents=("share_data", "credit_check"),
        disclosures=("comparison_warning", "lender_decides"),
        apply_disclosures=("review",),
        refusal_disclosures=("review_refused",),
        example=True,
        at_bank=("explicit_confirm", "sign"),
        indicative=True,
    ),
}


def market(code: str) -> Market:
    """The market of that code, or :class:`NotFound`."""
    found = MARKETS.get(code)
    if found is None:
        raise NotFound(f"there is no market {code}")
    return found
