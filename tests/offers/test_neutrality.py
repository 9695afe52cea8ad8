"""The order is a function of the shopper's cost alone: whoever comes in first, and whatever a bank is called, changes
nothing but exact ties, and those take turns evenly. Every place can be worked out again from what is told of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, permutations
from random import Random

import pytest

from scenebank.catalogue.documents import parse_product
from scenebank.catalogue.model import Product
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.money.schedule import Method
from scenebank.offers.model import Place
from scenebank.offers.pricing import plan_of
from scenebank.offers.ranking import Candidate, ranked
from tests.support.catalogue import product

CN, DAY = market("CN"), date(2026, 11, 24)
AMOUNTS = tuple(Money(minor, "CNY") for minor in (30_000, 129_900, 459_900))
RATES = ("0", "0.0500", "0.0600", "0.0648", "0.0990")
TERMS = ((3, 6, 12), (12,), (3,), (6, 12, 24), (24,))
Placed = list[tuple[Candidate, Place]]


def a_catalogue(random: Random) -> list[Product]:
    """Two to eight products of up to five banks, many of them at exactly the same cost; some paid by the shop."""
    made = []
    for number in range(random.randint(2, 8)):
        method = random.choice((Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST))
        document = product(f"bank{random.randint(1, 5)}", f"p{number}", random.choice(RATES), random.choice(TERMS))
        document |= {"method": method.value, "subsidised": random.random() < 0.1}
        made.append(parse_product(document))
    return made


def priced(products: list[Product], amount: Money) -> list[Candidate]:
    return [(one, tuple(plan_of(one, amount, term, CN.rate_basis) for term in one.terms)) for one in products]


def keys(placed: Placed) -> list[tuple[str, str]]:
    return [(one.bank_id, one.product_id) for (one, _plans), _place in placed]


def tied_groups(placed: Placed) -> list[set[str]]:
    """The order up to exact ties, by the products' own names."""
    def cost(pair: tuple[Candidate, Place]) -> tuple[int, object]:
        return pair[1].compared.total_cost.minor, pair[1].compared.annual_rate.value

    return [{one.product_id for (one, _plans), _place in tied} for _cost, tied in groupby(placed, key=cost)]


def renamed(products: list[Product], random: Random) -> list[Product]:
    names = sorted({one.bank_id for one in products})
    others = [f"renamed{number}" for number in range(len(names))]
    random.shuffle(others)
    by_name = dict(zip(names, others, strict=True))
    return [replace(one, bank_id=by_name[one.bank_id]) for one in products]


def assert_neutral(catalogues: int, seed: int) -> None:
    random = Random(seed)
    tried = 0
    for _number in range(catalogues):
        products, amount = a_catalogue(random), random.choice(AMOUNTS)
        day = DAY + timedelta(random.randint(0, 400))
        expected = ranked(priced(products, amount), day)
        orders = list(permutations(products)) if len(products) <= 4 else [
            random.sample(products, len(products)) for _turn in range(24)
        ]  # fmt: skip
        for order in orders:
            assert keys(ranked(priced(list(order), amount), day)) == keys(expected)
        for _turn in range(3):
            other = ranked(priced(renamed(products, random), amount), day)
            assert tied_groups(other) == tied_groups(expected)
        assert_adds_up(expected, amount, day)
        tried += len(orders) + 3
    print(f"{catalogues} catalogues, {tried} permutations and renamings")


def assert_adds_up(placed: Placed, amount: Money, day: date) -> None:
    """What is told of each place gives the order, and the figures are those of the schedules."""
    told = [
        (place.compared.total_cost.minor, place.compared.annual_rate.value, place.tie.round, place.tie.turn)
        for _one, place in placed
    ]  # fmt: skip
    assert told == sorted(set(told))
    assert [(place.rank, place.of) for _one, place in placed] == [(n, len(told)) for n in range(1, len(told) + 1)]
    for (one, plans), place in placed:
        tie, paid = place.tie, sum(row.payment.minor for row in place.compared.schedule.rows)
        assert paid - amount.minor == place.compared.total_cost.minor
        assert place.as_offered == (place.compared.term in one.terms)
        assert not place.as_offered or place.compared in plans
        assert tie.turn == (tie.index - day.toordinal()) % tie.banks + 1
        same = {other.bank_id for (other, _plans), its in placed if _cost(its) == _cost(place)}
        assert (tie.banks, sorted(same)[tie.index]) == (len(same), one.bank_id)


def _cost(place: Place) -> tuple[int, object]:
    return place.compared.total_cost.minor, place.compared.annual_rate.value


def test_a_hundred_random_catalogues() -> None:
    assert_neutral(100, seed=11)


@pytest.mark.long
def test_a_thousand_random_catalogues() -> None:
    assert_neutral(1_000, seed=12)


LONG = pytest.mark.long


@pytest.mark.parametrize("products_of", [
    (3, 1, 1), pytest.param((1, 1), marks=LONG), pytest.param((1, 1, 1, 1), marks=LONG),
    pytest.param((1, 2, 3, 1, 1), marks=LONG),
], ids=str)  # fmt: skip
def test_each_of_the_tied_banks_stands_first_equally_often(products_of: tuple[int, ...]) -> None:
    """However many products a bank has in the tie."""
    products = [
        parse_product(product(f"bank{bank}", f"p{number}", terms=(12,)))
        for bank, count in enumerate(products_of) for number in range(count)
    ]  # fmt: skip
    candidates, days = priced(products, AMOUNTS[0]), 10_000
    firsts = Counter(ranked(candidates, DAY + timedelta(day))[0][0][0].bank_id for day in range(days))
    share = days / len(products_of)
    assert {bank: abs(count - share) <= 0.03 * days for bank, count in firsts.items()} == {
        f"bank{bank}": True for bank in range(len(products_of))
    }  # fmt: skip


def test_further_products_of_a_bank_come_after_everybodys_first() -> None:
    products = [parse_product(product("alpha", f"a{n}", terms=(12,))) for n in range(3)]
    products += [parse_product(product(bank, bank, terms=(12,))) for bank in ("beta", "gamma")]
    for day in range(12):
        order = [one.bank_id for (one, _plans), _place in ranked(priced(products, AMOUNTS[0]), DAY + timedelta(day))]
        assert set(order[:3]) == {"alpha", "beta", "gamma"}
        assert order[3:] == ["alpha", "alpha"]
