"""What ``make bench`` prints of offers is measured on catalogues that are what the table says."""

from __future__ import annotations

from dataclasses import replace

from bench import memory, offers


def test_the_series_and_their_table() -> None:
    found = offers.measure(sizes=(10, 200), runs=3)
    assert [(one.name, sorted(one.warm)) for one in found] == [("10 fit", [10, 200]), ("1 % fit", [10, 200])]
    assert all(len(times) == 3 for one in found for times in (*one.warm.values(), *one.cold.values()))
    assert "10 fit: 200 ÷ 10 is" in offers.table(found)


def test_the_memory_of_a_worker_and_its_line() -> None:
    found = memory.measure_memory(200, 6)
    assert 20 < found.own <= found.proportional <= found.resident
    assert "a worker with 200 products after 6 pages" in memory.line(found)


def test_what_is_over_the_limit_is_not_held() -> None:
    found = memory.Memory(10_000, 400, 90, 120, 80)
    assert memory.is_held(found) and ", held;" in memory.line(found)
    over = replace(found, resident=121)
    assert not memory.is_held(over) and "NOT HELD" in memory.line(over)
