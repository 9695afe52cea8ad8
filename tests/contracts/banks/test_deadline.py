"""One deadline for a bank's whole answer, however slowly it comes; here it is half a second."""

from __future__ import annotations

import pytest

from scenebank.banks.http import BankHttp, Call
from scenebank.banks.origination.bank_keys import fetch_keys
from scenebank.banks.port import Operation, OutcomeUnknown, Unavailable
from tests.support.dripping import dripping
from tests.support.platform import Platform

SLOW = {
    "silence": (b"", b""),
    "status line": (b"", b"H"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "body without an end": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_bank_that_drips_is_left_and_may_have_acted(platform: Platform, case: str) -> None:
    with dripping(*SLOW[case]) as slow:
        http = BankHttp("harbour", slow.url, platform.assertions, deadline_s=0.5)
        with pytest.raises(OutcomeUnknown):
            http.call(Call(Operation.STATUS, "GET", "/DSB/banking/accounts/1"))
        assert not slow.is_done


def test_its_keys_are_waited_for_as_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenebank.banks.origination.bank_keys._FETCH_S", 0.5)
    with dripping(*SLOW["body"]) as slow:
        with pytest.raises(Unavailable):
            fetch_keys(slow.url)
        assert not slow.is_done
