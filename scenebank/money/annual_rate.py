"""Annual rates from the cash flows a shopper really has.

China (PBoC notice 2021 no. 3): the periodic rate over the principal really used, shown as simple ``12 i`` or
compound ``(1+i)^12 - 1``, each by its name. EU (Directive 2008/48/EC Annex I, kept by 2023/2225): ``(1+i)^12 - 1``
over equal months.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

from scenebank.money.model import Rate, RateBasis
from scenebank.money.schedule import Schedule

_PRECISION = 40
_TOLERANCE = Decimal("1e-24")


def monthly_rate(schedule: Schedule) -> tuple[Decimal, Decimal]:
    """The internal rate per month and the residual of its equation in minor units. Source: IRR, the equation
    of the EU's Annex I with t in months. A schedule without cost has the rate 0 exactly."""
    if schedule.total_cost.minor == 0:
        return Decimal(0), Decimal(0)
    payments = [row.payment.minor for row in schedule.rows]
    with localcontext() as context:
        context.prec = _PRECISION
        low, high = Decimal(0), Decimal(1)
        while _residual(schedule.financed.minor, payments, high) > 0:
            low, high = high, high * 2
        while high - low > _TOLERANCE:
            middle = (low + high) / 2
            if _residual(schedule.financed.minor, payments, middle) > 0:
                low = middle
            else:
                high = middle
        return low, _residual(schedule.financed.minor, payments, low)


def _residual(principal: int, payments: list[int], rate: Decimal) -> Decimal:
    discount, factor, present = 1 / (1 + rate), Decimal(1), Decimal(-principal)
    for payment in payments:
        factor *= discount
        present += payment * factor
    return present


def annual_rate(schedule: Schedule, basis: RateBasis) -> Rate:
    """The annual rate of a monthly schedule on one of the annual bases, to ten decimals."""
    monthly, _residual_minor = monthly_rate(schedule)
    with localcontext() as context:
        context.prec = _PRECISION
        if basis is RateBasis.CN_ANNUAL_SIMPLE:
            value = monthly * 12
        elif basis in (RateBasis.CN_ANNUAL_COMPOUND, RateBasis.EU_APRC):
            value = (1 + monthly) ** 12 - 1
        else:
            raise ValueError(f"{basis} is no annual rate of a schedule")
        return Rate(value.quantize(Decimal("1e-10")), basis)
