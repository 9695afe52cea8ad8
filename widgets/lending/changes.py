"""What is not as it was shown: the figures of a kept plan beside those of now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenebank.money.model import Money, Rate
from scenebank.offers.kept import Chosen, ShownOffer
from widgets.lending.plans import is_even, rate_name
from widgets.texts import Texts


@dataclass(frozen=True)
class Change:
    """One figure, then and now."""

    name: str
    before: str
    now: str


def changes(seen: ShownOffer | None, chosen: Chosen, t: Texts) -> tuple[Change, ...]:
    """Of the same plan, in the order in which they count. Empty where nothing is kept to compare with, or the plan
    differs in something else."""
    offer, plan = chosen
    if seen is None or seen.plan is None:
        return ()
    bank_id, product_id, _version, term = seen.plan
    if (bank_id, product_id, term) != (*offer.key, plan.term):
        return ()
    then: dict[str, Any] = seen.figures["plan"]
    payment = "monthly_payment" if is_even(plan.schedule) else "first_payment"
    pairs = (
        (t("amount"), t.money(Money.from_json(seen.figures["amount"])), t.money(offer.amount)),
        (rate_name(plan.annual_rate.basis, t), t.rate(Rate.from_json(then["annual_rate"])), t.rate(plan.annual_rate)),
        (t(payment), t.money(Money.from_json(then["first_payment"])), t.money(plan.first_payment)),
        (t("total_cost"), t.money(Money.from_json(then["total_cost"])), t.money(plan.total_cost)),
        (t("total_payable"), t.money(Money.from_json(then["total_payable"])), t.money(plan.total_payable)),
    )
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])
