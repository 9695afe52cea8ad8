"""What is held in memory is what is on file: never a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from scenebank.catalogue import store
from scenebank.catalogue.model import Kind
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import HandClock
from scenebank.store.database import Database
from scenebank.store.tables import product_versions
from tests.support.catalogue import product, publish
from tests.support.new_tables import create_tables


class Workers:
    """Two processes of one installation, as far as memory goes."""

    def __init__(self, url: str) -> None:
        clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.databases = (Database(url), Database(url))
        create_tables(self.databases[0])
        self.one, self.other = (CatalogueService(database, clock, AuditChain(b"test")) for database in self.databases)

    def withdraw(self, product_id: str) -> None:
        """By the other process."""
        with self.databases[1].begin() as connection:
            of_it = product_versions.c.product_id == product_id
            connection.execute(update(product_versions).where(of_it).values(status="withdrawn"))
            store.raise_number(connection)


@pytest.fixture
def workers(database_url: str) -> Iterator[Workers]:
    made = Workers(database_url)
    yield made
    for database in made.databases:
        database.dispose()


def ids(catalogue: CatalogueService) -> list[str]:
    return [one.product_id for one in catalogue.live().shelf("CN", Kind.INSTALMENTS)]


def test_the_next_look_after_a_withdrawal_is_without_it(workers: Workers) -> None:
    publish(workers.one, *(product("alpha", f"p{n}") for n in range(5)))
    for number in range(5):
        assert f"p{number}" in ids(workers.one)
        workers.withdraw(f"p{number}")
        assert ids(workers.one) == [f"p{n}" for n in range(number + 1, 5)]


def test_the_next_look_after_a_publication_is_with_it(workers: Workers) -> None:
    publish(workers.one, product("alpha", "a"))
    before = workers.one.live()
    publish(workers.other, product("alpha", "a", "0.0500"), product("beta", "b"))
    after = workers.one.live()
    assert [str(one.rate.value) for one in after.shelf("CN", Kind.INSTALMENTS)] == ["0.0500", "0.0600"]
    assert set(after.banks) == {"alpha", "beta"}
    assert (before.version == after.version, workers.one.version()) == (False, after.version)


def test_while_nothing_changes_only_the_number_is_read(workers: Workers) -> None:
    publish(workers.one, product("alpha", "a"), product("beta", "b") | {"kind": "loan"})
    held, statements = workers.one.live(), []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(workers.databases[0].engine, "before_cursor_execute", note)
    for _time in range(10):
        assert workers.one.live() is held
    assert len(statements) == 10
    assert all("catalogue_version" in one and "product" not in one for one in statements)
    publish(workers.other, product("beta", "c") | {"kind": "loan"})
    now = workers.one.live()
    assert now.shelf("CN", Kind.INSTALMENTS) is held.shelf("CN", Kind.INSTALMENTS)
    assert len(now.shelf("CN", Kind.LOAN)) == 2


def test_what_is_published_in_the_middle_of_a_look(workers: Workers) -> None:
    """Whatever version a look names, it holds that version's products: one more with each."""
    publish(workers.one, product("alpha", "p0"))
    first, published = int(workers.other.live().version[1:]), list[str]()

    def publish_one(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "product_versions" in statement and len(published) < 3:
            published.append(workers.other.publish(product("alpha", f"p{len(published) + 1}")))

    event.listen(workers.databases[0].engine, "before_cursor_execute", publish_one)
    live = workers.one.live()
    event.remove(workers.databases[0].engine, "before_cursor_execute", publish_one)
    assert published
    assert len(live.shelf("CN", Kind.INSTALMENTS)) == int(live.version[1:]) - first + 1
    assert len(ids(workers.one)) == len(published) + 1
