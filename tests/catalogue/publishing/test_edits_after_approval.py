"""Whatever is changed after the approval, by whatever way, leaves nothing that can be published, now or by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from scenebank.catalogue.publishing.editing import edited
from scenebank.catalogue.publishing.model import Revision, State
from scenebank.errors import ScenebankError
from scenebank.store.tables import product_revisions
from tests.support.publishing import DAY_MS, HOUR_MS, Office

Way = Callable[[Office, Revision], object]


def put(pointer: str, value: Any) -> Way:
    def way(desk: Office, revision: Revision) -> None:
        document = edited(revision.document, [(pointer, json.dumps(value))], [])
        desk.publishing.edit("eve", revision.id, {"document": document})

    return way


def say(**changes: Any) -> Way:
    return lambda desk, revision: desk.publishing.edit("ada", revision.id, changes)


def there_and_back(desk: Office, revision: Revision) -> None:
    put("/rate/value", "0.0500")(desk, revision)
    desk.publishing.edit("eve", revision.id, {"document": dict(revision.document)})


def rejected(desk: Office, revision: Revision) -> None:
    desk.publishing.reject("abe", revision.id, "look at the rate again")


def resubmitted(desk: Office, revision: Revision) -> None:
    put("/rate/value", "0.0500")(desk, revision)
    desk.publishing.submit("eve", revision.id)


def in_database(**values: Any) -> Way:
    """By hand, past everything."""

    def way(desk: Office, revision: Revision) -> None:
        with desk.database.begin() as connection:
            connection.execute(update(product_revisions).where(product_revisions.c.id == revision.id).values(**values))

    return way


def document_in_database(desk: Office, revision: Revision) -> None:
    document = edited(revision.document, [("/rate/value", '"0.0100"')], [])
    in_database(document=json.dumps(document))(desk, revision)


WAYS: dict[str, Way] = {
    "the rate": put("/rate/value", "0.0579"), "the terms": put("/terms", [3, 6]),
    "a name": put("/name/en", "Other"), "the smallest amount": put("/min_amount/amount", "20000"),
    "the largest amount": put("/max_amount/amount", "5000001"), "who pays": put("/subsidised", True),
    "the kind": put("/kind", "loan"), "a fee table": put("/fee_table", [{"term": 3, "cost": "0.0097"}]),
    "the start": say(starts_at=1_895_000_000_000), "the end": say(ends_at=1_895_000_000_000),
    "the reason": say(reason="another"), "there and back": there_and_back, "changes asked for": rejected,
    "submitted again": resubmitted, "the document, in the database": document_in_database,
    "the start, in the database": in_database(starts_at=1), "the end, in the database": in_database(ends_at=1),
    "the edition, in the database": in_database(edition=7), "the product, in the database": in_database(product_id="z"),
}  # fmt: skip
BY_HAND = [name for name in WAYS if name.endswith("database")]


def test_there_are_twelve_ways_and_more() -> None:
    assert len(WAYS) - len(BY_HAND) >= 12


@pytest.mark.parametrize("name", WAYS)
def test_nothing_is_publishable(shared: Office, name: str) -> None:
    product_id = shared.on_sale()
    revision = shared.approved(product_id)
    WAYS[name](shared, revision)
    with pytest.raises(ScenebankError) as refused:
        shared.publishing.publish("pat", revision.id)
    assert refused.value.code in ("revision_state", "not_approved")
    with pytest.raises(ScenebankError) as refused:
        shared.publishing.schedule("pat", revision.id, shared.now_ms + HOUR_MS)
    assert refused.value.code in ("revision_state", "not_approved")
    shared.clock.move(2 * DAY_MS / 1000)
    shared.clockwork.run_due()
    assert shared.live_rate(product_id) == "0.0600"


@pytest.mark.parametrize("name", WAYS)
def test_nothing_starts_by_itself(shared: Office, name: str) -> None:
    """The same of a revision that is scheduled already."""
    product_id = shared.on_sale()
    revision = shared.publishing.schedule("pat", shared.approved(product_id).id, shared.now_ms + HOUR_MS)
    WAYS[name](shared, revision)
    shared.clock.move(2 * DAY_MS / 1000)
    shared.clockwork.run_due()
    assert shared.live_rate(product_id) == "0.0600"
    after = shared.records.get("ada", revision.id)
    assert after.state in (State.DRAFT, State.IN_REVIEW, State.SCHEDULED)
    assert not after.is_approved


def test_what_was_not_changed_starts(desk: Office) -> None:
    """The two above see what they are there for."""
    product_id = desk.on_sale()
    desk.publishing.schedule("pat", desk.approved(product_id).id, desk.now_ms + HOUR_MS)
    desk.clock.move(2 * DAY_MS / 1000)
    assert desk.clockwork.run_due() == 1
    assert desk.live_rate(product_id) == "0.0580"


def test_an_approval_is_of_what_was_seen(desk: Office) -> None:
    """Somebody edits and submits while the approver still looks at what was there before."""
    revision = desk.draft(desk.on_sale())
    seen = desk.publishing.submit("eve", revision.id).content_hash
    resubmitted(desk, revision)
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.approve("abe", revision.id, seen)
    assert refused.value.code == "content_changed"
    assert desk.records.get("abe", revision.id).state is State.IN_REVIEW


def test_an_edit_is_of_what_was_seen(desk: Office) -> None:
    revision = desk.draft(desk.on_sale())
    desk.publishing.edit("ada", revision.id, {"reason": "first"}, revision.content_hash)
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.edit("eve", revision.id, {"reason": "second"}, revision.content_hash)
    assert refused.value.code == "content_changed"
    assert desk.records.get("ada", revision.id).reason == "first"
