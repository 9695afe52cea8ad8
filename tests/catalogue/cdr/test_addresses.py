"""Imports from a bank's public address: versions, pages, tags, bounds, and what goes wrong on the way. Real HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scenebank.catalogue.cdr.addresses import bank_address
from scenebank.catalogue.cdr.fetching import PublicBank as PublicAddress
from scenebank.catalogue.cdr.service import ImportService
from scenebank.clock import HandClock
from scenebank.errors import InvalidInput
from scenebank.store.database import Database
from tests.support.cdr import answer, loan, plan, put
from tests.support.databases import sqlite_url
from tests.support.new_tables import create_tables
from tests.support.public_bank import PublicBank

RATE = "/lendingRates/0/rate"
PRODUCTS = "/cds-au/v1/banking/products"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is stored is tried on both databases elsewhere."""
    return sqlite_url(tmp_path)


def run(imports: ImportService, url: str) -> list[tuple[str, str | None, str]]:
    return [
        (one.outcome.value, one.product_id, one.reasons[0].code if one.reasons else "-")
        for one in imports.run([url], "example")
    ]


def some(bank: PublicBank) -> None:
    for number in range(1, 6):
        bank.products[f"loan {number}"] = put(put(loan(), "/productId", f"loan {number}"), "/brand", "Example")


def test_all_products_of_all_pages(imports: ImportService, bank: PublicBank) -> None:
    some(bank)
    found = run(imports, bank.url)
    assert found == [("new", f"loan {number}", "odd_id") for number in range(1, 6)]
    lists = [path for path, *_ in bank.asked if "?" in path]
    assert [path.partition("?")[2].partition("&")[0] for path in lists] == ["page=1", "page=2", "page=3"]
    assert {one.source for one in imports.imported()} == {bank.address(f"loan%20{number}") for number in range(1, 6)}
    assert {one.bank_id for one in imports.imported()} == {"example"}


@pytest.mark.parametrize("form", ["{url}", "{url}/", "{url}/cds-au/v1", "{url}/cds-au/v1/banking/products"])
def test_any_form_of_the_address_means_the_same(imports: ImportService, bank: PublicBank, form: str) -> None:
    bank.products["loan-1"] = loan()
    assert run(imports, form.format(url=bank.url)) == [("new", "loan-1", "-")]
    assert [path.partition("?")[0] for path, *_ in bank.asked] == [PRODUCTS, f"{PRODUCTS}/loan-1"]


def test_one_product_by_its_own_address(imports: ImportService, bank: PublicBank) -> None:
    bank.products["loan-1"] = loan()
    assert run(imports, bank.address("loan-1")) == [("new", "loan-1", "-")]
    assert len(bank.asked) == 1


def test_an_address_with_a_path_before_the_base() -> None:
    assert bank_address("https://x.example/open/cds-au/v1").products == f"https://x.example/open{PRODUCTS}"
    assert bank_address("https://x.example/open").products == f"https://x.example/open{PRODUCTS}"
    assert bank_address(f"https://x.example{PRODUCTS}/a%20b").one == f"https://x.example{PRODUCTS}/a%20b"


@pytest.mark.parametrize(
    ("speaks", "ranges", "asked"),
    [
        ((4, 5, 6, 7), True, [("7", "4", 200)]),
        ((4,), True, [("7", "4", 200)]),
        ((5,), False, [("7", "4", 406), ("7", None, 406), ("6", None, 406), ("5", None, 200)]),
        ((3,), True, [("7", "4", 406), ("7", None, 406), ("6", None, 406), ("5", None, 406), ("4", None, 406)]),
    ],
)  # fmt: skip
def test_versions_are_negotiated(
    imports: ImportService, bank: PublicBank, speaks: tuple[int, ...], ranges: bool, asked: list[Any]
) -> None:
    bank.products["plan-1"] = plan()
    bank.detail_speaks, bank.ranges = speaks, ranges
    reached = asked[-1][2] == 200
    expected = ("new", "plan-1", "no_comparison_rate") if reached else ("refused", None, "no_common_version")
    assert run(imports, bank.address("plan-1")) == [expected]
    assert [(newest, oldest, status) for _path, newest, oldest, _tag, status in bank.asked] == asked


