"""Shop, Scenebank and bank over TLS, on three registrable domains that have nothing in common."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.end_to_end.purchase import all_agree, purchase
from tests.support.authority import Authority
from tests.support.browsers import chromium
from tests.support.browsers.trust import trust
from tests.support.names import resolving
from tests.support.processes import free_port
from tests.support.stack import Stack, running_stack
from tests.support.tls import listener, terminated

HOSTS = {
    "PORT": ("SCENEBANK_URL", "embed.scenebank.test"),
    "SHOP_PORT": ("SHOP_PUBLIC_URL", "shop.fjord-field.test"),
    "BANK_PORT": ("BANK_PUBLIC_URL", "bank.harbour.test"),
}
NAMES = ("--host-resolver-rules=MAP *.test 127.0.0.1",)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Stack]:
    """Each server on loopback, behind its name; what they say to one another goes by the names too."""
    folder = tmp_path_factory.mktemp("stack")
    environ = {"SCENEBANK_CA_FILE": str(authority.ca_file), "BANK_CA_FILE": str(authority.ca_file)}
    environ |= resolving(folder, [host for _url, host in HOSTS.values()])
    with ExitStack() as held:
        for port, (url, host) in HOSTS.items():
            front, behind = listener(), free_port()
            environ |= {port: str(behind), url: f"https://{host}:{front.getsockname()[1]}"}
            held.enter_context(terminated(front, authority.server_context(host), behind))
        yield held.enter_context(running_stack(folder, **environ))


def callbacks(stack: Stack) -> int:
    """What the bank has told Scenebank, and Scenebank has believed."""
    with closing(sqlite3.connect(stack.config.data_dir / "scenebank.sqlite3")) as books:
        found: int = books.execute("SELECT count(*) FROM callbacks_seen").fetchone()[0]
    return found


@pytest.mark.parametrize(("market", "widget", "embed"), [("eu", "loan", "script"), ("cn", "instalments", "iframe")])
def test_a_purchase(
    tmp_path: Path, stack: Stack, authority: Authority, market: str, widget: str, embed: str
) -> None:  # fmt: skip
    before = callbacks(stack)
    with chromium(home=trust(tmp_path, authority.ca_file), flags=NAMES) as window:
        window.open(f"{stack.shop_url}/{market}?lang=en")
        all_agree(purchase(window, stack, market, widget, embed))
        assert callbacks(stack) > before
        assert window.complaints == []
        cookies = window.context.cookies()
        assert {one["name"] for one in cookies} == {"shop_session", f"lang_{market}"}
        assert all(one["secure"] for one in cookies)
        assert {one["domain"] for one in cookies} == {"shop.fjord-field.test"}


def test_who_does_not_know_the_authority_sees_nothing(tmp_path: Path, stack: Stack) -> None:
    with chromium(home=trust(tmp_path), flags=NAMES) as window:
        for url in (stack.shop_url, stack.scenebank_url, stack.bank_url):
            with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
                window.open(url)
