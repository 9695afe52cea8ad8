"""Clocks that differ, at the bank: the same ten seconds for the platform's assertions, which live a minute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox_bank import assertions
from sandbox_bank.assertions import AssertionVerifier, Heard
from sandbox_bank.database import Books
from sandbox_bank.errors import Refused
from scenebank.banks.assertions import LIFE_S, ContextAssertions
from scenebank.banks.port import Operation, SignedRequest
from scenebank.clock import HandClock
from tests.support.orders import order
from tests.support.platform import Platform

NOW = 1_795_000_000
BANK, URL, BODY, KEY = "https://bank.example/harbour", "https://bank.example/harbour/accounts", b"{}", "key-1"
TAKEN, EARLY, LATE = "", "not_yet_valid", "expired"


@contextmanager
def at(moment: float, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bank's own clock stands still."""
    with patch.context() as here:
        here.setattr(assertions, "time", SimpleNamespace(time=lambda: float(moment), monotonic=lambda: 0.0))
        yield


@pytest.mark.parametrize(
    ("claim", "verdicts"),
    [
        ("iat", {-61: TAKEN, -11: TAKEN, -9: TAKEN, 0: TAKEN, 9: TAKEN, 11: EARLY, 61: EARLY}),
        ("exp", {-61: LATE, -11: LATE, -9: TAKEN, 0: TAKEN, 9: TAKEN, 11: TAKEN, 61: TAKEN}),
    ],
)
def test_an_assertion_signed_by_another_clock(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claim: str, verdicts: dict[int, str]
) -> None:
    verifier, context = AssertionVerifier(Books(tmp_path / "books"), platform.url), order(platform).context
    for shift_s, verdict in verdicts.items():
        signed_at = NOW + shift_s - (LIFE_S if claim == "exp" else 0)
        signer = ContextAssertions(platform.keys, platform.url, HandClock(datetime.fromtimestamp(signed_at, UTC)))
        said = signer.sign("harbour", BANK, Operation.APPLY, SignedRequest("POST", URL, BODY, KEY), context)
        heard = Heard(BANK, Operation.APPLY.value, "POST", URL, BODY, KEY, f"Bearer {said}")
        with at(NOW, monkeypatch):
            assert refusal(verifier, heard) == verdict, shift_s


def refusal(verifier: AssertionVerifier, heard: Heard) -> str:
    """Which check failed; empty where none did."""
    try:
        verifier.verify(heard)
    except Refused as refused:
        return refused.detail
    return ""