def test_what_has_not_changed_is_not_sent_again(imports: ImportService, bank: PublicBank, clock: HandClock) -> None:
    bank.products |= {"loan-1": loan(), "plan-1": plan()}
    run(imports, bank.url)
    before = imports.imported()
    clock.move(60)
    bank.asked.clear()
    assert [one[0] for one in run(imports, bank.url)] == ["unchanged", "unchanged"]
    assert [status for *_, status in bank.asked] == [200, 304, 304]
    assert imports.imported() == before
    put(bank.products["loan-1"], RATE, "7.99")
    assert [one[0] for one in run(imports, bank.url)] == ["changed", "unchanged"]


def test_a_tag_counts_only_for_whom_it_was_given(imports: ImportService, bank: PublicBank) -> None:
    """An operator who had said the wrong bank says the right one."""
    bank.products["loan-1"] = loan()
    run(imports, bank.url)
    assert [one.outcome.value for one in imports.run([bank.url], "another")] == ["changed"]
    assert [one.bank_id for one in imports.imported()] == ["another"]


FAULTS: list[tuple[tuple[int, bytes, dict[str, str]], str]] = [
    ((500, b"<html>", {}), "refused_status"),
    ((404, b"{}", {}), "refused_status"),
    ((302, b"", {"Location": "http://127.0.0.1:9/"}), "refused_status"),
    ((304, b"", {}), "refused_status"),
    ((200, b"<html>Sorry</html>", {}), "web_page"),
    ((200, b'{"errors": [{"title": "Sorry"}]}', {}), "error_body"),
    ((200, b'{"data": {', {"Content-Length": "90"}), "not_reached"),
    ((200, b"x" * 50_000_000, {}), "too_large"),
    ((200, b"[" * 100_000, {}), "too_deep"),
    ((200, b"{}", {"Content-Encoding": "gzip"}), "not_reached"),
    ((200, b"{}", {"Content-Length": "many"}), "no_product"),
]


@pytest.mark.parametrize(("fault", "code"), FAULTS, ids=[f"{one[0]}-{code}" for one, code in FAULTS])
def test_a_fault_leaves_the_last_good_copy_and_the_others(
    imports: ImportService, bank: PublicBank, fault: tuple[int, bytes, dict[str, str]], code: str
) -> None:
    bank.products |= {"loan-1": loan(), "plan-1": plan()}
    run(imports, bank.url)
    before = imports.imported()
    bank.instead[f"{PRODUCTS}/loan-1"] = fault
    if fault[0] == 304:
        bank.instead[f"{PRODUCTS}/new"] = fault
        assert run(imports, bank.address("new")) == [("refused", None, code)]
        return
    assert run(imports, bank.url) == [("kept", "loan-1", code), ("unchanged", "plan-1", "no_comparison_rate")]
    first, second = imports.imported()
    assert (first.raw, first.document, first.verdict) == (before[0].raw, before[0].document, before[0].verdict)
    assert (first.failure.code if first.failure else None, second) == (code, before[1])


def test_a_bank_that_dribbles_is_left_at_the_deadline(tmp_path: Path, bank: PublicBank, clock: HandClock) -> None:
    """Every octet comes in time, the whole never would."""
    database = Database(sqlite_url(tmp_path))
    create_tables(database)
    imports = ImportService(database, clock, PublicAddress(allow_loopback=True, deadline_s=0.3))
    bank.products["loan-1"] = loan()
    bank.slow_s = 0.05
    assert run(imports, bank.address("loan-1")) == [("refused", None, "not_reached")]
    database.dispose()


def test_a_bank_that_has_fallen_silent_is_not_asked_on(imports: ImportService, bank: PublicBank) -> None:
    for number in range(8):
        bank.products[f"loan-{number}"] = put(loan(), "/productId", f"loan-{number}")
    run(imports, bank.url)
    before = imports.imported()
    for number in range(1, 8):
        bank.instead[f"{PRODUCTS}/loan-{number}"] = (200, b"", {"Content-Length": "9"})
    found = run(imports, bank.url)
    assert [one[0] for one in found] == ["unchanged"] + ["kept"] * 5 + ["refused"]
    assert found[-1][2] == "list_odd"
    assert [(one.raw, one.gone_at) for one in imports.imported()] == [(one.raw, None) for one in before]


