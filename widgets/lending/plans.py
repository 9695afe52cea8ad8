"""Offers and plans as a shopper reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scenebank.catalogue.model import Kind
from scenebank.markets.model import Market
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Schedule
from scenebank.offers.model import Offer, Offers, Plan, StatedOffer
from scenebank.offers.stating import comparison_range
from widgets.base import Prices
from widgets.texts import Texts

MOST_SHOWN = 12  # offers on one page


@dataclass(frozen=True)
class PlanView:
    """One plan of one offer; ``choice`` is its value in a form; ``last`` is empty where the last payment is as the
    others; ``line`` says all payments; ``subsidy`` what the shop pays of the interest, empty where it pays none."""

    choice: str
    bank_id: str
    product_id: str
    term: int
    months: str
    line: str
    payment: str
    last: str
    total_cost: str
    total_payable: str
    rate_name: str
    rate: str
    subsidy: str


@dataclass(frozen=True)
class OfferView:
    """One lender's offer; ``shown`` is the plan that stands for it where only one does; ``subsidised`` names who pays
    the interest, and is empty where the shopper does."""

    lender: str
    product: str
    legal: str
    subsidised: str
    plans: tuple[PlanView, ...]
    shown: PlanView

    @property
    def id(self) -> str:
        return f"{self.shown.bank_id}/{self.shown.product_id}"


@dataclass(frozen=True)
class TableView:
    """A schedule: under each of ``columns`` (message keys after ``row_``) an amount of ``caption``'s currency."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plan_view(offer: Offer, plan: Plan, t: Texts, short: bool = False) -> PlanView:
    """``short``: the rate has been named in full on this page."""
    product = offer.product
    return PlanView(
        choice=f"{product.bank_id}/{product.product_id}/{plan.term}",
        bank_id=product.bank_id,
        product_id=product.product_id,
        term=plan.term,
        months=t("months", n=plan.term),
        line=_line(plan.schedule, t),
        payment=one_payment(plan.schedule, t),
        last=last_payment(plan.schedule, t),
        total_cost=t.money(plan.total_cost),
        total_payable=t.money(plan.total_payable),
        rate_name=rate_name(plan.annual_rate.basis, t, short),
        rate=rate_figure(plan.annual_rate, t),
        subsidy=subsidy_line(offer, plan, t),
    )


def subsidy_line(offer: Offer, plan: Plan, t: Texts) -> str:
    """Gross, and what the shop pays of it: the net cost stands beside it as the plan's own."""
    subsidy = plan.subsidy
    if subsidy is None:
        return ""
    return t(
        "subsidy", gross=t.money(subsidy.gross_cost), rate_name=rate_name(subsidy.gross_rate.basis, t, short=True),
        rate=t.rate(subsidy.gross_rate), shop=offer.payer or "", paid=t.money(subsidy.paid),
    )  # fmt: skip


def why_here(offer: Offer, offers: Offers, t: Texts) -> tuple[str, ...]:
    """Why the offer stands in its place: the figures it was put there by, the rule, and who took turns."""
    place = offer.place
    if place is None:
        return ()
    compared, term = place.compared, offers.comparison_term
    lines = [
        t("why.place", rank=place.rank, of=place.of),
        t("why.cost" if place.as_offered else "why.cost_extended", n=term, cost=t.money(compared.total_cost),
          rate_name=rate_name(compared.annual_rate.basis, t), rate=t.rate(compared.annual_rate)),
        t("why.rule"),
    ]  # fmt: skip
    if place.tie.banks > 1:
        lines.append(t("why.tie", banks=place.tie.banks, turn=place.tie.turn))
    if place.tie.round > 1:
        lines.append(t("why.round", round=place.tie.round))
    return tuple(lines)


def rate_name(basis: RateBasis, t: Texts, short: bool = False) -> str:
    key = f"rate.{basis.value}"
    return t(f"{key}.short" if short and t.has(f"{key}.short") else key)


def rate_figure(rate: Rate, t: Texts) -> str:
    """An annual rate beside its name, as its market writes it."""
    own = f"figure.{rate.basis.value}"
    return t(own, rate=t.rate(rate)) if t.has(own) else t.rate(rate)


def one_payment(schedule: Schedule, t: Texts) -> str:
    """What is paid at a time: one sum, or from the first to the last where they differ by more than rounding."""
    first, last = schedule.rows[0].payment, schedule.rows[-1].payment
    return t.money(first) if is_even(schedule) else t("payment_range", first=t.money(first), last=t.money(last))


def _line(schedule: Schedule, t: Texts) -> str:
    """What is paid, in one line: it stands by itself, so a last payment of its own is in it."""
    if _odd_last(schedule) is not None:
        return payments_in_all(schedule, t)
    return t("per_month", payment=one_payment(schedule, t), n=len(schedule.rows))


def last_payment(schedule: Schedule, t: Texts) -> str:
    """What the last of even payments is, where rounding makes it another sum: beside how many there are in all."""
    last = _odd_last(schedule)
    return t("last_payment", payment=t.money(last)) if last is not None else ""


def payments(schedule: Schedule, t: Texts) -> str:
    """All payments: how many, and the last by itself where it is not as the others."""
    last, payment, many = _odd_last(schedule), one_payment(schedule, t), len(schedule.rows)
    if last is not None:
        return t("with_last", payment=payment, n=many - 1, last=t.money(last))
    return t("from_line", payment=payment, n=many)


def payments_in_all(schedule: Schedule, t: Texts) -> str:
    """All payments where no sentence around them says how many there are: never to be read as the even ones alone."""
    said = payments(schedule, t)
    return said if _odd_last(schedule) is None else t("in_all", n=len(schedule.rows), payments=said)


