"""The rate that makes what was received and what is paid worth the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scenebank.money.cash_flow import Flow, NoRate, check_one_rate, in_order
from scenebank.money.precision import as_decimal, forty_digits

_CLOSE = Decimal("1e-32")
_SMALL = Decimal("1e-9")
_DOUBLINGS = 400
_Equation = Callable[[Decimal], tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Root:
    """``rate`` per period, to forty digits, and what is left of the equation there, in the flows' unit of money."""

    rate: Decimal
    residual: Decimal


def periodic_rate(flows: Iterable[Flow]) -> Root:
    """The rate ``i`` of ``sum amount / ((1 + odd i)(1 + i)^periods) = 0``: the equation of 12 CFR 1026 Appendix J
    (b)(8) and, where every ``odd`` is 0, of Annex I of Directive 2008/48/EC.

    :class:`NoRate` and :class:`SeveralRates` where there is not exactly one. What costs nothing has the rate 0 exactly.
    """
    ordered = in_order(flows)
    check_one_rate(ordered)
    with forty_digits():
        equation = _equation(ordered)
        left, _slope = equation(Decimal(0))
        if left == 0:
            return Root(Decimal(0), left)
        low, high = _above_zero(equation) if left < 0 else _below_zero(equation)
        return _between(equation, low, high)


def _equation(flows: Sequence[Flow]) -> _Equation:
    """The present value at a rate, and its slope."""
    odd_parts = [as_decimal(flow.odd) for flow in flows]

    def value(rate: Decimal) -> tuple[Decimal, Decimal]:
        discount = Decimal(1) / (1 + rate)
        powers: dict[int, Decimal] = {}
        total, moment, in_odd, factor, now = Decimal(0), Decimal(0), Decimal(0), Decimal(1), 0
        for flow, odd in zip(flows, odd_parts, strict=True):
            gap = flow.periods - now
            if gap:
                if gap not in powers:
                    powers[gap] = discount**gap
                factor, now = factor * powers[gap], flow.periods
            term = flow.amount * factor
            if odd:
                simple = Decimal(1) / (1 + odd * rate)
                term *= simple
                in_odd += term * odd * simple
            total += term
            moment += term * now
        return total, -(moment * discount + in_odd)

    return value


def _above_zero(equation: _Equation) -> tuple[Decimal, Decimal]:
    """Rates below and above the root, from Newton's first step on."""
    left, slope = equation(Decimal(0))
    low, high = Decimal(0), -left * (Decimal(1) / slope) if slope > 0 else _SMALL
    for _turn in range(_DOUBLINGS):
        if equation(high)[0] >= 0:
            return low, high
        low, high = high, high * 2
    raise NoRate("no rate: more is paid than any rate explains")


def _below_zero(equation: _Equation) -> tuple[Decimal, Decimal]:
    low, high = Decimal("-0.5"), Decimal(0)
    for _turn in range(_DOUBLINGS):
        if equation(low)[0] <= 0:
            return low, high
        low, high = (low - 1) * Decimal("0.5"), low
    raise NoRate("no rate: nearly nothing is paid back")


def _between(equation: _Equation, low: Decimal, high: Decimal) -> Root:
    """Newton's steps from below; the middle wherever one would leave the bracket or gains less than half."""
    rate, left, slope = low, *equation(low)
    before = abs(left) * 4
    while high - low > _CLOSE:
        step = left * (Decimal(1) / slope) if slope > 0 else None
        if step is not None and abs(step) <= _CLOSE:
            break
        low, high = (rate, high) if left < 0 else (low, rate)
        inside = step is not None and low < rate - step < high and abs(left) * 2 < before
        before = abs(left)
        rate = rate - step if inside and step is not None else (low + high) * Decimal("0.5")
        left, slope = equation(rate)
    return Root(rate, left)
