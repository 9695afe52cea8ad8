"""Publishing: what is wrong is named, what is live has one version, and the version rises with every change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from scenebank.catalogue.model import Kind
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import HandClock
from scenebank.errors import InvalidInput, NotFound
from scenebank.store.database import Database
from tests.support.catalogue import bank, product, publish
from tests.support.new_tables import create_tables


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[CatalogueService]:
    database = Database(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    create_tables(database)
    yield CatalogueService(database, HandClock(datetime(2026, 11, 24, tzinfo=UTC)), AuditChain(b"test"))
    database.dispose()


def live_rates(catalogue: CatalogueService) -> list[str]:
    return [str(one.rate.value) for one in catalogue.snapshot("CN", Kind.INSTALMENTS)[1]]


def test_a_new_version_takes_the_place_of_the_old_one(catalogue: CatalogueService) -> None:
    publish(catalogue, product("alpha", "a"))
    before = catalogue.version()
    catalogue.publish(product("alpha", "a", rate="0.0500"))
    assert live_rates(catalogue) == ["0.0500"]
    assert catalogue.version() != before


def test_of_two_publications_at_once_one_is_live_in_the_end(database_url: str) -> None:
    database = Database(database_url)
    create_tables(database)
    catalogue = CatalogueService(database, HandClock(datetime(2026, 11, 24, tzinfo=UTC)), AuditChain(b"test"))
    publish(catalogue, product("alpha", "a", rate="0.0900"))
    together = Barrier(2)

    def one(rate: str) -> None:
        together.wait(30)
        catalogue.publish(product("alpha", "a", rate=rate))

    with ThreadPoolExecutor(2) as publishers:
        for number in range(10):
            list(publishers.map(one, (f"0.01{number}0", f"0.02{number}0")))
            assert len(live_rates(catalogue)) == 1
    database.dispose()


def test_publishing_what_is_live_changes_nothing(catalogue: CatalogueService) -> None:
    publish(catalogue, product("alpha", "a"))
    before = catalogue.version()
    catalogue.publish(product("alpha", "a"))
    assert catalogue.version() == before


def test_going_back_makes_the_old_document_live_again(catalogue: CatalogueService) -> None:
    for rate in ("0.0600", "0.0500", "0.0600"):
        publish(catalogue, product("alpha", "a", rate=rate))
    assert live_rates(catalogue) == ["0.0600"]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("kind", "mortgage", "/kind"), ("market", "XX", "/market"), ("terms", [], "/terms"),
        ("terms", [6, 3], "/terms"), ("terms", [0], "/terms"), ("terms", ["3"], "/terms"),
        ("rate", {"value": "1.5", "basis": "nominal_annual"}, "/rate"),
        ("rate", {"value": 0.06, "basis": "nominal_annual"}, "/rate"),
        ("rate", {"value": "0.06", "basis": "x"}, "/rate"),
        ("rate", {"value": "0.06", "basis": "per_term_of_original_principal"}, "/rate/basis"),
        ("min_amount", {"amount": "1.5", "currency": "CNY"}, "/min_amount"),
        ("min_amount", {"amount": "100", "currency": "EUR"}, "/min_amount/currency"),
        ("min_amount", {"amount": "5000001", "currency": "CNY"}, "/max_amount"),
        ("name", {}, "/name"), ("subsidised", "no", "/subsidised"), ("product_id", "a/b", "/product_id"),
        ("favoured", True, "/favoured"), ("bank_id", "nobody", "/bank_id"),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_with_its_field(
    catalogue: CatalogueService, field: str, value: object, pointer: str
) -> None:
    catalogue.publish_bank(bank("alpha"))
    with pytest.raises(InvalidInput) as refused:
        catalogue.publish(product("alpha", "a") | {field: value})
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert live_rates(catalogue) == []


def test_a_bank_that_is_not_there(catalogue: CatalogueService) -> None:
    with pytest.raises(NotFound):
        catalogue.bank("nobody")
