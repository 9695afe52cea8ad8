"""The annual rate of a monthly schedule, on the basis a market asks for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from scenebank.money.au_comparison import au_comparison
from scenebank.money.cash_flow import Flow
from scenebank.money.cn_annual import cn_annual_compound, cn_annual_simple
from scenebank.money.eu_aprc import eu_aprc
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits
from scenebank.money.schedule import Schedule
from scenebank.money.solved import Solved
from scenebank.money.uk_apr import uk_apr
from scenebank.money.us_apr import us_apr

_MONTHS = 12
_TEN_DECIMALS = Decimal("1e-10")


def annual_rate(schedule: Schedule, basis: RateBasis) -> Rate:
    """To ten decimals. ``ValueError`` for a basis that is no annual rate of a schedule."""
    solve = _SOLVERS.get(basis)
    if solve is None:
        raise ValueError(f"{basis} is no annual rate of a schedule")
    with forty_digits():
        return Rate(solve(monthly_flows(schedule)).rate.value.quantize(_TEN_DECIMALS), basis)


def monthly_flows(schedule: Schedule) -> list[Flow]:
    """The amount financed, then every payment a month after the one before; in minor units."""
    paid = [Flow(Decimal(-payment), month) for month, payment in enumerate(schedule.rows.payments, start=1)]
    return [Flow(Decimal(schedule.financed.minor), 0), *paid]


def _in_years(flows: list[Flow]) -> list[tuple[Decimal, Fraction]]:
    return [(flow.amount, Fraction(flow.periods, _MONTHS)) for flow in flows]


_SOLVERS: dict[RateBasis, Callable[[list[Flow]], Solved]] = {
    RateBasis.CN_ANNUAL_SIMPLE: cn_annual_simple,
    RateBasis.CN_ANNUAL_COMPOUND: cn_annual_compound,
    RateBasis.EU_APRC: lambda flows: eu_aprc(_in_years(flows)),
    RateBasis.UK_APR: lambda flows: uk_apr(_in_years(flows)),
    RateBasis.AU_COMPARISON: au_comparison,
    RateBasis.US_APR: lambda flows: us_apr(flows, Fraction(_MONTHS)),
}
