"""Decides on one seed, when all is quiet: from the history of the clients, the books of the banks, and the database."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from scenebank.applications.model import FINAL, Status, may_move
from scenebank.receipts.model import Kind
from tests.simulation.world import SHOP, World

_SUMS = {"fulfil": "fulfilled", "cancel": "cancelled", "refund": "refunded"}
# What a bank's stage is called here.
_CALLED = {
    "RECEIVED": "submitted", "REVIEW": "in_review", "DOCUMENTS": "action_required", "SIGN": "action_required",
    "COUNTER_OFFER": "offered", "SIGNED": "accepted", "FULFILLING": "fulfilling", "ACTIVE": "active",
    "CLOSED": "closed", "REJECTED": "rejected", "WITHDRAWN": "withdrawn", "EXPIRED": "expired",
}  # fmt: skip
_FINAL = {one.value for one in FINAL}


class Checker:
    """``faults`` in words; none where all holds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._ok = [one for one in world.history if one.get("outcome") == "ok"]
        self._applications = {row["id"]: row for row in self._rows("SELECT * FROM applications")}
        self._operations = {row["id"]: row for row in self._rows("SELECT * FROM operations")}
        self._moves = self._rows("SELECT * FROM application_moves ORDER BY application_id, sequence")
        self._events = self._rows("SELECT * FROM events ORDER BY number")

    def faults(self) -> list[str]:
        found = list(self.world.broken)
        for check in (
            self._acknowledged, self._keyed, self._launches, self._keys, self._at_bank, self._settled, self._states,
            self._seen, self._one_open, self._money, self._told, self._delivered, self._feeds, self._ledger,
        ):  # fmt: skip
            found += check()
        return found

    def _acknowledged(self) -> Iterator[str]:
        for one in self._ok:
            application = self._applications.get(str(one.get("application")))
            if one["act"] == "submit" and (application is None or application["order_id"] != one["order"]):
                yield f"lost: {one}"
            if one["act"] == "settle":
                operation = self._operations.get(one["operation"])
                if operation is None or operation["amount_minor"] != int(one["amount"]):
                    yield f"lost: {one}"
            if one["act"] in ("withdraw", "withdraw a consent"):
                yield from self._withdrawn(one)
        consents = {row["application_id"]: row["withdrawn_at"] for row in self._rows("SELECT * FROM consents")}
        for one in self._ok:
            if one["act"] == "withdraw a consent" and consents.get(one["application"]) is None:
                yield f"lost: {one}"
            if one["act"] == "accept the offer" and not self._has(one["application"], "accept_offer"):
                yield f"lost: {one}"

    def _withdrawn(self, one: dict[str, Any]) -> Iterator[str]:
        """It is, or the bank refused, or it had ended or been paid out before."""
        status, refused = self._applications[one["application"]]["status"], self._has(one["application"], "withdraw")
        too_late = one["act"] == "withdraw a consent" and status in ("active", "fulfilling", "closed")
        if status not in _FINAL and not refused and not too_late:
            yield f"not withdrawn: {one} {status}"

    def _has(self, application: str, operation: str) -> bool:
        return any((row["application_id"], row["operation"]) == (application, operation)
                   for row in self._operations.values())  # fmt: skip

    def _keyed(self) -> Iterator[str]:
        """One key of a shop is one operation, and there is none that nobody asked for."""
        by_key: dict[str, set[str]] = defaultdict(set)
        for one in self._ok:
            if one["act"] == "settle":
                by_key[one["key"]].add(one["operation"])
        yield from (f"{len(found)} operations of one key: {key}" for key, found in by_key.items() if len(found) > 1)
        asked = set().union(*by_key.values())
        for name, row in self._operations.items():
            if row["operation"] in _SUMS and name not in asked:
                yield f"nobody asked for it: {name} {row['operation']}"

    def _launches(self) -> Iterator[str]:
        opened: dict[str, set[str]] = defaultdict(set)
        for one in self._ok:
            if one["act"] == "launch":
                opened[one["token"]].add(one["session"])
        yield from (f"one token, {len(found)} sessions: {token}" for token, found in opened.items() if len(found) > 1)

    def _keys(self) -> Iterator[str]:
        for one in self.world.history:
            if one["act"] == "use an old key" and one["works"] != one["good"]:
                yield f"a key: {one}"
            if one["act"] == "roll a key" and one["outcome"] == "ok" and not one["in_time"]:
                yield f"a key that ends too late: {one}"

    def _at_bank(self) -> Iterator[str]:
        books = self.world.books
        yield from (f"{count} effects of one key: {key}" for key, count in books.effects.items() if count > 1)
        references = Counter(one.client_reference for one in books.applications.values())
        yield from (f"booked {count} times: {one}" for one, count in references.items() if count > 1)
        for row in self._applications.values():
            found = books.by_reference(row["submission_key"])
            if not found:
                if row["status"] not in ("withdrawn", "failed"):
                    yield f"never at the bank: {row['id']} {row['status']}"
                continue
            here = (row["bank_ref"], row["status"], *(row[f"{name}_minor"] for name in ("approved", *_SUMS.values())))
            sums = (found[0].approved, found[0].fulfilled, found[0].cancelled, found[0].refunded)
            there = (found[0].id, _CALLED[found[0].stage], *sums)
            if here != there:
                yield f"the bank says otherwise: {row['id']} {here} {there}"

    def _settled(self) -> Iterator[str]:
        for row in self._applications.values():
            if row["status"] in ("submitting", "unknown"):
                yield f"never settled: {row['id']} {row['status']}"
        yield from (f"still on its way: {row['id']} {row['operation']}"
                    for row in self._operations.values() if row["status"] == "pending")  # fmt: skip

    def _states(self) -> Iterator[str]:
        last: dict[str, tuple[str, int]] = {}
        for row in self._moves:
            before = last.get(row["application_id"], ("submitting", 1))
            if before[0] != row["from_status"] or before[1] >= row["sequence"]:
                yield f"moved from where it was not: {dict(row)}"
            if not may_move(Status(row["from_status"]), Status(row["to_status"])):
                yield f"moved back: {dict(row)}"
            last[row["application_id"]] = (row["to_status"], row["sequence"])
        for name, (status, _sequence) in last.items():
            if self._applications[name]["status"] != status:
                yield f"not where it moved to: {name}"

    def _seen(self) -> Iterator[str]:
        """No client ever saw something and then something older."""
        newest: dict[str, int] = {}
        for one in self._ok:
            name, sequence = one.get("application"), one.get("sequence")
            if name is not None and sequence is not None:
                if sequence < newest.get(name, 0):
                    yield f"seen going back: {one}"
                newest[name] = max(sequence, newest.get(name, 0))

    def _one_open(self) -> Iterator[str]:
        ways = Counter(
            (row["merchant_id"], row["order_id"]) for row in self._applications.values() if row["status"] not in _FINAL
        )
        yield from (f"{count} open applications: {order}" for order, count in ways.items() if count > 1)
        yield from (f"{count} applications were open at once" for count in self.world.open_at_once if count > 1)

    def _money(self) -> Iterator[str]:
        sums: Counter[tuple[str, str]] = Counter()
        for row in self._operations.values():
            if row["operation"] in _SUMS and row["status"] == "done":
                sums[row["application_id"], row["operation"]] += row["amount_minor"]
        for row in self._applications.values():
            for operation, name in _SUMS.items():
                wanted = sums[row["id"], operation]
                if operation == "cancel" and row["status"] == "withdrawn":  # whatever was left
                    wanted = row["approved_minor"]
                if row[f"{name}_minor"] != wanted:
                    yield f"{name} of {row['id']}: {row[f'{name}_minor']} and not {wanted}"
            over = row["fulfilled_minor"] + row["cancelled_minor"] > row["approved_minor"]
            if over or row["refunded_minor"] > row["fulfilled_minor"]:
                yield f"more than there was: {row['id']}"

    def _told(self) -> Iterator[str]:
        """One event for every move, in its order; its number rises with the order of the commits. No sum goes back."""
        last: dict[str, int] = {}
        sums: dict[str, tuple[int, ...]] = {}
        told: Counter[tuple[str, int]] = Counter()
        for row in self._events:
            data = json.loads(row["data"])
            name, sequence = data.get("application"), data.get("sequence")
            if name is None:
                continue
            told[name, sequence] += 1
            if sequence <= last.get(name, 0):
                yield f"told out of order or twice: {row['id']} {data}"
            last[name] = sequence
            before, now = sums.get(name, (0, 0, 0)), tuple(int(data[one]["amount"]) for one in _SUMS.values())
            if any(newer < older for newer, older in zip(now, before, strict=True)):
                yield f"a sum went back: {row['id']} {data}"
            sums[name] = now
        for row in self._moves:
            if told[row["application_id"], row["sequence"]] != 1:
                yield f"told {told[row['application_id'], row['sequence']]} times: {dict(row)}"
        yield from (f"never told: {name}" for name in self._applications if told[name, 1] != 1)

    def _delivered(self) -> Iterator[str]:
        came: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
        for url, name, body in self.world.post.came:
            came[name].add((url, body))
        shops = {shop.id: f"{SHOP}/hook-{number}" for number, shop in enumerate(self.world.shops)}
        for row in self._events:
            if {url for url, _body in came[row["id"]]} != {shops[row["merchant_id"]]} or len(came[row["id"]]) != 1:
                yield f"delivered {len(came[row['id']])} ways: {row['id']} {row['type']}"
        ours = {row["id"] for row in self._events}
        yield from (f"delivered and never written: {name}" for name in came if name not in ours)
        for row in self._rows("SELECT * FROM webhook_deliveries WHERE status <> 'delivered'"):
            yield f"delivery {row['status']}: {row['event_id']}"

    def _feeds(self) -> Iterator[str]:
        """Whoever goes on from the last one has met all, once, in order."""
        for shop in self.world.shops:
            wanted = [(row["number"], row["id"]) for row in self._events if row["merchant_id"] == shop.id]
            if shop.feed != wanted:
                yield f"the feed of {shop.id}: {len(shop.feed)} of {len(wanted)}"

    def _ledger(self) -> Iterator[str]:
        verdict = self.world.house.web.receipts.verification.run()
        if verdict.bad or verdict.waiting:
            yield f"the ledger: {verdict.bad}, {verdict.waiting} wait"
        kinds = Counter(json.loads(row["leaf"])["kind"] for row in self._rows("SELECT leaf FROM receipts"))
        if kinds[Kind.APPLICATION_MOVED.value] != len(self._moves) + len(self._applications):
            yield f"the ledger has {kinds} for {len(self._moves)} moves of {len(self._applications)}"

    def _rows(self, query: str) -> list[Any]:
        with self.world.database.read() as connection:
            return list(connection.execute(text(query)).mappings())
