"""Every figure of the vectors, to its tolerance; no check passes a wrong one; and ours are the shared ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.money.vectors import SETS, VectorSet
from tests.money.vectors.check import Check, Vector
from tests.support.shared_data import shared_json
from tools import vectors as table

ALL = [(one, vector) for one in SETS for vector in one.vectors()]
IDS = [vector["id"] for _one, vector in ALL]
# The figures a check must read, by set; what a vector has not is passed over.
STATED = {
    "us_apr": ("apr_percent", "dates", "single"),
    "eu_aprc": ("apr_percent", "disclosed"),
    "uk_apr": ("apr_percent",),
    "cn_annual": ("period_rate", "simple_percent", "simple_shown", "compound_percent", "compound_shown",
                  "printed_percent", "fee_percent"),
    "deposits_and_funds": ("percent", "interest", "compound_percent", "simple_percent", "allowed", "indicator",
                           "class"),
    "schedules": ("rows", "days", "interest", "of_360_percent", "of_365_percent", "compound_percent"),
    "dates": ("dates", "local", "day"),
    "amounts": ("minor", "rows", "totals", "exponent", "half_up", "half_even"),
    "refunds": ("to_loan", "to_shopper", "fee_returned", "outstanding", "future", "future_fee"),
    "identifiers": ("valid", "checksum", "e164", "mobile", "shown"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "vector"), ALL, ids=IDS)
def test_the_figure_comes_out(one: VectorSet, vector: Vector) -> None:
    assert one.check(vector).right, f"{one.check(vector)}: {vector['source']}"


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.name)
def test_none_is_missing_and_each_has_a_source(one: VectorSet) -> None:
    found = one.vectors()
    assert len(found) == one.planned == len({vector["id"] for vector in found})
    assert all(len(vector["source"]) >= 8 for vector in found)


@pytest.mark.parametrize(("one", "vector"), ALL, ids=IDS)
def test_a_wrong_figure_is_seen(one: VectorSet, vector: Vector) -> None:
    """Each figure of the vector in turn, a little beside the truth."""
    stated = [name for name in STATED[one.name] if name in vector and (name, vector["what"]) != ("interest", "apy")]
    assert stated
    for name in stated:
        if vector[name]:
            assert not one.check(vector | {name: beside(vector[name])}).right, name


def beside(value: Any) -> Any:
    """Another value of the same shape; of a list, its first is another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [beside(value[0]), *value[1:]]
    if len(value) >= 10 and value[4:5] == "-":
        return (date.fromisoformat(value[:10]) + timedelta(2)).isoformat() + value[10:]
    if value.startswith("+") or not value.replace(".", "").removeprefix("-").isdecimal():
        return value + "0"
    places = len(value.partition(".")[2])
    return f"{Decimal(value) + 1:.{places}f}"


def test_the_table_counts_what_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main() == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split()[:4] for line in lines[1 : 1 + len(SETS)]]
    assert rows == [[one.name, *[str(one.planned)] * 3] for one in SETS]
    assert lines[-1] == "all right"


def test_the_table_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt = replace(SETS[0], planned=23, check=lambda vector: Check(vector["id"] != "us-regz-j-c1i"))
    monkeypatch.setattr(table, "SETS", (spoilt,))
    assert table.main() == 1
    printed = capsys.readouterr().out
    assert "us-regz-j-c1i: 12 CFR 1026" in printed.split("WRONG")[1]
    assert "us_apr: 22 of 23" in printed


SHARED = {
    "us_regz_apr": "us_apr", "eu_aprc": "eu_aprc", "uk_apr": "uk_apr", "cn_apr": "cn_annual",
    "deposit_wealth": "deposits_and_funds", "schedules": "schedules", "dates": "dates", "money": "amounts",
    "refunds": "refunds", "identifiers": "identifiers",
}  # fmt: skip
# Where shared figures break the rule of their own file: no payment is below zero.
DIFFERENT = {"sch-annuity-0.10-0.12-12": {"-0.01", "-0.00"}}
# Follow from the others, or say what our inputs say.
COUNTED = {"k", "count", "first", "last", "sum", "total_interest", "total_principal", "year_days"}


def test_ours_are_the_shared_ones() -> None:
    """The same ids, and every stated figure of theirs among ours."""
    for theirs, ours in SHARED.items():
        mine = {vector["id"]: vector for one in SETS if one.name == ours for vector in one.vectors()}
        shared = {vector["id"]: vector for vector in shared_json(f"finance/{theirs}.json")["vectors"]}
        assert set(mine) == set(shared)
        for name, vector in shared.items():
            lost = leaves(vector["expected"]) - leaves(mine[name])
            assert lost == DIFFERENT.get(name, set()), name
            assert mine[name].get("within", "0") == vector.get("tolerance", "0"), name


def leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {leaf for name, inner in value.items() if name not in COUNTED for leaf in leaves(inner)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner)}
    return {str(value)}
