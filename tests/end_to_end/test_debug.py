"""``data-debug`` says what an embedding lacks, and the line it gives mends it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time

import pytest

from scenebank.web.embed.heights import published_height
from tests.support.browsers import chromium
from tests.support.browsers.browser import until
from tests.support.plain_page import plain_page
from tests.support.stack import Stack

PANEL = "aside[aria-label^=Scenebank]"


def page_with(stack: Stack, key: str, head: str = "", style: str = "", script: str = "") -> str:
    return (
        f'{head}<h1>A shop</h1>{style}<bank-scene widget="loan" amount="600000" currency="EUR" locale="en">'
        f'<a href="#">Bank</a></bank-scene><script>{script}</script>'
        f'<script async src="{stack.scenebank_url}/v1/scene.js" data-key="{key}" data-debug></script>'
    )


def test_an_origin_that_is_not_registered_and_the_line_that_registers_it(stack: Stack) -> None:
    account = stack.accounts["eu"]
    with plain_page() as page, chromium() as window:
        page.body = page_with(stack, account["publishable_key"])
        window.open(page.origin)
        until("the panel", lambda: window.has(f"{PANEL} code"))
        panel = window.text(PANEL)
        assert f"✗ {page.origin} is not registered in test mode" in panel
        assert re.search("✓ key of .+, test mode", panel)
        assert "✓ the clock of this device is right" in panel
        assert "✗ nobody can apply yet" in panel
        assert "✗ 0 px are kept free" in panel
        command = next(one for one in window.page.locator(f"{PANEL} code").all_inner_texts() if one.startswith("curl"))
        command = command.replace("bis_sk_test_…", account["secret_key"])
        done = subprocess.run([*shlex.split(command), "-s"], capture_output=True, text=True, timeout=30)
        assert page.origin in json.loads(done.stdout)["data"]
        window.open(page.origin)
        until("the widget answers", lambda: "✓ the widget answers" in window.text(PANEL))
        panel = window.text(PANEL)
        assert f"✓ {page.origin} is registered" in panel
        lines = window.page.locator(f"{PANEL} code").all_inner_texts()
        style = next(one for one in lines if one.startswith("bank-scene{"))
        assert f"min-height:{published_height('loan', 'full', 'en', 1200)}px" in style
        script = next(one for one in lines if "getLaunchToken =" in one)
        page.body = page_with(stack, account["publishable_key"], style=f"<style>{style}</style>", script=script)
        window.open(page.origin)
        until("the panel", lambda: "px are kept free: nothing moves" in window.text(PANEL))
        until("nothing is wrong", lambda: "✓ the widget answers" in window.text(PANEL))
        assert "✓ getLaunchToken is there" in window.text(PANEL)
        assert "✗" not in window.text(PANEL)


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("script-src {host} 'unsafe-inline'; frame-src 'none'", "Content-Security-Policy: frame-src {host}"),
        ("script-src {host}; frame-src {host}; require-trusted-types-for 'script'; trusted-types 'none'", ""),
    ],
)
def test_a_policy_that_blocks_is_named(stack: Stack, policy: str, says: str) -> None:
    """And under the strictest policy that does not, the overlay works too."""
    with plain_page() as page, chromium() as window:
        stack.api("eu", "POST", "/v1/origins", json={"origin": page.origin}).raise_for_status()
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy.format(host=stack.scenebank_url)}">'
        page.body = page_with(stack, stack.accounts["eu"]["publishable_key"], head=meta)
        window.open(page.origin)
        expected = says.format(host=stack.scenebank_url) or "✓ the widget answers"
        until(expected, lambda: window.has(PANEL) and expected in window.text(PANEL))


def test_a_clock_that_is_wrong(stack: Stack) -> None:
    with plain_page() as page, chromium() as window:
        window.page.clock.set_fixed_time(time.time() - 3600)
        page.body = page_with(stack, stack.accounts["eu"]["publishable_key"])
        window.open(page.origin)
        until("the panel", lambda: window.has(f"{PANEL} code"))
        assert re.search(r"✗ the clock of this device is off by -3[56]\d\d s", window.text(PANEL))


def test_a_key_nobody_has(stack: Stack) -> None:
    with plain_page() as page, chromium() as window:
        page.body = page_with(stack, "bis_pk_test_nobody")
        window.open(page.origin)
        until("the panel", lambda: window.has(PANEL))
        assert "✗ this publishable key is not known" in window.text(PANEL)
