"""An import service on both kinds of database, and a bank with a public address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scenebank.catalogue.cdr.fetching import PublicBank as PublicAddress
from scenebank.catalogue.cdr.service import ImportService
from scenebank.clock import HandClock
from scenebank.store.database import Database
from scenebank.store.tables import import_mendings, imported_documents, metadata
from tests.support.cdr import NOW
from tests.support.public_bank import PublicBank, public_bank


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def imports(database_url: str, clock: HandClock) -> Iterator[ImportService]:
    database = Database(database_url)
    metadata.create_all(database.engine, tables=[imported_documents, import_mendings])
    yield ImportService(database, clock, PublicAddress(allow_loopback=True, deadline_s=3.0))
    database.dispose()


@pytest.fixture
def bank() -> Iterator[PublicBank]:
    with public_bank() as found:
        yield found
