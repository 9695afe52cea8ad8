"""What is wrong with a draft, in words: the same over HTTP and by command. ``{…}`` are figures of the error."""

from __future__ import annotations

from collections.abc import Mapping

_MONEY = 'give {{"amount": minor units as a text, "currency": ISO 4217}}'
WORDS: Mapping[str, str] = {
    "edit_nothing": "say what is to be changed",
    "edit_place": "the document has no such place: give the pointer of one, or of a new member of an object",
    "edit_value": 'the value is JSON without fractions: a text stands in double quotes, like "0.0599"',
    "ends_before_start": "the end comes after the start",
    "fee_table_differs": "the table says {stated}, and the document's rate makes {computed}: mend one of them",
    "fee_table_shape": 'give a list of {{"term": months, "cost": fraction, "annual_rate": fraction}}, each with its'
                       " term and at least one of the two, fractions as texts",
    "fee_table_term": "give one of the product's terms: {terms}",
    "large_change": "the rate goes from {before} to {after}, by more than a fifth: say why in the reason",
    "of_another_product": "leave it out, or give {expected}, whose draft this is",
    "product_bank_id": "give the bank's id",
    "product_kind": "give instalments or loan",
    "product_locale": "give the name in {locale} too",
    "product_market": "give a market we know, such as CN or EU",
    "product_max_amount": _MONEY,
    "product_method": "give equal_instalment, equal_principal, interest_first, fee_per_term, fee_spread or"
                      " fee_at_first",
    "product_min_amount": _MONEY,
    "product_name": 'give the name by locale: {{"en": …, "zh-CN": …}}',
    "product_product_id": "give 1 to 100 letters, digits, dots, dashes or underscores",
    "product_rate": 'give {{"value": a fraction below 1 as a text, "basis": …}}',
    "product_subsidised": "give true or false",
    "product_terms": "give a list of rising months, from 1 to 480",
    "publishing_reason": "say why, in 1 to 500 printable characters",
    "schedule_past": "that time is over: publish it now, or take a later one",
    "schedule_when": "it was approved for any time: say when it shall start",
    "source_or_document": "give a document, or its source, and not both",
    "stated_day": "give a day such as 2026-11-24",
    "stated_link": "give an https address, without a user in it",
    "stated_not_here": "only a loan may be shown by what its lender states, and only in AU: give method, rate, terms"
                       " and amounts in its place",
    "stated_rate": 'give {{"value": a fraction below 1 as a text, "basis": "{basis}"}}',
    "stated_rates": "give at least one rate, and at most 100",
    "stated_term": "give months, from 1 to 480",
    "stated_text": "give 1 to 300 characters in one line",
    "stated_upside_down": "the end is below the beginning",
    "team_name": "a name has 1 to 40 small letters, digits, dots, dashes or underscores",
}  # fmt: skip
