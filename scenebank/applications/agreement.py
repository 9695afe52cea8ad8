"""What holds once the bank goes on from its counter-offer: that, and no longer what was applied for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.rows import dump, schedule_json
from scenebank.banks.port import Operation
from scenebank.exact_json import read_json
from scenebank.money.annual_rate import annual_rate
from scenebank.money.model import Money, RateBasis
from scenebank.money.rows import Rows
from scenebank.money.schedule import Schedule


def agreed_values(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """The columns of the agreement to the counter-offer on ``row``. Its price is the one agreed to in the frame; where
    it was agreed to on the bank's own page, it is unknown until the bank states its schedule."""
    counter = read_json(row["counter_offer"])
    before = read_json(row["offer"])
    basis = before.get("basis") or before["annual_rate"]["basis"]
    agreed = {"agreed": {"amount": counter["amount"], "term": counter["term"]}, "basis": basis}
    for operation in store.operations_of(connection, row["id"]):
        evidence = read_json(operation["evidence"] or "{}")
        accepts = operation["operation"] == Operation.ACCEPT_OFFER.value and operation["status"] != "refused"
        if accepts and evidence["offer_id"] == counter["offer_id"] and "schedule" in evidence:
            return {"offer": dump(evidence["offer"] | agreed), "schedule": dump(evidence["schedule"])}
    nothing_yet = schedule_json(Schedule(Money.from_json(counter["amount"]), Rows()))
    return {"offer": dump({"annual_rate": None, "total_cost": None} | agreed), "schedule": dump(nothing_yet)}


def stated_values(row: RowMapping, schedule: Schedule) -> dict[str, Any]:
    """The columns of the schedule the bank states, and of its annual rate where that was not known yet."""
    values, offer = {"schedule": dump(schedule_json(schedule))}, read_json(row["offer"])
    if offer["annual_rate"] is None and schedule.rows:
        rate = annual_rate(schedule, RateBasis(offer["basis"]))
        values["offer"] = dump(offer | {"annual_rate": rate.json(), "total_cost": schedule.total_cost.json()})
    return values
