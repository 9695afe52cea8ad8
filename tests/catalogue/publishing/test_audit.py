"""Whatever is done to the rows of the audit is found, at the row it was done to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Connection, Table, delete, insert, select, update

from scenebank.catalogue.publishing.audit import AuditChain, Head, HeadBehind
from scenebank.catalogue.publishing.verification import AuditVerification
from scenebank.store.database import Database
from scenebank.store.tables import (
    catalogue_audit,
    catalogue_audit_head,
    product_revisions,
    product_versions,
)
from tests.support.publishing import Office, office

AUDIT, HEAD = catalogue_audit, catalogue_audit_head
Deed = Callable[[Connection], object]


@pytest.fixture
def worked(desk: Office) -> Office:
    """Some moves of every kind."""
    product_id = desk.on_sale()
    desk.published(product_id, "0.0580")
    desk.publishing.rollback("pat", "alpha", product_id, None, "too cheap")
    desk.publishing.withdraw("pat", "alpha", product_id, "stop")
    desk.publishing.reject("abe", desk.approved(desk.on_sale()).id, "again")
    assert desk.bad() == ()
    return desk


def first_bad(desk: Office, deed: Deed, known: Head | None = None) -> tuple[str, str] | None:
    """As it would be found; all is as before afterwards."""
    with desk.database.engine.connect() as connection:
        deed(connection)
        bad = desk.audit.seen(connection, known).bad
        connection.rollback()
    return (bad[0].table, bad[0].row) if bad else None


def change(number: int, /, **values: Any) -> Deed:
    return lambda connection: connection.execute(update(AUDIT).where(AUDIT.c.number == number).values(**values))


def cut(first: int) -> Deed:
    return lambda connection: connection.execute(delete(AUDIT).where(AUDIT.c.number >= first))


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_column_of_every_row(worked: Office, whole: bool) -> None:
    """By default every row with one of its columns, and every column of one row."""
    missed = []
    for number in range(1, worked.moves + 1):
        for place, column in enumerate(AUDIT.c):
            if not whole and number != 5 and place != number % len(AUDIT.c):
                continue
            value: Any = 999_999 if isinstance(column.type, BigInteger) else "0" * 16
            if first_bad(worked, change(number, **{column.name: value})) != ("catalogue_audit", str(number)):
                missed.append((number, column.name))
    assert missed == []


def test_an_altered_row_with_a_hash_made_without_our_key(worked: Office) -> None:
    """Somebody who can write to the database, and knows how rows are hashed."""
    number = 3

    def forge(connection: Connection) -> None:
        row = dict(connection.execute(select(AUDIT).where(AUDIT.c.number == number)).mappings().one())
        row["actor"] = "nobody"
        row["hash"] = AuditChain(b"another key").hash_of(row)
        change(number, **row)(connection)
        change(number + 1, previous=row["hash"])(connection)

    assert first_bad(worked, forge) == ("catalogue_audit", "3")


def test_a_row_taken_out_put_in_or_swapped(worked: Office) -> None:
    last = worked.moves
    for number in range(1, last):
        def take_out(connection: Connection, number: int = number) -> None:
            connection.execute(delete(AUDIT).where(AUDIT.c.number == number))

        def put_in(connection: Connection, number: int = number) -> None:
            row = dict(connection.execute(select(AUDIT).where(AUDIT.c.number == number)).mappings().one())
            for later in range(last, number - 1, -1):
                change(later, number=later + 1)(connection)
            connection.execute(insert(AUDIT).values(row | {"actor": "mallory"}))

        def swap(connection: Connection, number: int = number) -> None:
            for before, after in ((number, 0), (last, number), (0, last)):
                change(before, number=after)(connection)

        for deed in (take_out, put_in, swap):
            assert first_bad(worked, deed) == ("catalogue_audit", str(number)), (deed.__name__, number)


def test_a_row_behind_the_head(worked: Office) -> None:
    def add(connection: Connection) -> None:
        row = dict(connection.execute(select(AUDIT).where(AUDIT.c.number == worked.moves)).mappings().one())
        connection.execute(insert(AUDIT).values(row | {"number": row["number"] + 1}))

    assert first_bad(worked, add) == ("catalogue_audit", str(worked.moves + 1))


def test_a_tail_cut_off(worked: Office) -> None:
    last = worked.moves
    for first in range(1, last + 1):
        assert first_bad(worked, cut(first)) == ("catalogue_audit", str(first))


def test_a_tail_cut_off_with_the_head_put_back(worked: Office) -> None:
    """The hash of the last row that is left is one of ours, but nobody else can seal it as a head."""
    last = worked.moves

    def deed(connection: Connection) -> None:
        cut(last)(connection)
        left = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.number == last - 1)).scalar_one()
        connection.execute(update(HEAD).values(number=last - 1, hash=left))

    assert first_bad(worked, deed) == ("catalogue_audit_head", "1")
    assert first_bad(worked, lambda connection: connection.execute(delete(HEAD))) is not None


def test_a_tail_cut_off_with_an_old_head_that_was_kept(desk: Office) -> None:
    """A true head of before: the revision has moved since."""
    product_id = desk.on_sale()
    revision = desk.approved(product_id)
    with desk.database.read() as connection:
        old = dict(connection.execute(select(HEAD)).mappings().one())
    desk.publishing.publish("pat", revision.id)

    def deed(connection: Connection) -> None:
        cut(old["number"] + 1)(connection)
        connection.execute(update(HEAD).values(**old))

    bad = first_bad(desk, deed)
    assert bad is not None
    assert bad[0] == "product_revisions"


def head_of(desk: Office) -> dict[str, Any]:
    with desk.database.read() as connection:
        return dict(connection.execute(select(HEAD)).mappings().one())


def test_a_true_old_head_put_back_over_rows_that_stay(desk: Office) -> None:
    """Its seal is ours. Every row behind it is told of, whatever was kept elsewhere, and what is done to such a row is
    found as ever."""
    product_id = desk.on_sale()
    heads = [head_of(desk)]
    revision = desk.approved(product_id)
    heads.append(head_of(desk))
    desk.publishing.publish("pat", revision.id)
    heads.append(head_of(desk))
    desk.publishing.withdraw("pat", "alpha", product_id, "stop")
    kept, last = desk.audit.run().head, desk.moves
    for old in heads:
        with desk.database.engine.connect() as connection:
            connection.execute(update(HEAD).values(**old))
            behind = [(str(number), "the row stands behind the head") for number in range(old["number"] + 1, last + 1)]
            for known in (None, Head(old["number"], old["hash"]), kept):
                bad = desk.audit.seen(connection, known).bad
                rows = [(one.row, one.problem) for one in bad if one.table == "catalogue_audit"]
                assert rows == behind
            change(last, actor="mallory")(connection)
            changed = desk.audit.seen(connection).bad
            assert [one.problem for one in changed][-1] == "the row is not the one that was written"
            connection.rollback()


def test_nothing_is_written_under_an_old_head(both: Office) -> None:
    """So no row that came after it is ever written over."""
    product_id = both.on_sale()
    old = head_of(both)
    revision = both.approved(product_id)
    with both.database.begin() as connection:
        connection.execute(update(HEAD).values(**old))
    before = both.bad()
    with pytest.raises(HeadBehind, match=f"its head stands at {old['number']}: .* audit verify"):
        both.publishing.publish("pat", revision.id)
    assert (both.bad(), before[0].row, len(before)) == (before, str(old["number"] + 1), 3)


def test_a_whole_database_of_yesterday(tmp_path: Path) -> None:
    """Only a head that was kept elsewhere knows."""
    today, yesterday = tmp_path / "today.sqlite3", tmp_path / "yesterday.sqlite3"
    with office(f"sqlite:///{today}") as desk:
        product_id = desk.on_sale()
        with closing(sqlite3.connect(today)) as now, closing(sqlite3.connect(yesterday)) as then:
            now.backup(then)
        desk.published(product_id, "0.0580")
        kept = desk.audit.run().head
        assert desk.audit.run(kept).bad == ()
        (row,) = desk.audit.run(Head(1, "0" * 64)).bad
        assert (row.table, row.row) == ("catalogue_audit", "1")
    old = Database(f"sqlite:///{yesterday}")
    verification = AuditVerification(old, desk.chain)
    assert verification.run().bad == ()
    (bad,) = verification.run(kept).bad
    assert (bad.table, bad.problem) == ("catalogue_audit_head", f"row {kept.number} was there, and is not any more")
    old.dispose()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (product_revisions, {"state": "approved"}), (product_revisions, {"document": "{}"}),
        (product_revisions, {"document": "no JSON"}), (product_revisions, {"ends_at": 5}),
        (product_revisions, {"audit_number": 0}), (product_versions, {"status": "withdrawn"}),
    ],
)  # fmt: skip
def test_what_was_moved_past_the_audit(desk: Office, table: Table, values: dict[str, Any]) -> None:
    desk.published(desk.on_sale(), "0.0580")
    live = table.c.status == "live" if table is product_versions else table.c.state == "live"
    bad = first_bad(desk, lambda connection: connection.execute(update(table).where(live).values(**values)))
    assert bad is not None
    assert bad[0] == table.name


def test_a_version_made_live_past_the_audit(desk: Office) -> None:
    desk.published(desk.on_sale(), "0.0580")

    def deed(connection: Connection) -> None:
        for before, after in (("live", "old"), ("superseded", "live"), ("old", "superseded")):
            of = product_versions.c.status == before
            connection.execute(update(product_versions).where(of).values(status=after))

    bad = first_bad(desk, deed)
    assert bad is not None
    assert bad[0] == "product_versions"


def test_on_both_databases(both: Office) -> None:
    both.published(both.on_sale(), "0.0580")
    verdict = both.audit.run()
    assert (verdict.rows, verdict.bad) == (7, ())
    with both.database.begin() as connection:
        change(3, actor="mallory")(connection)
    assert [one.row for one in both.bad()] == ["3"]
