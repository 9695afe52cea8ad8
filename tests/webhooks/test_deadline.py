"""Fifteen seconds are fifteen seconds, however slowly a shop speaks; here they are a half."""

from __future__ import annotations

import socket
import threading

import pytest

from scenebank.webhooks.delivery import Outcome, Sender
from tests.support.canned_bank import canned_bank
from tests.support.dripping import dripping

DEADLINE_S = 0.5


def post(url: str, deadline_s: float = DEADLINE_S) -> Outcome:
    return Sender(True, deadline_s).post(url, b"{}", {}, is_live=False)


@pytest.mark.parametrize(
    ("said", "drop", "code"),
    [
        (b"", b"", None),
        (b"", b"H", None),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", None),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x", 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 200),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x", 200),
    ],
    ids=["silence", "status line", "headers", "continue", "body", "chunks", "body without an end"],
)
def test_a_shop_that_drips_is_left(said: bytes, drop: bytes, code: int | None) -> None:
    with dripping(said, drop) as slow:
        outcome = post(f"{slow.url}/")
        assert not slow.is_done
    assert (outcome.delivered, outcome.code, outcome.reason) == (False, code, "timeout")


def test_a_name_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def slow(*_arguments: object, **_options: object) -> list[object]:
        answered.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    assert post("http://localhost:9/").reason == "timeout"
    answered.set()


def test_a_slow_answer_within_the_deadline_is_taken() -> None:
    with dripping(b"HTTP/1.1 204 No Content\r\nX: ", b"y\r\n\r\n") as slow:
        assert post(f"{slow.url}/", 15).delivered


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"x" * 65_536, (True, 200, "ok", 4096)),
        (b"x" * 65_537, (False, 200, "answer_too_long", 4096)),
        (b"a\0\xff", (True, 200, "ok", 3)),
    ],
)
def test_so_much_of_an_answer_is_read_and_so_much_is_kept(answer: bytes, outcome: object) -> None:
    with canned_bank() as shop:
        shop.behave(200, answer)
        told = post(shop.url, 15)
    assert (told.delivered, told.code, told.reason, len(told.answer)) == outcome
    assert "\0" not in told.answer


def test_nobody_there_and_hanging_up_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/").reason == "connection_failed"
    with canned_bank() as shop:
        shop.behave(0)
        assert post(shop.url, 15).reason == "connection_failed"
