"""One platform and one bank for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.platform import Platform
from tests.support.platform import platform as serve_platform
from tests.support.sandbox_bank import SandboxBank, sandbox_bank


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with serve_platform(tmp_path_factory.mktemp("platform")) as found:
        yield found


@pytest.fixture(scope="module")
def running_bank(tmp_path_factory: pytest.TempPathFactory, platform: Platform) -> Iterator[SandboxBank]:
    with sandbox_bank(tmp_path_factory.mktemp("bank"), platform.url, reading_s=1.5) as found:
        yield found


@pytest.fixture
def bank(running_bank: SandboxBank, platform: Platform) -> SandboxBank:
    """As new."""
    running_bank.reset()
    platform.news.clear()
    platform.deaf = 0
    return running_bank
