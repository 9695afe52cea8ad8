"""The order of offers is a function of cost, and ties take turns evenly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenebank.catalogue.documents import parse_product
from scenebank.catalogue.model import Kind
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import HandClock
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.offers.pricing import price
from scenebank.offers.ranking import Candidate, comparison_term, ranked
from scenebank.offers.service import OfferNotAvailable, OfferService
from scenebank.offers.subsidies import SubsidyService
from scenebank.store.database import Database
from tests.support.catalogue import Product, product, publish
from tests.support.new_tables import create_tables

CN = market("CN")
AMOUNT = Money(129_900, "CNY")
START = datetime(2026, 11, 24, 4, tzinfo=UTC)


class Market:
    """A catalogue and the offers made from it."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'offers.sqlite3'}")
        create_tables(self.database)
        self.clock = HandClock(START)
        self.catalogue = CatalogueService(self.database, self.clock, AuditChain(b"test"))
        self.subsidies = SubsidyService(self.database, self.catalogue, self.clock)
        self.service = OfferService(self.catalogue, self.subsidies, self.clock)

    def order(self, amount: Money = AMOUNT) -> list[str]:
        return [one.product.product_id for one in self.service.for_scene(CN, Kind.INSTALMENTS, amount).offers]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Market]:
    made = Market(tmp_path)
    yield made
    made.database.dispose()


def test_the_cheapest_at_the_same_term_comes_first(shop: Market) -> None:
    publish(shop.catalogue, product("alpha", "dear", "0.0900"), product("beta", "cheap", "0.0500"),
            product("gamma", "middle", "0.0700"))  # fmt: skip
    assert shop.order() == ["cheap", "middle", "dear"]


def test_a_short_term_alone_does_not_buy_the_first_place(shop: Market) -> None:
    """Over 3 months the dearer ones cost less in sum; what counts is what they cost, or would, over 12."""
    publish(shop.catalogue, product("alpha", "both", "0.0700"), product("beta", "twelve", "0.0600", (12,)),
            product("gamma", "three", "0.0900", (3,)), product("delta", "free", "0", (3,)))  # fmt: skip
    assert shop.order() == ["free", "twelve", "both", "three"]


def test_exact_ties_take_turns_by_day(shop: Market) -> None:
    publish(shop.catalogue, *(product(bank, bank) for bank in ("alpha", "beta", "gamma")))
    firsts: Counter[str] = Counter()
    for _day in range(30):
        firsts[shop.order()[0]] += 1
        shop.clock.move(86_400)
    assert firsts == {"alpha": 10, "beta": 10, "gamma": 10}


def test_the_same_day_gives_the_same_order(shop: Market) -> None:
    publish(shop.catalogue, *(product(bank, bank) for bank in ("alpha", "beta", "gamma")))
    morning = shop.order()
    shop.clock.move(12 * 3_600 - 1)  # a second before midnight in Shanghai
    assert shop.order() == morning
    shop.clock.move(1)
    assert shop.order() != morning


RATES = st.lists(st.sampled_from(["0.0500", "0.0600", "0.0700"]), min_size=2, max_size=5)


@given(RATES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_offers_came_in(rates: list[str], random: Random) -> None:
    candidates = candidates_of([product(f"bank{n}", f"p{n}", rate) for n, rate in enumerate(rates)])
    shuffled = list(candidates)
    random.shuffle(shuffled)
    day = START.date()
    assert ranked(shuffled, day) == ranked(candidates, day)


def candidates_of(documents: list[Product]) -> list[Candidate]:
    made: list[Candidate] = []
    for document in documents:
        one = parse_product(document)
        made.append((one, tuple(price(AMOUNT, term, one.method, one.rate, CN.rate_basis) for term in one.terms)))
    return made


def test_the_comparison_term_is_the_commonest() -> None:
    documents = [product("a", "a", terms=(3, 12)), product("b", "b", terms=(3, 24)), product("c", "c", terms=(24,))]
    assert comparison_term(candidates_of(documents)) == 3


def test_what_does_not_fit_says_what_would(shop: Market) -> None:
    publish(shop.catalogue, product("alpha", "a"))
    found = shop.service.for_scene(CN, Kind.INSTALMENTS, Money(9_999, "CNY"))
    assert found.offers == ()
    assert found.none is not None
    assert (found.none.smallest, found.none.largest) == (Money(10_000, "CNY"), Money(5_000_000, "CNY"))


def test_a_term_or_product_that_is_not_offered(shop: Market) -> None:
    publish(shop.catalogue, product("alpha", "a"))
    offer, plan = shop.service.one(CN, Kind.INSTALMENTS, AMOUNT, "alpha", "a", 6)
    assert (offer.product.product_id, plan.term, len(plan.schedule.rows)) == ("a", 6, 6)
    for bank_id, product_id, term in [("alpha", "a", 7), ("alpha", "b", 6), ("beta", "a", 6)]:
        with pytest.raises(OfferNotAvailable):
            shop.service.one(CN, Kind.INSTALMENTS, AMOUNT, bank_id, product_id, term)
