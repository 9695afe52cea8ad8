"""The payments of a schedule, row by row."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from scenebank.money.model import Money

_COLUMNS = 5  # payment, principal, interest, fee, balance


@dataclass(frozen=True, slots=True)
class Row:
    """One due payment: ``payment = principal + interest + fee``; ``balance`` is what stays owed after it."""

    number: int
    payment: Money
    principal: Money
    interest: Money
    fee: Money
    balance: Money

    def json(self) -> dict[str, object]:
        names = ("payment", "principal", "interest", "fee", "balance")
        return {"number": self.number} | {name: str(getattr(self, name).minor) for name in names}


class Rows(Sequence[Row]):
    """Rows numbered from 1, kept as bare minor units and made when somebody looks: a page prices hundreds of plans and
    shows the rows of few."""

    __slots__ = ("_currency", "_minors")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._currency, self._minors = "", array("q")
        for number, row in enumerate(rows, start=1):
            sums = (row.payment, row.principal, row.interest, row.fee, row.balance)
            self._currency = self._currency or row.payment.currency
            if row.number != number or any(one.currency != self._currency for one in sums):
                raise ValueError("rows are numbered from 1 and of one currency")
            self._minors.extend(one.minor for one in sums)

    @classmethod
    def of(cls, financed: Money, parts: Iterable[tuple[int, int, int]]) -> Rows:
        """From the principal, interest and fee of each, in minor units."""
        rows, balance = cls(), financed.minor
        rows._currency = financed.currency
        for principal, interest, fee in parts:
            balance -= principal
            rows._minors.extend((principal + interest + fee, principal, interest, fee, balance))
        return rows

    @property
    def payments(self) -> Sequence[int]:
        """Minor units of every payment, without making the rows."""
        return self._minors[::_COLUMNS]

    def __len__(self) -> int:
        return len(self._minors) // _COLUMNS

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self._row(one) for one in range(*index.indices(len(self))))
        return self._row(range(len(self))[index])

    def __iter__(self) -> Iterator[Row]:
        return (self._row(index) for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self._minors == other._minors and (self._currency == other._currency or not self)

    def __hash__(self) -> int:
        return hash(self._minors.tobytes())

    def _row(self, index: int) -> Row:
        minors = self._minors[index * _COLUMNS : (index + 1) * _COLUMNS]
        payment, *others = (Money(minor, self._currency) for minor in minors)
        return Row(index + 1, payment, *others)
