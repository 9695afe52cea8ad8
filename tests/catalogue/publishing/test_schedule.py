"""A revision starts at its time, wherever the clock that named it hangs, and ends at its time."""

from __future__ import annotations

from typing import Any

import pytest

from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.model import State
from scenebank.errors import InvalidInput, ScenebankError
from scenebank.fields import Instant
from tests.support.publishing import DAY_MS, HOUR_MS, Office

# The same instant on four clocks, an hour after now.
CLOCKS = ("2026-11-24T01:00:00Z", "2026-11-24T09:00:00+08:00", "2026-11-23T20:00:00-05:00", "2026-11-24T06:45:00+05:45")


@pytest.mark.parametrize("written", CLOCKS)
def test_another_clock_is_the_same_instant(desk: Office, written: str) -> None:
    at = Instant().read("", written, [])
    assert at == desk.now_ms + HOUR_MS
    product_id = desk.on_sale()
    revision = desk.publishing.schedule("pat", desk.approved(product_id).id, at)
    desk.clock.move(3599.999)
    assert (desk.clockwork.run_due(), desk.live_rate(product_id)) == (0, "0.0600")
    desk.clock.move(0.001)
    assert (desk.clockwork.run_due(), desk.live_rate(product_id)) == (1, "0.0580")
    assert desk.clockwork.run_due() == 0
    assert desk.records.get("pat", revision.id).live_at == at


def test_what_was_missed_starts_late_while_its_time_lasts(desk: Office) -> None:
    times: dict[str, Any] = {"starts_at": desk.now_ms + HOUR_MS, "ends_at": desk.now_ms + DAY_MS}
    in_time, too_late = desk.on_sale(), desk.on_sale()
    for product_id in (in_time, too_late):
        desk.publishing.schedule("pat", desk.approved(product_id, **times).id)
        if product_id == in_time:
            desk.clock.move(12 * 3600)
            assert (desk.clockwork.run_due(), desk.live_rate(product_id)) == (1, "0.0580")
            desk.clock.move(-12 * 3600)
    desk.clock.move(25 * 3600)
    desk.clockwork.run_due()
    assert desk.live_rate(in_time) is None  # its end has come
    assert desk.live_rate(too_late) == "0.0600"
    (newest, *_older) = desk.records.history("pat", "alpha", too_late)
    assert (newest.state, newest.is_approved) == (State.DRAFT, False)


def test_what_ends_is_withdrawn_at_its_end(desk: Office) -> None:
    product_id = desk.on_sale()
    version = desk.catalogue.version()
    desk.publishing.publish("pat", desk.approved(product_id, ends_at=desk.now_ms + HOUR_MS).id)
    assert desk.catalogue.fresh_until() == desk.now_ms + HOUR_MS
    desk.clock.move(3600)
    assert (desk.clockwork.run_due(), desk.live_rate(product_id)) == (1, None)
    assert desk.catalogue.fresh_until() is None
    assert int(desk.catalogue.version()[1:]) == int(version[1:]) + 2


def test_two_changes_in_a_row(desk: Office) -> None:
    """A sale and the price after it, both approved beforehand."""
    product_id = desk.on_sale()
    for rate, hours in (("0.0500", 1), ("0.0600", 3)):
        revision = desk.approved(product_id, rate, starts_at=desk.now_ms + hours * HOUR_MS)
        desk.publishing.schedule("pat", revision.id)
    seen = []
    for _hour in range(4):
        desk.clockwork.run_due()
        seen.append(desk.live_rate(product_id))
        desk.clock.move(3600)
    assert seen == ["0.0600", "0.0500", "0.0500", "0.0600"]
    assert desk.bad() == ()


def test_one_that_cannot_start_keeps_no_other(desk: Office) -> None:
    """The market it was for is not served any more."""
    first, second = desk.on_sale(), desk.on_sale()
    revisions = [
        desk.publishing.schedule("pat", desk.approved(one).id, desk.now_ms + HOUR_MS + number)
        for number, one in enumerate((first, second))
    ]
    spoilt = {**revisions[0].document, "market": "XX"}
    with desk.database.begin() as connection:
        changed = store.change(connection, revisions[0], document=spoilt)
        store.change(connection, changed, approved_hash=changed.content_hash)
    desk.clock.move(3601)
    assert desk.clockwork.run_due() == 2
    assert [desk.live_rate(one) for one in (first, second)] == ["0.0600", "0.0580"]


@pytest.mark.parametrize(
    ("approved_for", "asked", "code"),
    [
        (None, None, "schedule_when"), (None, -HOUR_MS, "schedule_past"), (None, 0, "schedule_past"),
        (HOUR_MS, 2 * HOUR_MS, "other_time"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be(desk: Office, approved_for: int | None, asked: int | None, code: str) -> None:
    start = None if approved_for is None else desk.now_ms + approved_for
    revision, moves = desk.approved(desk.on_sale(), starts_at=start), desk.moves
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.schedule("pat", revision.id, None if asked is None else desk.now_ms + asked)
    found = refused.value.errors[0].code if isinstance(refused.value, InvalidInput) else refused.value.code
    assert (found, desk.moves) == (code, moves)


def test_it_is_not_published_before_or_after_its_time(desk: Office) -> None:
    product_id = desk.on_sale()
    revision = desk.approved(product_id, starts_at=desk.now_ms + HOUR_MS, ends_at=desk.now_ms + 2 * HOUR_MS)
    for wait, found in ((0, "other_time"), (3 * 3600, "other_time"), (-3600 - 1800, "live")):
        desk.clock.move(wait)
        try:
            state = desk.publishing.publish("pat", revision.id).state.value
        except ScenebankError as error:
            state = error.code
        assert state == found


def test_a_withdrawal_holds_what_is_scheduled(desk: Office) -> None:
    product_id = desk.on_sale()
    revision = desk.publishing.schedule("pat", desk.approved(product_id).id, desk.now_ms + HOUR_MS)
    desk.publishing.withdraw("pat", "alpha", product_id, "a mistake in the contract")
    desk.clock.move(2 * 3600)
    assert (desk.clockwork.run_due(), desk.live_rate(product_id)) == (0, None)
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.publish("pat", revision.id)
    assert refused.value.code == "live_moved"  # selling again is said in so many words
    assert desk.publishing.publish("pat", revision.id, "none").state is State.LIVE
