"""Fixtures every room's tests may use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import skips
from tests.support.databases import database_of, empty_postgresql, postgresql_server, sqlite_forgets_power_cuts
from tests.support.late_rules import rules_built_late
from tests.support.leaks import LeakSearch
from tests.support.sharing import STACK, Sharing, group_of
from tests.support.stack import Stack, running_stack

# What takes longest begins first, so that no worker is left with it alone at the end.
_FIRST = ("tests/end_to_end/", "tests/simulation/", "tests/running/", "tests/tools/", "tests/contracts/scenarios/")

pytest_runtest_makereport = skips.pytest_runtest_makereport
pytest_make_collect_report = skips.pytest_make_collect_report


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LeakSearch())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (not group_of(item.location[0]).startswith(STACK), not item.nodeid.startswith(_FIRST)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end, and is no rubbish to look for: a tenth of the time went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)


@pytest.fixture(scope="session", autouse=True)
def quick_sqlite() -> Iterator[None]:
    """We kill processes, not machines."""
    with sqlite_forgets_power_cuts():
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_applications() -> Iterator[None]:
    """Hundreds of tests have an application of their own."""
    with rules_built_late():
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a running server; made once, and only when a test asks."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database: every test that takes it runs on both kinds."""
    return database_of(request, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same without any table."""
    return database_of(request, tmp_path, empty_postgresql)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All processes, once for every worker of the test run; tests take orders of their own."""
    with running_stack(tmp_path_factory.mktemp("stack")) as found:
        yield found
