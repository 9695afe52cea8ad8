"""Fixtures every room's tests may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import skips
from tests.support.databases import database_of, postgresql_server
from tests.support.stack import Stack, running_stack

# What takes longest begins first, so that no worker is left with it alone at the end.
_FIRST = ("tests/end_to_end/", "tests/simulation/", "tests/running/", "tests/tools/", "tests/contracts/scenarios/")
# What plays the same scenarios plays them once.
_TOGETHER = "tests/contracts/scenarios/"

pytest_runtest_makereport = skips.pytest_runtest_makereport
pytest_make_collect_report = skips.pytest_make_collect_report


def pytest_itemcollected(item: pytest.Item) -> None:
    """With ``--dist loadgroup`` a file's tests share a worker, and all who need the running stack share one stack:
    even idle, its processes ask for work."""
    item.add_marker(pytest.mark.xdist_group(_group(item)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (_group(item) != "stack", not item.nodeid.startswith(_FIRST)))


def _group(item: pytest.Item) -> str:
    if "stack" in getattr(item, "fixturenames", ()):
        return "stack"
    return _TOGETHER if item.nodeid.startswith(_TOGETHER) else item.location[0]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a running server; made once, and only when a test asks."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database: every test that takes it runs on both kinds."""
    return database_of(request, tmp_path)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All processes, once for every worker of the test run; tests take orders of their own."""
    with running_stack(tmp_path_factory.mktemp("stack")) as found:
        yield found
