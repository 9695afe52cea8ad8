"""Due days and local days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scenebank.money.dates import due_dates, local_day
from tests.money.vectors.check import Check, Vector, same


def check(vector: Vector) -> Check:
    if vector["what"] == "due_dates":
        found = due_dates(date.fromisoformat(vector["start"]), len(vector["dates"]), vector["anchor_day"])
        return same([day.isoformat() for day in found], vector["dates"])
    instant = datetime.fromisoformat(vector["utc"])
    local = instant.astimezone(ZoneInfo(vector["zone"])).isoformat()
    return same((local, local_day(instant, vector["zone"]).isoformat()), (vector["local"], vector["day"]))
