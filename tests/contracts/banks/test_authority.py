"""A bank whose certificate is signed by an authority of its own is believed on that authority's word only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scenebank.banks.origination import make_bank
from scenebank.banks.origination.bank_keys import fetch_keys
from scenebank.banks.port import BankPort, Stage, Unavailable
from tests.support.authority import Authority
from tests.support.orders import order
from tests.support.platform import Platform
from tests.support.processes import free_port
from tests.support.sandbox_bank import sandbox_bank
from tests.support.tls import listener, terminated


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, platform: Platform, authority: Authority) -> Iterator[str]:
    """The sandbox bank behind TLS."""
    front, port = listener(), free_port()
    public = f"https://127.0.0.1:{front.getsockname()[1]}"
    with ExitStack() as held:
        held.enter_context(terminated(front, authority.server_context("127.0.0.1"), port))
        folder = tmp_path_factory.mktemp("bank")
        held.enter_context(sandbox_bank(folder, platform.url, port=port, BANK_PUBLIC_URL=public))
        yield public


def bank(url: str, platform: Platform, ca_file: Path | None) -> BankPort:
    base = f"{url}/harbour"
    settings = {"base_url": base, "jwks_url": f"{base}/.well-known/jwks.json", "pages": url}
    return make_bank("harbour", settings | ({"ca_file": str(ca_file)} if ca_file else {}), platform.assertions)


def test_its_own_authority_is_enough(url: str, platform: Platform, authority: Authority) -> None:
    assert bank(url, platform, authority.ca_file).submit(order(platform)).stage is Stage.SIGN
    assert fetch_keys(f"{url}/harbour/.well-known/jwks.json", str(authority.ca_file))["keys"]


@pytest.mark.parametrize("case", ["the public ones", "another", "a file that is not there"])
def test_any_other_word_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, platform: Platform, authority: Authority, case: str
) -> None:  # fmt: skip
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))  # whoever runs the process cannot weaken it
    others = {"the public ones": None, "another": Authority(tmp_path).ca_file}
    ca_file = others.get(case, tmp_path / "nowhere.pem")
    with pytest.raises(Unavailable):
        bank(url, platform, ca_file).submit(order(platform))
    with pytest.raises(Unavailable):
        fetch_keys(f"{url}/harbour/.well-known/jwks.json", str(ca_file) if ca_file else None)