def _odd_last(schedule: Schedule) -> Money | None:
    first, last = schedule.rows[0].payment, schedule.rows[-1].payment
    return last if is_even(schedule) and first != last else None


def is_even(schedule: Schedule) -> bool:
    """Whether all are alike but the last, which rounding moves by no more than one minor unit for each of them."""
    sums = schedule.rows.payments
    return set(sums[:-1]) <= {sums[0]} and abs(sums[-1] - sums[0]) <= len(sums)


def nearest_plan(offer: Offer, term: int) -> Plan:
    """The plan that stands for an offer: of ``term``, which the lenders are compared at, or as near as there is."""
    return min(offer.plans, key=lambda plan: (abs(plan.term - term), plan.term))


def legal_line(offer: Offer | StatedOffer, t: Texts) -> str:
    """Who lends, with what licence, and where to complain."""
    bank = offer.bank
    return t("licence", name=t.choose(bank.name), address=t.choose(bank.address), licence=t.choose(bank.licence))


def offer_view(offer: Offer, t: Texts, term: int, short: bool = False) -> OfferView:
    return OfferView(
        lender=t.choose(offer.bank.name),
        product=t.choose(offer.product.name),
        legal=legal_line(offer, t),
        subsidised=t("subsidised", shop=offer.payer) if offer.payer else "",
        plans=tuple(plan_view(offer, plan, t, short or number > 0) for number, plan in enumerate(offer.plans)),
        shown=plan_view(offer, nearest_plan(offer, term), t, short),
    )


def table_view(schedule: Schedule, t: Texts) -> TableView:
    """Without the columns in which nothing ever stands."""
    names = ("payment", "principal", "interest", "fee", "balance")
    used = tuple(name for name in names if name == "balance" or any(getattr(row, name) for row in schedule.rows))
    rows = tuple(tuple(t.number(getattr(row, name)) for name in used) for row in schedule.rows)
    currency = schedule.financed.currency
    own = f"rows_in.{currency}"
    return TableView(t(own) if t.has(own) else t("rows_in", currency=currency), used, rows)


def disclosures(market: Market, t: Texts, offer: Offer, plan: Plan, apply: bool = False) -> tuple[str, ...]:
    """The legal lines of the market beside a price; ``apply``: where an application is made."""
    lines = _lines(market, t, offer.product.kind, market.apply_disclosures if apply else ())
    return (example(market, t, offer, plan), *lines) if market.example else lines


def stated_disclosures(market: Market, t: Texts, stated: tuple[StatedOffer, ...]) -> tuple[str, ...]:
    """The legal lines beside what lenders state of their loans: where a comparison rate stands, what example it is of
    and the warning that speaks of it; neither where none stands."""
    if any(comparison_range(one.rates) for one in stated):
        return (t("stated.example"), *_lines(market, t, Kind.LOAN))
    market = replace(market, disclosures=tuple(one for one in market.disclosures if one != "comparison_warning"))
    return _lines(market, t, Kind.LOAN)


def _lines(market: Market, t: Texts, kind: Kind, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    of_loans = market.loan_disclosures if kind is Kind.LOAN else ()
    return tuple(t(f"disclosure.{name}") for name in (*market.disclosures, *of_loans, *more))


def exemplary(prices: Prices) -> tuple[Offer, Plan]:
    """The price the representative example is of: the first that costs the shopper something, so that nothing is taken
    for free that is not."""
    return next((one for one in prices if one[1].annual_rate.value), prices[0])


def example(market: Market, t: Texts, offer: Offer, plan: Plan) -> str:
    """The market's representative example: every figure of one plan, and whose it is."""
    own = f"example.{market.code}"
    zero = Money.zero(offer.amount.currency)
    return t(
        own if t.has(own) else "example", lender=t.choose(offer.bank.name), amount=t.money(offer.amount), n=plan.term,
        rate=t.rate(borrowing_rate(offer)),
        charges=t.money(charges(plan)), payments=payments(plan.schedule, t), total=t.money(plan.total_payable),
        rate_name=rate_name(plan.annual_rate.basis, t, short=True), apr=t.rate(plan.annual_rate),
        nothing=t.money(zero), cost=t.money(plan.total_cost),
    )  # fmt: skip


def borrowing_rate(offer: Offer) -> Rate:
    """A year on what is owed; nothing where the product is paid for by fees, or the shop pays the interest."""
    rate = offer.product.rate
    owed = rate.basis is RateBasis.NOMINAL_ANNUAL and not offer.payer
    return rate if owed else Rate(rate.value * 0, RateBasis.NOMINAL_ANNUAL)


def charges(plan: Plan) -> Money:
    """What is paid beside interest."""
    rows = plan.schedule.rows
    return Money(sum(row.fee.minor for row in rows), plan.schedule.financed.currency)


def foremost(found: Offers) -> Offers:
    """The first in their order, as many as a page bears: it stays light however many lenders there are."""
    offers = found.offers[:MOST_SHOWN]
    return replace(found, offers=offers, stated=found.stated[: MOST_SHOWN - len(offers)])


def ranking_rule(found: Offers, term: int, t: Texts) -> str:
    """How the offers of ``found`` are ordered, with a word on lenders without the term all are compared at, where there
    is one, or without offers what lenders only state; and on how many are left out."""
    many = len(found.offers) + len(found.stated)
    left_out = (t("foremost", n=MOST_SHOWN, all=many),) if many > MOST_SHOWN else ()
    offers = foremost(found).offers
    if not offers:
        return t.sentences((t("stated.ranking"), *left_out)) if found.stated else ""
    all_have_it = all(offer.plan(term) is not None for offer in offers)
    return t.sentences((t("ranking" if all_have_it else "ranking_extended", n=term), *left_out))
