"""综合融资成本明示表: the whole cost of a plan, item by item. Source: 金规〔2026〕2号, from 2026-08-01. The binding
one is the bank's, and confirmed on its own page; this one says the same before the shopper goes there."""

from __future__ import annotations

from scenebank.offers.model import Offer, Plan
from widgets.lending.plans import rate_name
from widgets.texts import Texts

Sheet = tuple[tuple[str, str], ...]


def cost_item(plan: Plan) -> str:
    """What the plan costs is interest, or a fee."""
    return "fee" if any(row.fee.minor for row in plan.schedule.rows) else "interest"


def cost_sheet(offer: Offer, plan: Plan, method: str, t: Texts) -> Sheet:
    """Name and words of each line; ``method`` says how the item is charged."""
    annual = t.rate(plan.annual_rate)
    item = t(
        "sheet_item_line", bank=t.choose(offer.bank.name), method=method, sum=t.money(plan.total_cost), annual=annual
    )
    return (
        (t("sheet_principal"), t.money(offer.amount)),
        (t(f"sheet_item.{cost_item(plan)}"), item),
        (rate_name(plan.annual_rate.basis, t), annual),
        (t("sheet_default"), t("sheet_default_line")),
        (t("sheet_others"), t("sheet_others_line")),
    )
