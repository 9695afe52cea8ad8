"""Imports of files and folders: each document by itself, the same twice, and mended by hand; on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from scenebank.catalogue.cdr.model import Verdict
from scenebank.catalogue.cdr.service import Change, Imported, ImportService
from scenebank.clock import HandClock
from scenebank.errors import InvalidInput, NotFound
from tests.support.cdr import answer, loan, plan, put

# Where a case differs only in what is read, one database is enough.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RATE = "/lendingRates/0/rate"
Row = tuple[str, str, str | None]


def outcomes(found: list[Imported]) -> list[Row]:
    return [(one.outcome.value, one.verdict.value, one.product_id) for one in found]


def run(imports: ImportService, *sources: object, bank: str | None = None) -> list[Row]:
    return outcomes(list(imports.run([str(one) for one in sources], bank)))


def file(folder: Path, name: str, product: dict[str, Any]) -> Path:
    (folder / name).write_bytes(answer(product))
    return folder / name


def test_a_folder_with_every_verdict(imports: ImportService, tmp_path: Path) -> None:
    folder = tmp_path / "products"
    (folder / "more").mkdir(parents=True)
    file(folder, "a.json", loan())
    file(folder, "b.json", put(plan(), "/name", " Pay in parts"))
    file(folder, "more/c.json", put(put(loan(), RATE, "7.99"), "/productId", "loan 3"))
    (folder / "d.json").write_bytes(b"<html>Sorry</html>")
    (folder / "e.txt").write_bytes(b"not looked at")
    expected = [
        ("new", "clean", "loan-1"), ("new", "repaired", "plan-1"), ("refused", "rejected", None),
        ("new", "quarantined", "loan 3"),
    ]  # fmt: skip
    assert run(imports, folder) == expected
    kept = imports.imported()
    assert [(one.bank_id, one.product_id) for one in kept] == [
        ("example-bank", "loan 3"), ("example-bank", "loan-1"), ("example-bank", "plan-1"), (None, None),
    ]  # fmt: skip
    assert [one.source for one in imports.imported(Verdict.REJECTED)] == [str((folder / "d.json").resolve())]
    assert kept[1].raw == answer(loan()).decode()
    assert (kept[1].document or {})["name"] == "Loan for a boat"


def test_again_changes_nothing(imports: ImportService, tmp_path: Path, clock: HandClock) -> None:
    source = file(tmp_path, "a.json", put(loan(), "/brandName", None))
    (tmp_path / "b.json").write_bytes(b"{}")
    run(imports, tmp_path)
    before = imports.imported()
    clock.move(60)
    assert run(imports, tmp_path) == [("unchanged", "repaired", "loan-1"), ("refused", "rejected", None)]
    assert imports.imported() == before
    source.write_bytes(json.dumps(json.loads(source.read_bytes()), indent=3).encode())
    assert run(imports, source) == [("unchanged", "repaired", "loan-1")]
    file(tmp_path, "a.json", put(loan(), "/name", "Loan for a ship"))
    assert run(imports, source) == [("changed", "clean", "loan-1")]
    assert imports.imported()[0].changed_at == before[0].changed_at + 60_000


@SQLITE
@pytest.mark.parametrize(
    "octets",
    [b'{"errors": [{"title": "Sorry", "detail": "Not now"}]}', b"<html>", b"", b"[" * 99_999, b" " * 3_000_000],
    ids=["error body", "web page", "nothing", "deep", "large"],
)
def test_what_is_no_product_leaves_the_last_good_copy(imports: ImportService, tmp_path: Path, octets: bytes) -> None:
    source = file(tmp_path, "a.json", loan())
    run(imports, source)
    (good,) = imports.imported()
    source.write_bytes(octets)
    assert run(imports, source) == [("kept", "rejected", "loan-1")]
    (kept,) = imports.imported()
    assert (kept.verdict, kept.raw, kept.document) == (Verdict.CLEAN, good.raw, good.document)
    assert kept.failure is not None
    source.unlink()
    assert run(imports, source) == [("kept", "rejected", "loan-1")]
    assert [one.failure and one.failure.code for one in imports.imported()] == ["unreadable"]
    file(tmp_path, "a.json", loan())
    assert run(imports, source) == [("unchanged", "clean", "loan-1")]
    assert imports.imported() == [good]


def test_one_product_has_one_document(imports: ImportService, tmp_path: Path) -> None:
    """Twice in one import is a question; from a new place later is a move."""
    first, second = file(tmp_path, "a.json", loan()), file(tmp_path, "b.json", put(loan(), "/name", "Another"))
    assert run(imports, tmp_path) == [("new", "clean", "loan-1"), ("refused", "rejected", None)]
    assert run(imports, second) == [("new", "clean", "loan-1")]
    (kept,) = imports.imported()
    assert kept.source == str(second.resolve())
    assert run(imports, first, bank="other-bank") == [("new", "clean", "loan-1")]
    assert [one.bank_id for one in imports.imported()] == ["example-bank", "other-bank"]


@SQLITE
def test_each_of_a_list_in_a_file(imports: ImportService, tmp_path: Path) -> None:
    listed = [loan(), put(loan(), "/productId", None), put(loan(), "/productId", "loan-2")]
    (tmp_path / "all.json").write_text(json.dumps({"data": {"products": listed}}), "utf-8")
    assert run(imports, tmp_path / "all.json") == [
        ("new", "clean", "loan-1"), ("refused", "rejected", None), ("new", "clean", "loan-2"),
    ]  # fmt: skip
    assert imports.imported()[1].source.endswith("all.json#/data/products/2")


def mend(imports: ImportService, *changes: Change, undone: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    kept = imports.mend("example-bank", "loan-1", changes, undone, "Ada", "the bank's page says so")
    return kept.verdict.value, [one.code for one in kept.reasons]


def test_a_mending_survives_and_can_be_taken_back(imports: ImportService, tmp_path: Path) -> None:
    source = file(tmp_path, "a.json", put(loan(), RATE, "7.99"))
    run(imports, source)
    assert mend(imports, Change(RATE, '"0.0799"')) == ("repaired", ["mended"])
    (kept,) = imports.imported()
    assert (kept.document or {})["lending_rates"][0]["rate"]["value"] == "0.0799"
    assert kept.reasons[0].words == "mended by Ada: the bank's page says so"
    assert run(imports, source) == [("unchanged", "repaired", "loan-1")]
    file(tmp_path, "a.json", put(put(loan(), RATE, "7.99"), "/description", "Something else"))
    assert run(imports, source) == [("changed", "repaired", "loan-1")]
    assert mend(imports, undone=(RATE,)) == ("quarantined", ["percent_rate"])
    with pytest.raises(NotFound):
        mend(imports, undone=(RATE,))


@SQLITE
@pytest.mark.parametrize(("place", "value"), [(RATE, "8.49"), ("/lendingRates/0/lendingRateType", "VARIABLE")])
def test_a_mending_whose_place_has_changed_conflicts(
    imports: ImportService, tmp_path: Path, place: str, value: str
) -> None:
    """What was mended was this rate; whether the new one is wrong in the same way nobody has said."""
    source = file(tmp_path, "a.json", put(loan(), RATE, "7.99"))
    run(imports, source)
    mend(imports, Change(RATE, '"0.0799"'))
    file(tmp_path, "a.json", put(put(loan(), RATE, "7.99"), place, value))
    assert run(imports, source) == [("changed", "quarantined", "loan-1")]
    (kept,) = imports.imported()
    assert [one.code for one in kept.reasons] == ["mending_conflicts", "percent_rate"]
    assert mend(imports, Change(RATE, '"0.0849"')) == ("repaired", ["mended"])


@SQLITE
def test_a_mending_that_the_bank_has_made_is_done_with(imports: ImportService, tmp_path: Path) -> None:
    source = file(tmp_path, "a.json", put(loan(), RATE, "7.99"))
    run(imports, source)
    mend(imports, Change(RATE, '"0.0799"'))
    file(tmp_path, "a.json", loan())
    assert run(imports, source) == [("changed", "clean", "loan-1")]


@SQLITE
def test_a_mending_inside_of_what_another_took_away_conflicts(imports: ImportService, tmp_path: Path) -> None:
    run(imports, file(tmp_path, "a.json", loan()))
    assert mend(imports, Change("/fees", "[]"), Change("/fees/0/name", '"Start"')) == \
        ("quarantined", ["mending_conflicts", "mended"])  # fmt: skip


def test_two_imports_at_once(imports: ImportService, tmp_path: Path) -> None:
    for number in range(10):
        file(tmp_path, f"{number}.json", put(loan(), "/productId", f"loan-{number}"))
    together = Barrier(2)

    def one(_number: int) -> list[Row]:
        together.wait(30)
        return run(imports, tmp_path)

    with ThreadPoolExecutor(2) as both:
        results = list(both.map(one, range(2)))
    assert [[row[1:] for row in rows] for rows in results] == [[("clean", f"loan-{n}") for n in range(10)]] * 2
    assert [one.product_id for one in imports.imported()] == [f"loan-{n}" for n in range(10)]


@SQLITE
def test_members_are_added_and_taken_away(imports: ImportService, tmp_path: Path) -> None:
    source = file(tmp_path, "a.json", put(put(loan(), "/lendingRates/0/tiers/0/name", ...), "/fees/0/feeCap", "lots"))
    run(imports, source)
    added, taken = Change("/lendingRates/0/tiers/0/name", '"Term"'), Change("/fees/0/feeCap", None)
    assert mend(imports, added, taken) == ("repaired", ["mended", "mended"])


@SQLITE
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(RATE, "0.0799x"), "mending_value"), (Change(RATE, "[" * 50), "mending_value"),
        (Change(RATE, '"\ud800"'), "mending_value"), (Change("rate", "1"), "mending_place"),
        (Change("/lendingRates/1/rate", "1"), "mending_place"), (Change("/lendingRates/00/rate", "1"), "mending_place"),
        (Change("/lendingRates/-", "1"), "mending_place"), (Change("/name/x", "1"), "mending_place"),
        (Change("/nothing", None), "mending_place"), (Change("/" + "x" * 500, "1"), "mending_place"),
    ],
)  # fmt: skip
def test_a_mending_that_cannot_be_changes_nothing(
    imports: ImportService, tmp_path: Path, change: Change, code: str
) -> None:
    run(imports, file(tmp_path, "a.json", put(loan(), RATE, "7.99")))
    before = imports.imported()
    with pytest.raises(InvalidInput) as refused:
        mend(imports, Change("/name", '"Another"'), change)
    assert refused.value.errors[0].code == code
    assert imports.imported() == before


@SQLITE
@pytest.mark.parametrize(("by", "why", "code"), [("", "x", "mending_by"), ("Ada", " ", "mending_why")])
def test_a_mending_has_a_name_and_a_reason(imports: ImportService, by: str, why: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        imports.mend("example-bank", "loan-1", [Change("/name", '"x"')], (), by, why)
    assert refused.value.errors[0].code == code


@SQLITE
def test_only_what_was_imported_can_be_mended(imports: ImportService) -> None:
    with pytest.raises(NotFound):
        mend(imports, Change("/name", '"x"'))
