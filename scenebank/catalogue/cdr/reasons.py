"""Every reason an import can give: its stable code, its weight, its words."""

from __future__ import annotations

from scenebank.catalogue.cdr.model import Reason, Verdict

_C, _R, _Q, _X = Verdict.CLEAN, Verdict.REPAIRED, Verdict.QUARANTINED, Verdict.REJECTED

REASONS: dict[str, tuple[Verdict, str]] = {
    # Worth knowing; nothing is changed.
    "markup": (_C, "the text has markup in it; it is shown as plain text"),
    "link_not_https": (_C, "the link is not encrypted (http)"),
    "foreign_currency": (_C, "the fee is in {found}, the product in {expected}"),
    "negative_allowed": (_C, "{found} is negative: a discount, or linked to a market"),
    "no_comparison_rate": (_C, "a rate stands without its comparison rate; it is shown as \"not stated\""),
    "no_rates": (_C, "a tailored product without any rate: no price can be shown"),
    "ended": (_C, "the product is not offered any more since {found}"),
    "not_begun": (_C, "the product is offered from {found} only"),
    "odd_id": (_C, "the product's id has characters that addresses must escape"),
    "no_application_link": (_C, "the bank names no address to apply at"),
    "duration_form": (_C, "{found} is no duration; it is kept as text"),
    # Changed, and nothing can be meant otherwise.
    "null": (_R, "null stands for nothing; it is left out"),
    "null_around": (_R, "the answer around the product has null at {found}; it is left out"),
    "empty": (_R, "an empty text stands for nothing; it is left out"),
    "outer_space": (_R, "blanks around the value are left out"),
    "unseen_characters": (_R, "line breaks or characters that cannot be shown are left out"),
    "text_cut": (_R, "the text has {found} characters; the first {expected} are kept"),
    "link_unusable": (_R, "{found} is no web address; the link is left out"),
    "link_missing": (_R, "a link without an address is left out"),
    "duration_spelt": (_R, "{found} is read as {expected}"),
    "no_maximum": (_R, "the maximum {found} stands for no maximum"),
    "two_prices": (_R, "the fee has more than one price; it is shown as \"see the bank's terms\""),
    "zero_beside_price": (_R, "zero stands beside the fee's price; the price counts"),
    "unknown_feature": (_R, "{found} is no word of the standard; it is kept as OTHER with the word as its text"),
    "mended": (_R, "mended by {found}: {expected}"),
    # Kept apart until a person has looked.
    "missing": (_Q, "{found} is missing"),
    "wrong_type": (_Q, "{found} where {expected} must be"),
    "unknown_word": (_Q, "{found} is no word of the standard{expected}"),
    "rate_form": (_Q, "{found} is no rate: a rate is a fraction like \"0.0599\" for 5.99 %"),
    "percent_rate": (_Q, "{found} reads as a percentage: the standard wants the fraction, {expected}"),
    "rate_absurd": (_Q, "{found} is {expected} %, more than such a rate can be: a percentage written as a fraction?"),
    "rate_negative": (_Q, "{found} is negative, and this is no discount and not linked to a market"),
    "rate_beside_comparison": (_Q, "{found} is more than ten times apart from the comparison rate {expected}"),
    "amount_form": (_Q, "{found} is no amount: an amount is like \"1234.50\", without signs or words"),
    "amount_negative": (_Q, "{found} is negative"),
    "amount_absurd": (_Q, "{found} is more than such an amount can be"),
    "amount_too_fine": (_Q, "{found} is finer than the smallest unit of {expected}"),
    "currency_unknown": (_Q, "{found} is no currency that we know"),
    "tier_form": (_Q, "{found} is no bound of a tier"),
    "upside_down": (_Q, "the minimum {found} is above the maximum {expected}"),
    "splits_absurd": (_Q, "{found} to {expected} instalments cannot be"),
    "date_form": (_Q, "{found} is no date and time like 2026-11-24T00:00:00Z"),
    "dates_upside_down": (_Q, "the product ends ({found}) before it begins ({expected})"),
    "unpriced": (_Q, "a lending product without any rate, and it is not tailored"),
    "too_many": (_Q, "{found} entries, more than the {expected} we read"),
    "mending_conflicts": (_Q, "this place has changed since {found} mended it: {expected}"),
    # No product.
    "too_large": (_X, "more than {found} bytes"),
    "too_deep": (_X, "nested deeper than {found} levels"),
    "too_long_number": (_X, "a number of more than {found} characters"),
    "not_utf8": (_X, "the text is not UTF-8"),
    "web_page": (_X, "this is a web page, not JSON"),
    "not_json": (_X, "this is no JSON: {found}"),
    "same_name_twice": (_X, "{found} stands twice in one object"),
    "error_body": (_X, "the bank answered with an error instead of a product: {found}"),
    "no_product": (_X, "there is no product in it"),
    "list_only": (_X, "this is a list without prices: import the bank's address, or the products' own files"),
    "no_id": (_X, "the product has no usable productId"),
    "no_bank": (_X, "the product names no bank: say whose it is with --bank"),
    "same_product_twice": (_X, "{found} was in this import already, from {expected}"),
    "unreadable": (_X, "it cannot be read: {found}"),
    "address_refused": (_X, "this is no public https address that we call"),
    "not_reached": (_X, "the bank was not reached: {found}"),
    "refused_status": (_X, "the bank answered {found}"),
    "no_common_version": (_X, "the bank speaks none of the versions {found}"),
    "list_odd": (_X, "the bank's list cannot be followed: {found}"),
}  # fmt: skip
_LONGEST = 120


def reason(code: str, pointer: str = "", found: object = "", expected: object = "") -> Reason:
    """One of :data:`REASONS`, with what was found and what was expected put in, shortened and printable."""
    weight, words = REASONS[code]
    return Reason(code, weight, pointer, words.format(found=_shown(found), expected=_shown(expected)))


def _shown(value: object) -> str:
    text = "".join(one if one.isprintable() else "\ufffd" for one in str(value)[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
