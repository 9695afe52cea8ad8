"""What ``make bench`` prints of offers is measured on catalogues that are what the table says."""

from __future__ import annotations

from bench import offers


def test_the_series_and_their_table() -> None:
    found = offers.measure(sizes=(10, 200), runs=3)
    assert [(one.name, sorted(one.warm)) for one in found] == [("10 fit", [10, 200]), ("1 % fit", [10, 200])]
    assert all(len(times) == 3 for one in found for times in (*one.warm.values(), *one.cold.values()))
    memory = offers.Memory(200, 3, 2, 1)
    printed = offers.table(found, memory)
    assert "10 fit: 200 ÷ 10 is" in printed
    assert "a worker with 200 products" in printed
