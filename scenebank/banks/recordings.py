"""Recorded words of a bank, as data: what :class:`scenebank.banks.scripted.ScriptedBank` plays.

An answer is ``{"stage": "sign", …}`` with ``reasons``, ``documents``, ``counter_offer`` ``{"percent", "term"}``, the
term asked for where it names none, and ``ledger`` in percent of the amount asked for; a fault is
``{"fault": "unavailable"}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scenebank.banks.port import (
    Answer,
    BankCounterOffer,
    BankError,
    BankLedger,
    InvalidRequest,
    OutcomeUnknown,
    RateLimited,
    Stage,
    Unavailable,
)
from scenebank.money.model import Money

FAULTS: Mapping[str, BankError] = {
    "unavailable": Unavailable(),
    "outcome_unknown": OutcomeUnknown(),
    "rate_limited": RateLimited(30),
    "invalid_request": InvalidRequest("recorded"),
}
_REFERENCE = "4817-0329"
_FIELDS = {"stage", "reasons", "documents", "counter_offer", "ledger"}
_WITH_PAGE = (Stage.SIGN, Stage.DOCUMENTS, Stage.COUNTER_OFFER)


def read_recording(
    words: Sequence[Mapping[str, Any]], amount: Money, page: str, first: int, term: int = 0
) -> list[Answer | BankError]:
    """The script for an order of ``amount`` over ``term`` months; ``page`` is where the bank's own page stands,
    ``first`` the sequence number of the first word. ``ValueError`` or ``KeyError`` for what is no recording."""
    return [_word(one, amount, page, number, term) for number, one in enumerate(words, start=first)]


def _word(word: Mapping[str, Any], amount: Money, page: str, number: int, term: int) -> Answer | BankError:
    if "fault" in word:
        return FAULTS[word["fault"]]
    if not set(word) <= _FIELDS:
        raise ValueError(f"unknown in a recording: {sorted(set(word) - _FIELDS)}")
    stage, other = Stage(word["stage"]), word.get("counter_offer")
    offer = BankCounterOffer("recorded", _share(amount, other["percent"]), other.get("term", term)) if other else None
    ledger = {"approved": 100, "fulfilled": 0, "cancelled": 0, "refunded": 0} | word.get("ledger", {})
    return Answer(
        bank_ref=_REFERENCE,
        stage=stage,
        raw_status=stage.value,
        sequence=number,
        redirect_url=page if stage in _WITH_PAGE else None,
        reasons=tuple(word.get("reasons", ())),
        documents=tuple(word.get("documents", ())),
        counter_offer=offer,
        ledger=BankLedger(**{name: _share(amount, percent) for name, percent in ledger.items()}),
    )


def _share(amount: Money, percent: int) -> Money:
    return amount.times(Decimal(percent) / 100)
