"""Our own widgets break no rule: every step, market, day and language."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.engine.inline import InlineQueue
from scenebank.markets import MARKETS
from scenebank.markets.rules import Severity
from scenebank.seed import seed_catalogue
from scenebank.web.embed.looking import make_look
from scenebank.wiring import Wired, build_services
from tests.support.catalogue import product
from tests.support.new_tables import create_tables
from widgets import WIDGETS
from widgets.texts import LOCALES

SERIOUS = (Severity.BLOCK, Severity.ERROR)
# Around every day on which something changes that concerns a lending widget.
DAYS = [date(2025, 9, 30), date(2026, 7, 31), date(2026, 8, 1), date(2026, 9, 29), date(2026, 9, 30),
        date(2026, 11, 19), date(2026, 11, 20), date(2027, 12, 2)]  # fmt: skip


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    """The demonstration's banks, and in the markets it does not have one product of each kind and way to repay."""
    folder = tmp_path_factory.mktemp("rules")
    clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
    made = build_services(load_config({"DATA_DIR": str(folder)}), clock, InlineQueue(clock))
    create_tables(made.database)
    seed_catalogue(made.catalogue, made.bank_pages, "https://bank.example", None)
    for market, currency in (("UK", "GBP"), ("US", "USD"), ("AU", "AUD")):
        for kind in ("instalments", "loan"):
            made.catalogue.publish(foreign(market, currency, kind, "harbour", "equal_instalment", "nominal_annual"))
            made.catalogue.publish(
                foreign(market, currency, kind, "cedar", "fee_at_first", "per_term_of_original_principal")
            )
    yield made
    made.database.dispose()


def foreign(market: str, currency: str, kind: str, bank: str, method: str, basis: str) -> dict[str, object]:
    limits = {name: {"amount": minor, "currency": currency}
              for name, minor in (("min_amount", "10000"), ("max_amount", "500000"))}  # fmt: skip
    named = product(bank, f"{bank}-{kind}-{market}") | limits
    return named | {"market": market, "kind": kind, "method": method, "rate": {"value": "0.0060", "basis": basis}}


def broken(wired: Wired, market: str, day: date) -> tuple[int, dict[str, set[str]]]:
    """How many views, and what is wrong with them."""
    views, found = 0, {}
    for one in make_look(wired)(market, day):
        views += 1
        wrong = {f"{each.rule.id}: {each.what}" for each in one.findings if each.severity in SERIOUS}
        if wrong:
            found[f"{one.widget} {one.step} {one.shape} {one.locale}"] = wrong
    return views, found


@pytest.mark.parametrize("market", ["CN", "EU"])
def test_our_widgets_break_no_rule(wired: Wired, market: str) -> None:
    """Where there are shops, on a day when nearly all rules hold; everywhere and on all days in the long run."""
    views, wrong = broken(wired, market, DAYS[-2])
    assert wrong == {}
    assert views >= len(WIDGETS) * len(LOCALES) * 5


@pytest.mark.long
@pytest.mark.parametrize("market", MARKETS)
def test_our_widgets_break_no_rule_on_any_day(wired: Wired, market: str) -> None:
    run = 0
    for day in DAYS:
        views, wrong = broken(wired, market, day)
        assert (day, wrong) == (day, {})
        run += views
    print(f"rules, {market}: {len(DAYS)} days planned, {len(DAYS)} run, {run} views judged")


def test_who_only_looks_tells_nobody(wired: Wired, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert len(list(islice(make_look(wired)("UK", DAYS[-2]), 5))) == 5
    assert [one for one in caplog.records if "verdicts" in one.name] == []
