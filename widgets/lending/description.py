"""What a lending widget says of its prices to the market's rules: see :mod:`scenebank.markets.rules`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scenebank.markets.model import Market, Place
from scenebank.markets.rules.judging import Description
from scenebank.money.model import Rate, RateBasis
from scenebank.money.schedule import Method
from scenebank.offers.model import Offer, Plan, StatedOffer
from scenebank.offers.price_rules import KINDS
from scenebank.risk.signals import SIGNALS
from widgets.base import Part, Prices, Visit
from widgets.lending.cost_sheet import cost_item
from widgets.lending.plans import borrowing_rate, charges, example, exemplary, legal_line, one_payment, rate_name
from widgets.texts import Texts

_METHODS = {RateBasis.CN_ANNUAL_SIMPLE: "simple", RateBasis.US_APR: "simple", RateBasis.AU_COMPARISON: "simple",
            RateBasis.CN_ANNUAL_COMPOUND: "compound"}  # fmt: skip
_BOUND_STEPS = ("details", "accept_offer", "sign")
_TWO_PLACES = Decimal("0.01")
Facts = dict[str, Any]
Words = dict[str, tuple[str, ...]]


def describe(visit: Visit, prices: Prices, part: Part) -> tuple[Description, ...]:
    """One for each price."""
    return tuple(_described(visit, offer, plan, exemplary(prices), part) for offer, plan in prices)


def figures(market: Market, day: date, offer: Offer, plan: Plan) -> Facts:
    """The numbers of one plan. Rows are in minor units, everything else in major ones."""
    schedule, product, percent = plan.schedule, offer.product, plan.annual_rate.value * 100
    return {
        "market": market.code, "kind": KINDS[product.kind], "date": day.isoformat(),
        "apr_percent": percent.quantize(_TWO_PLACES), "apr_method": _METHODS.get(plan.annual_rate.basis),
        "all_in_percent": percent, "principal": schedule.financed.decimal, "periods_months": plan.term,
        "method": "bullet" if product.method is Method.INTEREST_FIRST else "instalments",
        "lenders": [{"legal_name": offer.bank.name["en"], "share": "1"}],
        "schedule": {
            "financed": schedule.financed.minor, "total_payable": schedule.total_payable.minor,
            "rows": [{"number": row.number, "payment": row.payment.minor, "principal": row.principal.minor,
                      "interest": row.interest.minor, "fee": row.fee.minor} for row in schedule.rows],
        },
    }  # fmt: skip


def _described(visit: Visit, offer: Offer, plan: Plan, example_of: tuple[Offer, Plan], part: Part) -> Description:
    t, product = visit.texts, offer.product
    facts = {
        **figures(visit.market, visit.day, offer, plan), "locale": t.locale, "page": "checkout",
        **lender_facts(offer, t), **_prices(plan, t), **way(visit.market, offer), **_disclosed(visit, offer, plan),
    }  # fmt: skip
    words = _words(visit, offer, plan, *example_of)
    if part == "application":
        words |= _asked(visit, offer)
    if part == "calculation" and "cost_sheet" in facts:
        words["cost_sheet"] = tuple(t(key) for key in ("sheet_title", "sheet_default_line", "sheet_others_line"))
    basis = visit.market.rate_basis
    names = tuple(dict.fromkeys((rate_name(basis, t), rate_name(basis, t, short=True))))
    rates = tuple(t.rate(rate) for one in (*offer.plans, example_of[1]) for rate in _rates(one))
    return Description(
        facts, words, t.rate(plan.annual_rate), rates, f"{product.bank_id}/{product.product_id}", names,
        (t.money(offer.amount),),
    )  # fmt: skip


def _rates(plan: Plan) -> tuple[Rate, ...]:
    """The shopper's, and where the shop pays of it the one without that."""
    return (plan.annual_rate, plan.subsidy.gross_rate) if plan.subsidy else (plan.annual_rate,)


def lender_facts(offer: Offer | StatedOffer, t: Texts) -> Facts:
    """Who lends, and with what licence."""
    bank = offer.bank
    return {
        "lenders": [{"legal_name": t.choose(bank.name), "share": "1"}],
        "license_no": t.choose(bank.licence), "lender_fca_no": t.choose(bank.licence),
        "complaint": t.choose(bank.address), "postal_address": t.choose(bank.address),
        "partner_listed": bank.settings.get("partner_listed"),
        "promotion_approver": bank.settings.get("promotion_approver"),
    }  # fmt: skip


def _prices(plan: Plan, t: Texts) -> Facts:
    return {
        "per_period": str(plan.first_payment.decimal), "fee_total": str(plan.total_cost.decimal),
        "total_cost": str(plan.total_cost.decimal), "representative_apr": t.rate(plan.annual_rate),
        "fees_first_year": str(charges(plan).decimal), "fees_later_year": "0", "default_fees": "0",
    }  # fmt: skip


