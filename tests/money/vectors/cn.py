"""China's annualised rates, and the fee a ceiling leaves room for."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.cash_flow import Flow
from scenebank.money.cn_annual import cn_annual_compound, cn_annual_simple
from scenebank.money.fee_ceiling import fee_ceiling
from scenebank.money.model import Rate, RateBasis
from scenebank.money.root import periodic_rate
from scenebank.money.rounding import half_up
from tests.money.vectors.check import Check, Vector, near, same, together


def check(vector: Vector) -> Check:
    """Both rates, named; as they are shown; and as the bank prints the simple one, where one does."""
    if "ceiling_percent" in vector:
        ceiling = Rate(Decimal(vector["ceiling_percent"]) / 100, RateBasis.CN_ANNUAL_SIMPLE)
        return near(fee_ceiling(ceiling, vector["terms"]).value * 100, vector, "fee_percent")
    flows = [Flow(Decimal(vector["received"]), 0)]
    for amount, count in vector["paid"]:
        flows += [Flow(-Decimal(amount), len(flows) + number) for number in range(count)]
    simple, compound = cn_annual_simple(flows), cn_annual_compound(flows)
    monthly = periodic_rate(flows).rate
    return together(
        near(simple.rate.value * 100, vector, "simple_percent", simple.residual),
        near(compound.rate.value * 100, vector, "compound_percent", compound.residual),
        same(str(half_up(simple.rate.value * 100, 2)), vector["simple_shown"]),
        same(str(half_up(compound.rate.value * 100, 2)), vector["compound_shown"]),
        same(f"{monthly:.12g}", f"{Decimal(vector['period_rate']):.12g}"),
        same(vector.get("printed_percent", vector["simple_shown"]), vector["simple_shown"]),
    )
