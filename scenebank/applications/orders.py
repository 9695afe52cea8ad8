"""An application as it is sent to a bank."""

from __future__ import annotations

from sqlalchemy import RowMapping

from scenebank.banks.port import Applicant, ConsentEvidence, Context, Order
from scenebank.clock import moment_of
from scenebank.exact_json import read_json
from scenebank.money.model import Money
from scenebank.risk.assessment import Assessment


def make_order(row: RowMapping, consents: list[RowMapping], merchant_name: str, public_url: str) -> Order:
    """From the stored rows only, so that every try sends the same. What the shop says of its shopper travels no more
    once the shopper has taken a consent back."""
    taken_back = any(one["withdrawn_at"] is not None for one in consents)
    signals = read_json(row["signals"]) if row["signals"] and not taken_back else None
    assessment = signals["assessment"] if signals else None
    context = Context(
        merchant_id=row["merchant_id"],
        mode=row["mode"],
        merchant_name=merchant_name,
        shopper_ref=row["shopper_ref"],
        session_id=row["session_id"],
        widget=row["widget"],
        origin=row["origin"],
        order_id=row["order_id"],
        amount=Money(row["amount_minor"], row["currency"]),
        product_id=row["product_id"],
        catalogue_version=row["catalogue_version"],
        signals=signals["values"] if signals else None,
        signals_version=signals["version"] if signals else None,
        assessment=Assessment(**assessment | {"reasons": tuple(assessment["reasons"])}) if assessment else None,
    )
    return Order(
        key=row["submission_key"],
        application_id=row["id"],
        context=context,
        market=row["market"],
        locale=row["locale"],
        term=row["term"],
        return_url=f"{public_url}/back/{row['id']}",
        consents=tuple(
            ConsentEvidence(one["purpose"], one["text_hash"], moment_of(one["given_at"]))
            for one in consents
            if one["withdrawn_at"] is None
        ),
        applicant=Applicant(**read_json(row["applicant"])) if row["applicant"] else None,
    )
