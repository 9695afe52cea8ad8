"""A bank that is busy, slow, repeats itself and mixes up its news: shop, Scenebank and bank agree on every order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.rude_orders import RudeDay
from tests.support.stack import Stack, running_stack

POLITE = {"busy_rate": 0.0, "wait_most_s": 0.0, "twice_rate": 0.0, "disorder_rate": 0.0}
RUDE = {"seed": 13, "busy_rate": 0.05, "wait_most_s": 0.05, "twice_rate": 0.02, "disorder_rate": 0.02}


def all_agree(stack: Stack, orders: int) -> None:
    before = len(stack.bank.calls())
    day = RudeDay(stack, "rude")
    day.serve(orders)
    assert len(set(day.orders)) == orders
    assert day.differing() == []
    calls = stack.bank.calls()[before:]
    busy = sum(call["status"] == 503 for call in calls)
    print(f"\n{orders} orders, {len(calls)} calls of the bank, {busy} of them busy; all agree")
    assert busy > 0


def test_some_orders(stack: Stack) -> None:
    stack.bank.behave(**RUDE)
    try:
        all_agree(stack, 50)
    finally:
        stack.bank.behave(**POLITE)


@pytest.mark.long
def test_many_orders_with_long_waits(tmp_path: Path) -> None:
    with running_stack(tmp_path, BANK_READING_S="0", BANK_RUDE_SEED="13") as stack:
        all_agree(stack, 1000)
