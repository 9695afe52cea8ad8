"""What an import says of one product: every verdict, with its code and its place, on made-up documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scenebank.catalogue.cdr.judging import candidates
from scenebank.catalogue.cdr.model import Verdict
from scenebank.catalogue.cdr.reading import MOST_BYTES, MOST_DEEP, Unreadable
from scenebank.catalogue.cdr.reasons import REASONS
from tests.support.cdr import answer, judged, loan, plan, put

FEE, RATE = "/fees/0", "/lendingRates/0"
TIER = f"{RATE}/tiers/0"
LOAN_ROWS: list[tuple[str, Any, str, str]] = [
    # place, value, code, place of the finding where it is another
    ("/description", "Ask <b>us</b><script>alert(1)</script>", "markup", ""),
    ("/applicationUri", "http://bank.example/apply", "link_not_https", ""),
    ("/applicationUri", ..., "no_application_link", ""),
    (f"{FEE}/currency", "USD", "foreign_currency", ""),
    (f"{RATE}/comparisonRate", ..., "no_comparison_rate", ""),
    (f"{RATE}/comparisonRate", "0", "no_comparison_rate", ""),
    ("/effectiveTo", "2026-11-23T23:59:59Z", "ended", ""),
    ("/effectiveFrom", "2027-01-01T00:00:00Z", "not_begun", ""),
    ("/productId", "loan 1", "odd_id", ""),
    (f"{RATE}/applicationFrequency", "now and then", "duration_form", ""),
    ("/brandName", None, "null", ""),
    ("/brandName", "", "empty", ""),
    ("/applicationUri", "", "empty", ""),
    ("/name", " Loan for a boat", "outer_space", ""),
    ("/name", "Loan\nfor a boat", "unseen_characters", ""),
    ("/name", "Loan for a \ufffdboat", "unseen_characters", ""),
    ("/name", "Loan for a \u202eboat\ud800", "unseen_characters", ""),
    ("/name", "Loan" * 100, "text_cut", ""),
    ("/applicationUri", "ttps://bank.example", "link_unusable", ""),
    ("/applicationUri", "javascript:alert(1)", "link_unusable", ""),
    ("/applicationUri", "https://bank.example@evil.example/", "link_unusable", ""),
    ("/additionalInformation/additionalTermsUris", [{"description": "x"}], "link_missing",
     "/additionalInformation/additionalTermsUris/0/additionalInfoUri"),
    (f"{RATE}/applicationFrequency", "Monthly", "duration_spelt", ""),
    (f"{RATE}/applicationFrequency", "P0.5Y", "duration_spelt", ""),
    (f"{TIER}/maximumValue", 0, "no_maximum", ""),
    ("/constraints/1/additionalValue", "No Limit", "no_maximum", ""),
    (f"{FEE}/transactionRate", "0.02", "two_prices", FEE),
    (f"{FEE}/transactionRate", "0", "zero_beside_price", FEE),
    ("/features/0/featureType", "EXTRA FREE TOASTER", "unknown_feature", ""),
    ("/name", ..., "missing", ""),
    ("/description", " ", "missing", ""),
    (f"{TIER}/name", ..., "missing", ""),
    (f"{TIER}/minimumValue", ..., "missing", ""),
    ("/isTailored", "yes", "wrong_type", ""),
    (f"{RATE}/rate", 0.0799, "wrong_type", ""),
    ("/fees", {"name": "x"}, "wrong_type", ""),
    ("/fees/1", "x", "wrong_type", ""),
    (f"{TIER}/unitOfMeasure", "Dollar", "unknown_word", ""),
    (f"{RATE}/repaymentType", "", "unknown_word", ""),
    ("/productCategory", "LOANS", "unknown_word", ""),
    (f"{RATE}/rate", "7.99%", "rate_form", ""),
    (f"{RATE}/rate", "7.99e-2", "rate_form", ""),
    (f"{RATE}/rate", "7.99", "percent_rate", ""),
    (f"{RATE}/comparisonRate", "8.45", "percent_rate", ""),
    ("/fees/1/transactionRate", "100.0", "percent_rate", ""),
    (f"{RATE}/rate", "0.79", "rate_absurd", ""),
    ("/fees/1/transactionRate", "0.3", "rate_absurd", ""),
    (f"{RATE}/rate", "-0.01", "rate_negative", ""),
    (f"{RATE}/rate", "0.0079", "rate_beside_comparison", ""),
    (f"{FEE}/amount", "$150.00", "amount_form", ""),
    (f"{FEE}/amount", "-150.00", "amount_negative", ""),
    (f"{FEE}/amount", "150.005", "amount_too_fine", ""),
    (f"{FEE}/amount", "99999999999.00", "amount_absurd", ""),
    ("/constraints/0/additionalValue", "above $5,000", "amount_form", ""),
    ("/constraints/0/additionalValue", "60000", "upside_down", "/constraints"),
    (f"{FEE}/currency", "XXX", "currency_unknown", ""),
    (f"{TIER}/minimumValue", 85, "upside_down", ""),
    (f"{TIER}/minimumValue", "a year", "tier_form", ""),
    (f"{TIER}/minimumValue", 0.5, "tier_form", ""),
    (f"{TIER}/minimumValue", -1, "amount_negative", ""),
    ("/effectiveTo", "next year", "date_form", ""),
    ("/effectiveTo", "2025-01-01T00:00:00Z", "dates_upside_down", ""),
    ("/lendingRates", [], "unpriced", ""),
    ("/features", [{"featureType": "REDRAW"}] * 2001, "too_many", ""),
]  # fmt: skip
PLAN_ROWS: list[tuple[str, Any, str, str]] = [
    (f"{FEE}/feeMethodUType", ..., "missing", ""),
    (f"{FEE}/fixedAmount", ..., "missing", ""),
    (f"{FEE}/variable", {"feeMinimum": "1.00"}, "two_prices", FEE),
    ("/fees/1/rateBased/rate", "2.5", "percent_rate", ""),
    ("/fees/1/rateBased/amountRange/feeMaximum", "1.00", "upside_down", "/fees/1/rateBased/amountRange/feeMinimum"),
    ("/fees/1/discounts/0/rateBased/rate", "100", "percent_rate", ""),
    (f"{RATE}/applicationType", ..., "missing", ""),
    (f"{RATE}/loanPurpose", "BOATS", "unknown_word", ""),
    (f"{TIER}/maximumValue", "3,000", "tier_form", ""),
    ("/instalments/minimumSplit", 13, "splits_absurd", ""),
    ("/instalments/minimumSplit", "3", "wrong_type", ""),
    ("/instalments/minimumPlanValue", "5000.00", "upside_down", ""),
    ("/cardArt/0/imageUri", "data:text/html,x", "link_unusable", ""),
]


@pytest.mark.parametrize(("make", "generation"), [(loan, "V4"), (plan, "V7")])
def test_as_it_should_be(make: Any, generation: str) -> None:
    found = judged(answer(make()))
    assert (found.verdict, found.generation) == (Verdict.CLEAN, generation)
    assert [one.code for one in found.reasons] == ([] if make is loan else ["no_comparison_rate"])


@pytest.mark.parametrize(
    ("make", "pointer", "value", "code", "place"),
    [(loan, *row) for row in LOAN_ROWS] + [(plan, *row) for row in PLAN_ROWS],
)
def test_one_thing_is_told_with_its_place(make: Any, pointer: str, value: Any, code: str, place: str) -> None:
    found = judged(answer(put(make(), pointer, value)))
    own = [one for one in found.reasons if one.code == code]
    assert [one.pointer for one in own] == [place or pointer], found.reasons
    assert own[0].weight is REASONS[code][0]
    assert found.verdict is max((one.weight for one in found.reasons), key=list(Verdict).index)
    others = {one.code for one in found.reasons if one.weight is own[0].weight} - {code}
    assert others <= {"no_comparison_rate", "no_application_link", "ended"}


def test_a_discount_may_be_negative_and_a_tailored_product_unpriced() -> None:
    product = put(put(loan(), f"{RATE}/lendingRateType", "DISCOUNT"), f"{RATE}/rate", "-0.0456")
    found = judged(answer(put(product, f"{RATE}/comparisonRate", ...)))
    assert [one.code for one in found.reasons] == ["negative_allowed"]
    tailored = judged(answer(put(put(loan(), "/lendingRates", []), "/isTailored", True)))
    assert (tailored.verdict, [one.code for one in tailored.reasons]) == (Verdict.CLEAN, ["no_rates"])


def test_a_fee_without_a_price_is_unstated_and_never_zero() -> None:
    document: Any = judged(answer(loan())).document
    prices = [fee["price"] for fee in document["fees"]]
    assert prices == [
        {"form": "fixed", "amount": {"amount": "15000", "currency": "AUD"}},
        {"form": "rate", "rate": {"value": "0.03", "basis": "of_transaction"}, "min": None, "max": None, "per": None},
        {"form": "unstated"},
    ]


@pytest.mark.parametrize(
    ("rate", "price"),
    [("0.02", {"form": "unstated"}), ("0.0", {"form": "fixed", "amount": {"amount": "15000", "currency": "AUD"}})],
)
def test_of_two_prices_none_is_chosen_and_a_zero_is_no_price(rate: str, price: dict[str, Any]) -> None:
    document: Any = judged(answer(put(loan(), f"{FEE}/transactionRate", rate))).document
    assert document["fees"][0]["price"] == price


@pytest.mark.parametrize(
    ("kind", "rate", "code"),
    [("FIXED", "-0.01", "rate_negative"), ("MARKET_LINKED", "-0.01", "negative_allowed"),
     ("FIXED", "0.26", "rate_absurd"), ("FIXED", "4.5", "percent_rate")],
)  # fmt: skip
def test_rates_of_deposits(kind: str, rate: str, code: str) -> None:
    product = put(loan(), "/productCategory", "TERM_DEPOSITS")
    entry = {"depositRateType": kind, "rate": rate, "additionalValue": "P6M"}
    found = judged(answer(put(put(product, "/lendingRates", ...), "/depositRates", [entry])))
    assert [(one.code, one.pointer) for one in found.reasons] == [(code, "/depositRates/0/rate")]
    document: Any = found.document
    assert (document["kind"], document["deposit_rates"][0]["term"]) == \
        ("deposit", "P6M" if kind == "FIXED" else None)  # fmt: skip


def test_a_product_of_the_fourth_generation_in_our_shape() -> None:
    document: Any = judged(answer(loan())).document
    (rate,) = document["lending_rates"]
    assert rate["rate"] == {"value": "0.0799", "basis": "nominal_annual"}
    assert rate["comparison_rate"] == {"value": "0.0845", "basis": "au_comparison"}
    assert [(one["unit"], one["min"], one["max"]) for one in rate["tiers"]] == [("month", 12, 84)]
    assert (document["kind"], document["lender"], document["schema"]["generation"]) == ("loan", "Example Bank", "V4")
    limits = document["limits"]
    assert limits["min_amount"] == {"amount": "200000", "currency": "AUD"}
    assert (limits["max_amount"]["amount"], limits["min_term"], limits["max_term"]) == ("5000000", 12, 84)
    assert document["availability"] == {"from": "2025-12-31T14:00:00Z", "to": None}
    assert document["documents"]["terms"] == [{"text": None, "uri": "https://bank.example/terms"}]


def test_a_product_of_the_seventh_generation_in_our_shape() -> None:
    document: Any = judged(answer(plan())).document
    late, abroad, copy = (fee["price"] for fee in document["fees"])
    assert late == {"form": "fixed", "amount": {"amount": "700", "currency": "AUD"}}
    assert (abroad["rate"], abroad["min"]["amount"]) == ({"value": "0.025", "basis": "of_transaction"}, "150")
    assert (copy["form"], copy["min"]["amount"], copy["max"]["amount"]) == ("range", "500", "2000")
    assert document["fees"][1]["discounts"][0]["price"]["rate"] == {"value": "1", "basis": "of_fee"}
    assert document["fees"][0]["cap"] == {"amount": "6800", "currency": "AUD"}
    plans = document["instalment"]
    assert (plans["min_split"], plans["max_split"], plans["max_value"]["amount"]) == (3, 12, "300000")
    (rate,) = document["lending_rates"]
    assert (rate["comparison_rate"], rate["purpose"]) == (None, "unconstrained")
    assert rate["tiers"][0]["max"] == {"amount": "300000", "currency": "AUD"}
    assert [one["type"] for one in rate["tiers"][0]["conditions"] + rate["conditions"]] == \
        ["online_only", "new_customer"]  # fmt: skip
    assert (document["kind"], document["lender"], document["lender_group"]) == \
        ("instalments", "Example Bank", "Example Group")  # fmt: skip


def test_exact_to_the_last_digit() -> None:
    """As a float it would be 0.07989999999999999."""
    document: Any = judged(answer(put(loan(), f"{RATE}/rate", "0.0798999999999999900000"))).document
    assert document["lending_rates"][0]["rate"]["value"] == "0.07989999999999999"


REFUSED = [
    (b"<!DOCTYPE html><title>Sorry</title>", "web_page"),
    (b"\xef\xbb\xbf  <html>", "web_page"),
    (b"", "not_json"),
    (b'{"data": {', "not_json"),
    (b'{"data": NaN}', "not_json"),
    (b'{"data": {"productId": "\xff"}}', "not_utf8"),
    (b"[" * 100_000, "too_deep"),
    (b'{"a":' * (MOST_DEEP + 1) + b"1" + b"}" * (MOST_DEEP + 1), "too_deep"),
    (b" " * (MOST_BYTES + 1), "too_large"),
    (b'{"data": {"productId": "x", "productId": "y"}}', "same_name_twice"),
    (b'{"data": ' + b"9" * 41 + b"}", "too_long_number"),
    (b'{"data": 1e999999999}', "too_long_number"),
    (b'{"errors": [{"code": "x", "title": "Sorry", "detail": "Not now"}]}', "error_body"),
    (b'{"errors": []}', "error_body"),
    (b"[]", "no_product"),
    (b"{}", "no_product"),
    (b'{"data": null}', "no_product"),
    (b'{"data": {"products": []}}', "no_product"),
    (b'{"data": {"products": [{"productId": "x", "name": "y"}]}}', "list_only"),
]


@pytest.mark.parametrize(("octets", "code"), REFUSED, ids=[code for _octets, code in REFUSED])
def test_what_is_no_product_is_refused(octets: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        candidates(octets, None)
    assert (refused.value.reason.code, refused.value.reason.weight) == (code, Verdict.REJECTED)


def test_strings_full_of_quotes_are_read_once() -> None:
    """Each of them could begin a string: looked at from each again, this would take hours."""
    octets = b'{"data": "' + b'\\"' * 900_000
    with pytest.raises(Unreadable):
        candidates(octets, None)


@pytest.mark.parametrize(("pointer", "code"), [("/productId", "no_id"), ("/brand", "no_bank")])
def test_a_product_that_cannot_be_named_is_refused(pointer: str, code: str) -> None:
    (found,) = candidates(answer(put(loan(), pointer, "")), None)
    assert getattr(found, "code", None) == code


def test_each_of_a_list_is_judged_by_itself() -> None:
    listed = [loan(), put(put(loan(), "/productId", "loan-2"), f"{RATE}/rate", "7.99"), put(loan(), "/productId", 3)]
    first, second, third = candidates(json.dumps({"data": {"products": listed}}).encode(), "example")
    assert (getattr(first, "product_id", None), getattr(second, "product_id", None)) == ("loan-1", "loan-2")
    assert getattr(third, "code", None) == "no_id"
