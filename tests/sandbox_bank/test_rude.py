"""A bank told to be rude by its environment: busy and slow, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from sandbox_bank.settings import BadSettings, load_settings
from tests.support.sandbox_bank import SandboxBank, sandbox_bank

NOWHERE = "http://127.0.0.1:9"


def statuses(bank: SandboxBank) -> list[int]:
    """Of requests without an assertion: 401 where the bank had time for them."""
    address = f"{bank.url}/harbour/DSB/banking/accounts"
    headers = {"x-v": "1", "Idempotency-Key": "12345678"}
    answers = [requests.post(address, json={}, headers=headers, timeout=10) for _call in range(60)]
    assert {one.headers.get("Retry-After") for one in answers if one.status_code == 503} <= {"1"}
    return [one.status_code for one in answers]


def test_the_environment_makes_it_rude_and_the_seed_says_when(tmp_path: Path) -> None:
    seen = {}
    for name, seed in (("first", "7"), ("again", "7"), ("other", "8")):
        with sandbox_bank(tmp_path / name, NOWHERE, BANK_RUDE_SEED=seed, BANK_RUDE_WAIT_S="0.01") as bank:
            seen[name] = statuses(bank)
    assert set(seen["first"]) == {401, 503}
    assert seen["first"] == seen["again"]
    assert seen["first"] != seen["other"]


@pytest.mark.parametrize("wrong", [{"BANK_RUDE_SEED": "x"}, {"BANK_RUDE_SEED": "1", "BANK_RUDE_WAIT_S": "-1"}])
def test_nonsense_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match=list(wrong)[-1]):
        load_settings(wrong)
