"""JSON of ours: numbers to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenebank.exact_json import read_json


def test_a_fraction_is_a_decimal_and_a_whole_number_an_int() -> None:
    read = read_json('{"rate": 0.1303, "long": 0.12345678901234567890123, "n": 12345678901234567890, "e": 1e-3}')
    assert read == {
        "rate": Decimal("0.1303"), "long": Decimal("0.12345678901234567890123"), "n": 12345678901234567890,
        "e": Decimal("0.001"),
    }  # fmt: skip
    assert [type(read[name]) for name in ("rate", "n")] == [Decimal, int]


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", b"\xff"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        read_json(text)
