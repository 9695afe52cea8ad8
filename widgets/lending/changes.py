"""What is not as it was shown: the figures of a kept plan beside those of now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenebank.money.model import Money, Rate
from scenebank.money.rows import Rows
from scenebank.money.schedule import Schedule
from scenebank.offers.kept import Chosen, ShownOffer
from widgets.lending.plans import is_even, last_payment, payments, rate_name
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
    amount = Money.from_json(seen.figures["amount"])
    pairs = (
        (t("amount"), t.money(amount), t.money(offer.amount)),
        (rate_name(plan.annual_rate.basis, t), t.rate(Rate.from_json(then["annual_rate"])), t.rate(plan.annual_rate)),
        _paid(_kept_schedule(amount, then["schedule"]), plan.schedule, t),
        (t("total_cost"), t.money(Money.from_json(then["total_cost"])), t.money(plan.total_cost)),
        (t("total_payable"), t.money(Money.from_json(then["total_payable"])), t.money(plan.total_payable)),
    )
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def _kept_schedule(financed: Money, rows: list[dict[str, str]]) -> Schedule:
    parts = ((int(row["principal"]), int(row["interest"]), int(row["fee"])) for row in rows)
    return Schedule(financed, Rows.of(financed, parts))


def _paid(before: Schedule, now: Schedule, t: Texts) -> tuple[str, str, str]:
    """Name, then and now; where a last payment is not as the others, all payments are said both times."""
    even = is_even(before) and is_even(now)
    name = "monthly_payment" if even else "first_payment"
    if even and (last_payment(before, t) or last_payment(now, t)):
        return t(name), payments(before, t), payments(now, t)
    return t(name), t.money(before.rows[0].payment), t.money(now.rows[0].payment)
