"""A browser window, and a shop's page in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browsers import chromium
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage, shop_page
from tests.support.stack import Stack


@pytest.fixture
def window() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture
def shop(window: Chromium, stack: Stack) -> Iterator[ShopPage]:
    with shop_page(window, stack) as found:
        yield found