LISTS: list[tuple[bytes, str]] = [
    (b"<html>", "web_page"),
    (b'{"errors": [{"title": "Sorry"}]}', "error_body"),
    (b"[]", "list_odd"),
    (b'{"data": {"products": {}}}', "list_odd"),
    (b'{"data": {"products": [{"name": "x"}]}}', "no_id"),
    (b'{"data": {"products": []}, "links": {"next": "https://elsewhere.example/products"}}', "list_odd"),
    (b'{"data": {"products": []}, "links": {"next": "//127.0.0.1/x"}}', "list_odd"),
    (b'{"data": {"products": []}, "links": {"next": "https://[::1"}}', "list_odd"),
    (b'{"data": {"products": []}, "links": {"next": "?page=2"}}', "list_odd"),
]


@pytest.mark.parametrize(("body", "code"), LISTS, ids=[f"{n}-{code}" for n, (_body, code) in enumerate(LISTS)])
def test_a_list_that_cannot_be_followed_takes_nothing_away(
    imports: ImportService, bank: PublicBank, body: bytes, code: str
) -> None:
    bank.products["loan-1"] = loan()
    run(imports, bank.url)
    before = imports.imported()
    bank.instead[PRODUCTS] = (200, body, {})
    found = run(imports, bank.url)
    assert [one[2] for one in found if one[0] == "refused"] == [code]
    assert imports.imported() == before


def test_a_product_that_the_list_names_no_more_is_gone_until_it_is_back(
    imports: ImportService, bank: PublicBank
) -> None:
    bank.products |= {"loan-1": loan(), "plan-1": plan()}
    run(imports, bank.url)
    del bank.products["loan-1"]
    assert [one[:2] for one in run(imports, bank.url)] == [("unchanged", "plan-1"), ("gone", "loan-1")]
    assert [one[:2] for one in run(imports, bank.url)] == [("unchanged", "plan-1")]
    assert [(one.product_id, one.gone_at is not None) for one in imports.imported()] == \
        [("loan-1", True), ("plan-1", False)]  # fmt: skip
    bank.products["loan-1"] = loan()
    assert [one[:2] for one in run(imports, bank.url)] == [("unchanged", "loan-1"), ("unchanged", "plan-1")]
    assert [one.gone_at for one in imports.imported()] == [None, None]


@pytest.mark.parametrize(
    "url",
    ["http://bank.example/", "https://10.0.0.1/", "https://user@bank.example/", "https://bank.example:8443/",
     "https://bank.internal/", "http://[::1]/", "https://", "https://[::1", "https://x y.example/"],
)  # fmt: skip
def test_only_public_addresses_are_called(imports: ImportService, url: str) -> None:
    assert [one[2] for one in run(imports, url)] == ["address_refused"]


def test_loopback_is_public_to_nobody(tmp_path: Path, bank: PublicBank, clock: HandClock) -> None:
    database = Database(sqlite_url(tmp_path))
    create_tables(database)
    imports = ImportService(database, clock, PublicAddress(allow_loopback=False))
    assert [one[2] for one in run(imports, bank.url)] == ["address_refused"]
    assert bank.asked == []
    database.dispose()


def test_an_address_belongs_to_a_bank_that_is_named(imports: ImportService, bank: PublicBank) -> None:
    with pytest.raises(InvalidInput) as refused:
        list(imports.run([bank.url], None))
    assert refused.value.errors[0].code == "import_bank"
    with pytest.raises(InvalidInput):
        list(imports.run([bank.url], "no/bank"))
    assert bank.asked == []


def test_the_answer_itself_is_kept(imports: ImportService, bank: PublicBank) -> None:
    bank.instead[f"{PRODUCTS}/loan-1"] = (200, answer(loan()), {"ETag": "x" * 500})
    run(imports, bank.address("loan-1"))
    (kept,) = imports.imported()
    assert (kept.raw, kept.etag, kept.generation) == (answer(loan()).decode(), None, "V4")