def way(market: Market, offer: Offer | StatedOffer) -> Facts:
    """From the offer to the signature: what stands in the frame, and what the bank's own page brings."""
    in_frame = [name for name in _BOUND_STEPS if market.places[name] is Place.FRAME]
    at_bank = market.at_bank
    asked = {"credit_check": "credit_query"}
    consents = [asked.get(name, name) for name in market.consents if name != "share_data"]
    return {
        "action_origin": "merchant_domain" if in_frame else "institution_domain", "steps_on_page": in_frame,
        "steps": ["leave_notice", *at_bank], "min_read_seconds": 1 if "cost_sheet_popup" in at_bank else 0,
        "consents": [
            {"purpose_key": "share_with_third", "recipient_name": offer.bank.name, "purpose": "application",
             "recipient_contact": offer.bank.address, "method": "encrypted", "categories": "order"},
            *consents, *(name for name in at_bank if name in ("credit_query", "sensitive")),
        ],
        "consent_steps": {"grant": 1, "withdraw": 1}, "consent": {"version": "the text agreed to is kept"},
        "min_age": 18 if "identify_adult" in at_bank else None, "decision": {"by_bank": True},
        "recommendation_off": "nothing is recommended: the order is a published function", "on_missing": "hide",
        "merchant_features": sorted(SIGNALS), "explain_link": "the bank", "human_review_link": "the bank",
        "kpi": "schedule", "additional_info": "the bank's page",
    }  # fmt: skip


def _disclosed(visit: Visit, offer: Offer, plan: Plan) -> Facts:
    """What stands in the legal lines, and in the sheet one press away."""
    market, t = visit.market, visit.texts
    annual = t.rate(plan.annual_rate)
    found: dict[str, Any] = {
        "borrowing_rate": t.rate(borrowing_rate(offer)), "charges": str(charges(plan).decimal),
        "total_credit": str(offer.amount.decimal), "duration": plan.term, "instalment": str(plan.first_payment.decimal),
        "total_payable": str(plan.total_payable.decimal), "withdrawal_days": market.withdrawal_days,
        "withdrawal_function": True, "trigger": True, "down_payment": "0", "terms": plan.term,
        "finance_charge": str(plan.total_cost.decimal), "amount_financed": str(offer.amount.decimal),
        "total_of_payments": str(plan.total_payable.decimal), "valid_until": visit.day.isoformat(),
        "purpose_notice": "purpose" in market.loan_disclosures, "comparison_warning": True,
        "comparison_rate": annual, "rate_shown": True,
    }  # fmt: skip
    if market.shows_cost_sheet(visit.day):
        found["cost_sheet"] = {
            "principal": str(offer.amount.decimal), "annual_all_in": annual,
            "items": [{"name": cost_item(plan), "collector": t.choose(offer.bank.name), "annual_percent": annual,
                       "method": offer.product.method.value, "standard": t.rate(offer.product.rate)}],
            "default_items": [{"name": "default", "standard": t("sheet_default_line")}],
            "no_other_charges_notice": t("sheet_others_line"),
        }  # fmt: skip
    return found


def _words(visit: Visit, offer: Offer, plan: Plan, of_example: Offer, its_plan: Plan) -> Words:
    """The texts by which the facts are shown."""
    market, t = visit.market, visit.texts
    legal = (legal_line(offer, t),)
    words: Words = {
        "per_period": (one_payment(plan.schedule, t),), "total_cost": (t.money(plan.total_cost),),
        "lenders": (t.choose(offer.bank.name),), "license_no": legal, "lender_fca_no": legal, "complaint": legal,
        "postal_address": legal,
    }  # fmt: skip
    if market.example:
        told = (example(market, t, of_example, its_plan),)
        words |= dict.fromkeys(
            ("borrowing_rate", "charges", "total_credit", "duration", "total_payable", "instalment", "down_payment",
             "terms", "finance_charge", "amount_financed", "total_of_payments"), told,
        )  # fmt: skip
    if market.withdrawal_days is not None:
        words["withdrawal_days"] = (t("disclosure.withdraw_14_days"),)
    words["purpose_notice"] = (t("disclosure.purpose"),)
    words["comparison_warning"] = (t("disclosure.comparison_warning"),)
    if "lender_decides" in market.disclosures:
        words["decision"] = (t("disclosure.lender_decides"),)
    return words


def _asked(visit: Visit, offer: Offer) -> Words:
    """Where an application is made, what was announced is said."""
    market, t = visit.market, visit.texts
    bank = t.choose(offer.bank.name)
    review = (t("disclosure.review"),)
    go = t("submit_CN" if market.code == "CN" else "submit", bank=bank)
    return {
        "explain_link": review, "human_review_link": review, "additional_info": (t("disclosure.further_information"),),
        "steps": (go, t(f"bank_page_follows_{market.code}")),
        "consents": tuple(t.choose(one) for one in (offer.bank.name, offer.bank.address)),
    }  # fmt: skip
