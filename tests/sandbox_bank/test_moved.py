"""A bank that answers at another address after a restart is the same bank."""

from __future__ import annotations

from pathlib import Path

from tests.support.orders import adapter, order
from tests.support.platform import Platform
from tests.support.sandbox_bank import sandbox_bank


def test_the_same_key_is_the_same_order_at_the_new_address(tmp_path: Path, platform: Platform) -> None:
    asked = order(platform)
    with sandbox_bank(tmp_path, platform.url) as before:
        first = adapter(before, platform).submit(asked)
    with sandbox_bank(tmp_path, platform.url) as after:
        assert after.url != before.url
        again = adapter(after, platform).submit(asked)
        assert again.bank_ref == first.bank_ref
        assert after.booked()[asked.key] == 1
