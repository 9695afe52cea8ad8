"""What lenders only state stands behind all prices, in a published order that nobody can buy or game."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Indicative, Kind
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.offers.model import Ask, StatedOffer
from scenebank.offers.stating import stated_offers
from tests.support.catalogue import bank, stated

DAY = date(2026, 11, 24)
AMOUNT = Money(300_000, "AUD")


def one(bank_id: str, *rates: tuple[str, str | None], product_id: str = "p") -> Indicative:
    found = parse_listed(stated(bank_id, product_id, *rates))
    assert isinstance(found, Indicative)
    return found


def in_order(*products: Indicative, day: date = DAY, behind: int = 0) -> tuple[StatedOffer, ...]:
    banks = {each.bank_id: bank(each.bank_id) for each in products}
    return stated_offers(products, banks, Ask(market("AU"), Kind.LOAN, AMOUNT, day), behind)


def names(*products: Indicative, day: date = DAY) -> list[str]:
    return [each.bank.bank_id for each in in_order(*products, day=day)]


def test_the_highest_comparison_rate_decides_then_the_lowest() -> None:
    """A rate that few are given buys no place, nor does one without its comparison rate."""
    narrow = one("narrow", ("0.11", "0.12"))
    wide = one("wide", ("0.01", "0.02"), ("0.12", "0.13"))
    wider = one("wider", ("0.02", "0.03"), ("0.12", "0.13"))
    silent = one("silent", ("0.001", None))
    partly = one("partly", ("0.01", "0.02"), ("0.30", None))
    assert names(silent, wider, partly, wide, narrow)[:3] == ["narrow", "wide", "wider"]
    assert set(names(silent, wider, partly, wide, narrow)[3:]) == {"silent", "partly"}


def test_places_count_on_behind_the_offers() -> None:
    found = in_order(one("narrow", ("0.11", "0.12")), one("silent", ("0.01", None)), behind=3)
    assert [(each.place.rank, each.place.of) for each in found] == [(4, 5), (5, 5)]
    assert str(found[0].place.highest and found[0].place.highest.value) == "0.12"
    assert found[1].place.highest is None


def test_equal_ones_take_turns_and_order_of_arrival_is_nothing() -> None:
    alike = [one(f"bank{number}", ("0.11", "0.12")) for number in range(3)]
    more = one("bank0", ("0.11", "0.12"), product_id="second")
    first = {names(*alike, more, day=DAY + timedelta(days=days))[0] for days in range(3)}
    assert first == {"bank0", "bank1", "bank2"}
    expected = [each.key for each in in_order(*alike, more)]
    assert expected[3][0] == "bank0"  # its further product comes after everybody's first
    for seed in range(5):
        shuffled = [*alike, more]
        Random(seed).shuffle(shuffled)
        assert [each.key for each in in_order(*shuffled)] == expected


def test_only_rates_for_the_amount_count() -> None:
    document = stated("tiers", "p", ("0.11", "0.12"), ("0.21", "0.22"))
    rates = document["stated"]["rates"]  # type: ignore[index]
    rates[1]["smallest"] = {"amount": "300001", "currency": "AUD"}
    found = parse_listed(document)
    assert isinstance(found, Indicative)
    (only,) = in_order(found)
    assert [str(each.rate.value) for each in only.rates] == ["0.11"]
    rates[0]["largest"] = {"amount": "299999", "currency": "AUD"}
    none = parse_listed(document)
    assert isinstance(none, Indicative)
    (last,) = in_order(none)
    assert (last.rates, last.place.highest) == ((), None)
