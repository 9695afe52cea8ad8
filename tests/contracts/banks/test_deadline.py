"""One deadline for a bank's whole answer, however slowly it comes; here it is half a second."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from scenebank.banks.http import BankHttp, Call
from scenebank.banks.origination.bank_keys import fetch_keys
from scenebank.banks.port import Operation, OutcomeUnknown, RateLimited, Unavailable
from tests.support.authority import Authority
from tests.support.canned_bank import canned_bank
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
        with pytest.raises(OutcomeUnknown):
            ask(platform, slow.url)
        assert not slow.is_done


def test_its_keys_are_waited_for_as_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenebank.banks.origination.bank_keys._FETCH_S", 0.5)
    with dripping(*SLOW["body"]) as slow:
        with pytest.raises(Unavailable):
            fetch_keys(slow.url)
        assert not slow.is_done


def test_a_name_that_takes_too_long_carries_nothing(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def slow(*arguments: Any, **options: Any) -> Any:
        time.sleep(0.8)
        return real(*arguments, **options)

    with canned_bank() as bank:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(Unavailable):
            ask(platform, bank.url)
        time.sleep(0.6)  # for what might still come
        assert bank.asked == []


def test_a_handshake_that_drips_carries_nothing(platform: Platform) -> None:
    with dripping(b"\x16\x03\x03\x3f\xff", b"x") as slow:
        with pytest.raises(Unavailable):
            ask(platform, slow.url.replace("http:", "https:"))
        assert not slow.is_done


def test_all_addresses_of_a_name_have_one_deadline(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    knocks: list[object] = []

    def nobody_opens(line: socket.socket, address: object) -> None:
        knocks.append(address)
        time.sleep(line.gettimeout() or 60)
        raise TimeoutError

    monkeypatch.setattr("scenebank.deadline._CONNECT_S", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_options: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{number}", 9)) for number in range(10, 50)
    ])  # fmt: skip
    monkeypatch.setattr(socket.socket, "connect", nobody_opens)
    with pytest.raises(Unavailable):
        ask(platform, "http://bank.example")
    assert len(knocks) <= 3


OK, FOUND = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n"
BEGUN, NO_RECORD = OK + b"Content-Length: 60000\r\n\r\nxx", b"\x17\x03\x03\x00\x20" + bytes(32)
NO_TLS = b"HTTP/1.1 502 Bad Gateway\r\n\r\n"
BROKEN = {
    "a record that is none": (b"", NO_RECORD), "a record that is none, in the body": (BEGUN, NO_RECORD),
    "plain text": (b"", NO_TLS), "plain text in the body": (BEGUN, NO_TLS),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_tls_that_breaks_after_the_request_leaves_it_open(platform: Platform, tmp_path: Path, case: str) -> None:
    """The bank has it, and may have acted."""
    said, rubbish = BROKEN[case]
    authority, asked = Authority(tmp_path), []

    def answer(line: socket.socket) -> None:
        with authority.server_context("127.0.0.1").wrap_socket(line, server_side=True) as inside:
            request = b""
            while not request.endswith(b"{}"):
                request += inside.recv(65_536)
            asked.append(request.partition(b" ")[0])
            inside.sendall(said)
            with socket.socket(fileno=os.dup(inside.fileno())) as outside:
                outside.sendall(rubbish)
                outside.settimeout(5)
                with suppress(OSError):
                    outside.recv(1)  # until it has read that

    with answering(answer) as url, pytest.raises(OutcomeUnknown):
        ask(platform, url.replace("http:", "https:"), str(authority.ca_file), deadline_s=5)
    assert asked == [b"POST"]


STRANGE = {
    "a redirect to nowhere": FOUND + b"Location: http://[\r\nContent-Length: 0\r\n\r\n",
    "a redirect in no letters": FOUND + b"Location: /\xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "a chunk of less than nothing": OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nab",
    "broken packing": OK + b"Content-Encoding: gzip\r\nContent-Length: 50\r\n\r\nabcde",
    "no HTTP": b"SSH-2.0-x\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_strange_answer_leaves_it_open_and_is_no_key_set(platform: Platform, case: str) -> None:
    def answer(line: socket.socket) -> None:
        line.recv(65_536)
        line.sendall(STRANGE[case])

    with answering(answer) as url:
        with pytest.raises(OutcomeUnknown):
            ask(platform, url, deadline_s=5)
        with pytest.raises(Unavailable):
            fetch_keys(url)


def test_of_a_redirect_nothing_is_read(platform: Platform) -> None:
    """However much it unpacks to."""
    with canned_bank() as bank:
        bank.behave(302, gzip.compress(bytes(1 << 26)), Location="/x", Content_Encoding="gzip")
        tracemalloc.start()
        with pytest.raises(OutcomeUnknown):
            ask(platform, bank.url, deadline_s=5)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 1 << 24


@pytest.mark.parametrize("body", [b'{"error": "maintenance"}', b"[]", b'{"keys": {}}', b"<html>", b"{" * 3000])
def test_what_is_no_key_set_is_none(body: bytes) -> None:
    with canned_bank() as bank:
        bank.behave(200, body)
        with pytest.raises(Unavailable):
            fetch_keys(bank.url)
        bank.behave(302, b'{"keys": []}')
        with pytest.raises(Unavailable):
            fetch_keys(bank.url)
        bank.behave(200, b'{"keys": []}')
        assert fetch_keys(bank.url) == {"keys": []}


def test_waits_and_words_that_are_none(platform: Platform) -> None:
    with canned_bank() as bank:
        bank.behave(429, b"", Retry_After="\u00b2")
        with pytest.raises(RateLimited):
            ask(platform, bank.url, deadline_s=5)


def ask(platform: Platform, url: str, ca_file: str | None = None, deadline_s: float = 0.5) -> None:
    http = BankHttp("harbour", url, platform.assertions, ca_file, deadline_s=deadline_s)
    http.call(Call(Operation.WITHDRAW, "POST", "/DSB/banking/accounts/1/withdrawal", None, {}, "key"))


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of so few words that no library says them: ``answer`` has each line, one after the other."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _address = server.accept()
                with line, suppress(OSError):
                    answer(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)
