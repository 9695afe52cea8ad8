"""What was imported becomes a draft of what the bank says; what it does not say is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenebank.catalogue.cdr.fetching import PublicBank
from scenebank.catalogue.cdr.service import ImportService
from scenebank.catalogue.model import Kind
from scenebank.catalogue.publishing.imported import NotFit
from scenebank.catalogue.publishing.service import Wanted
from scenebank.errors import ScenebankError
from tests.support import cdr
from tests.support.publishing import Office

MENDED = {"market": "EU", "name": {"en": "Loan for a boat", "zh-CN": "船舶贷款"},
          "min_amount": {"amount": "200000", "currency": "EUR"},
          "max_amount": {"amount": "5000000", "currency": "EUR"}}  # fmt: skip


def import_one(desk: Office, folder: Path, product: cdr.Product) -> None:
    path = folder / "product.json"
    path.write_bytes(cdr.answer(product))
    list(ImportService(desk.database, desk.clock, PublicBank(allow_loopback=True)).run([str(path)], "alpha"))


def business() -> cdr.Product:
    return cdr.put(cdr.loan(), "/productCategory", "BUSINESS_LOANS")


def test_from_the_banks_document_to_the_shoppers(desk: Office, tmp_path: Path) -> None:
    import_one(desk, tmp_path, business())
    revision = desk.publishing.draft("eve", Wanted("alpha", "loan-1", source="imported"))
    assert revision.origin == "imported"
    assert revision.document == {
        "bank_id": "alpha", "product_id": "loan-1", "kind": "loan", "market": "AU", "name": {"en": "Loan for a boat"},
        "rate": {"value": "0.0799", "basis": "nominal_annual"}, "method": "equal_instalment",
        "terms": [12, 18, 24, 36, 48, 60, 72, 84], "min_amount": {"amount": "200000", "currency": "AUD"},
        "max_amount": {"amount": "5000000", "currency": "AUD"}, "subsidised": False,
    }  # fmt: skip
    revision = desk.publishing.edit("eve", revision.id, {"document": {**revision.document, **MENDED}})
    desk.publishing.submit("eve", revision.id)
    desk.publishing.publish("pat", desk.publishing.approve("abe", revision.id, revision.content_hash).id)
    (live,) = desk.catalogue.snapshot("EU", Kind.LOAN)[1]
    assert (live.product_id, str(live.rate.value)) == ("loan-1", "0.0799")


def test_a_personal_loan_is_what_its_lender_states(desk: Office, tmp_path: Path) -> None:
    """Nothing is added, nothing priced; a fee without one sum stays without."""
    product = cdr.put(cdr.loan(), "/lendingRates/0/additionalValue", "P1.5Y")
    product["lendingRates"].append({
        "lendingRateType": "DISCOUNT", "rate": "-0.0050", "repaymentType": "PRINCIPAL_AND_INTEREST",
    })  # fmt: skip
    import_one(desk, tmp_path, product)
    revision = desk.publishing.draft("eve", Wanted("alpha", "loan-1", source="imported"))
    assert revision.document == {
        "bank_id": "alpha", "product_id": "loan-1", "kind": "loan", "market": "AU", "name": {"en": "Loan for a boat"},
        "stated": {
            "rates": [{
                "rate": {"value": "0.0799", "basis": "nominal_annual"},
                "comparison_rate": {"value": "0.0845", "basis": "au_comparison"}, "fixed": True, "term": 18,
                "note": "Term",
            }],
            "fees": [{"name": "Establishment", "amount": {"amount": "15000", "currency": "AUD"}}, {"name": "Abroad"},
                     {"name": "Variation"}],
            "min_amount": {"amount": "200000", "currency": "AUD"},
            "max_amount": {"amount": "5000000", "currency": "AUD"}, "min_term": 12, "max_term": 84,
            "links": {"terms": "https://bank.example/terms", "apply": "https://bank.example/apply"},
            "stated_on": "2026-10-01",
        },
    }  # fmt: skip
    assert desk.records.problems("eve", revision.id) == []


def test_what_has_ended_is_no_draft(desk: Office, tmp_path: Path) -> None:
    import_one(desk, tmp_path, cdr.put(cdr.loan(), "/effectiveTo", "2026-11-01T00:00:00Z"))
    with pytest.raises(NotFit, match="offers the product no more"):
        desk.publishing.draft("eve", Wanted("alpha", "loan-1", source="imported"))


def test_instalments_have_the_terms_of_the_plan(desk: Office, tmp_path: Path) -> None:
    import_one(desk, tmp_path, cdr.plan())
    document = desk.publishing.draft("eve", Wanted("alpha", "plan-1", source="imported")).document
    assert (document["kind"], document["terms"]) == ("instalments", list(range(3, 13)))
    assert (document["min_amount"]["amount"], document["max_amount"]["amount"]) == ("5000", "300000")


def test_what_cannot_be_chosen_is_left_open(desk: Office, tmp_path: Path) -> None:
    """Two rates: which one counts is for people to say."""
    product = business()
    product["lendingRates"] *= 2
    import_one(desk, tmp_path, product)
    revision = desk.publishing.draft("eve", Wanted("alpha", "loan-1", source="imported"))
    missing = {one.pointer for one in desk.records.problems("eve", revision.id)}
    assert {"/rate", "/method"} <= missing


def test_what_is_not_to_be_believed_is_no_draft(desk: Office, tmp_path: Path) -> None:
    import_one(desk, tmp_path, cdr.put(cdr.loan(), "/lendingRates/0/rate", "7.99"))
    for product_id, code in (("loan-1", "import_not_fit"), ("loan-2", "not_found")):
        with pytest.raises(ScenebankError) as refused:
            desk.publishing.draft("eve", Wanted("alpha", product_id, source="imported"))
        assert refused.value.code == code
    assert desk.moves == 0
