"""What the bank's pages show of an application."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from urllib.parse import urlsplit

from sandbox_bank.applications import Application
from sandbox_bank.products import PRODUCTS
from sandbox_bank.rates import LATE, annual_rate, exact, late_rate
from sandbox_bank.schedule import Row, rows
from sandbox_bank.texts import Texts


@dataclass(frozen=True)
class Shown:
    """The order as the shop and the shopper know it, amounts in minor units; ``reference`` is the bank's own,
    ``changed_at`` (RFC 3339) when it came to its stage: of one that is signed and untouched, when it was signed."""

    reference: str
    stage: str
    changed_at: str
    market: str
    kind: str
    merchant: str
    order: str
    product_id: str
    amount: int
    agreed: int
    offered: int | None
    currency: str
    term: int
    return_uri: str
    address: str


@dataclass(frozen=True)
class Sheet:
    """What it costs, before anybody signs: ``rate`` is the annual rate of all of it, ``contract_rate`` what is charged:
    interest a year, or the share of the first amount that is the fee of a month."""

    financed: int
    payable: int
    cost: int
    rate: Decimal
    contract_rate: Decimal
    rows: list[Row]
    late_times: ClassVar[Decimal] = LATE

    @property
    def columns(self) -> list[str]:
        """Of the rows, without those in which nothing ever stands."""
        names = ("payment", "principal", "interest", "fee", "balance")
        return [name for name in names if name == "balance" or any(int(row[name]) for row in self.rows)]

    @property
    def charge(self) -> str:
        """What it costs month by month: ``interest``, ``fee`` or ``nothing``."""
        return next((name for name in ("interest", "fee") if name in self.columns), "nothing")

    @property
    def instalment(self) -> int:
        """What is paid each month, but for the last one."""
        return int(self.rows[0]["payment"])

    @property
    def last(self) -> int:
        return int(self.rows[-1]["payment"])

    @property
    def monthly_fee(self) -> int:
        return int(self.rows[0]["fee"])

    @property
    def late(self) -> Decimal:
        """What overdue amounts cost a year. A monthly fee is no rate a year: there it follows from the annual rate."""
        return late_rate(self.rate if self.charge == "fee" else self.contract_rate)


def shown(application: Application, platform: str, texts: Texts) -> Shown:
    """In the language of ``texts``. ``platform`` is the address it has now: an application is older than a move."""
    details = application.details
    return Shown(
        reference=application.id,
        stage=application.stage,
        changed_at=application.changed_at,
        market=details["market"],
        kind="loan" if "-loan-" in application.product_id else "instalments",
        merchant=texts.name(details["merchant"]["name"]),
        order=details["order"],
        product_id=application.product_id,
        amount=application.amount,
        agreed=application.agreed,
        offered=application.offer_amount,
        currency=application.currency,
        term=application.term,
        return_uri=f"{platform}{urlsplit(details['returnUri']).path}",
        address=f"/{application.bank_id}/sign/{application.page}",
    )


def sheet_of(application: Application, financed: int) -> Sheet:
    """Of ``financed``, in minor units."""
    product = PRODUCTS[application.bank_id, application.product_id]
    made = rows(product, financed, application.term)
    payable = sum(int(row["payment"]) for row in made)
    rate = annual_rate(made, financed, application.details["market"])
    return Sheet(financed, payable, payable - financed, rate, exact(product.rate), made)
