"""Bodies without a length and bodies that are too long, through the web server that runs in production."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.stack import Stack

MEGABYTES = 10
FOR_PEOPLE = ("/w/instalments", "/w/loan/submit", "/w/loan/bank", "/w/nothing")
FOR_MACHINES = ("/v1/sessions", "/v1/origins", "/v1/webhook_endpoints", "/v1/applications/app_nobody/refund",
                "/callbacks/harbour", "/v1/keys", "/v1/keys/report", "/v1/logout",
                "/v1/webhook_endpoints/we_nobody/replay")  # fmt: skip


def pieces(size: int) -> Iterator[bytes]:
    """No length is known of it, so it is sent in chunks."""
    for _turn in range(max(1, size // 1000)):
        yield b"a" * min(size, 1000)


def send(stack: Stack, path: str, body: Any, locale: str = "zh-CN") -> requests.Response:
    headers = {"Idempotency-Key": "k" * 20, "Accept-Language": locale}
    if path in FOR_PEOPLE:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return requests.post(f"{stack.scenebank_url}{path}", data=body, headers=headers, timeout=15)
    return stack.api("cn", "POST", path, data=body, headers=headers)


def assert_refused(answer: requests.Response, status: int, code: str, path: str, locale: str = "zh-CN") -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    if path in FOR_PEOPLE:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f'<html lang="{locale}"' in answer.text
        assert answer.text.rstrip().endswith("</html>")
        assert code in answer.text
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert answer.json()["detail"]


@pytest.mark.parametrize("size", [10, 1_000, MEGABYTES * 1_000_000])
def test_a_body_without_a_length_is_never_read(stack: Stack, size: int) -> None:
    for path in (*FOR_PEOPLE, *FOR_MACHINES):
        try:
            answer = send(stack, path, pieces(size))
        except requests.ConnectionError:
            assert size > 1_000_000  # the server had answered and hung up before all of it was sent
            continue
        assert_refused(answer, 411, "length_required", path)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_ten_megabytes_are_answered_whole(stack: Stack, locale: str) -> None:
    for path in (*FOR_PEOPLE[:3], *FOR_MACHINES):
        answer = send(stack, path, b"name=" + b"a" * (MEGABYTES * 1_000_000), locale)
        assert_refused(answer, 413, "too_large", path, locale)


def raw(stack: Stack, request: str) -> str:
    """The first bytes of whatever comes back on a line of our own."""
    address = urlsplit(stack.scenebank_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as line:
        line.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        return line.recv(65_536).decode("latin-1")


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: abc", "Content-Length: -1", "Content-Length: 1e3", "Content-Length: " + "9" * 30,
        "Content-Length: 5\nContent-Length: 6", "Content-Length: 5\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: \x0bchunked",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/sessions", "/w/loan"])
def test_a_length_that_is_none(stack: Stack, path: str, headers: str) -> None:
    """Refused by the web server or by us; in no case is anything behind it taken for a second request."""
    request = f"POST {path} HTTP/1.1\nHost: x\nConnection: close\n{headers}\n\n0\n\nGET /healthz HTTP/1.1\nHost: x\n\n"
    answer = raw(stack, request)
    assert answer.startswith("HTTP/1.1 4"), answer
    assert '"status":"ok"' not in answer


def test_a_head_has_an_end(stack: Stack) -> None:
    answer = requests.get(f"{stack.scenebank_url}/healthz", headers={"X-Long": "a" * 70_000}, timeout=15)
    assert answer.status_code == 431
    assert requests.get(f"{stack.scenebank_url}/healthz", headers={"X-Long": "a" * 30_000}, timeout=15).ok


@pytest.mark.long
def test_a_head_that_does_not_come_is_not_waited_for(stack: Stack) -> None:
    with socket.create_connection(("127.0.0.1", stack.config.port), timeout=60) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert line.recv(1000) == b""


def test_an_ordinary_request_still_passes(stack: Stack) -> None:
    assert send(stack, "/v1/origins", json.dumps({"origin": "https://lengths.example"})).status_code == 201
    assert raw(stack, "POST /w/loan HTTP/1.1\nHost: x\nConnection: close\n\n").startswith("HTTP/1.1 404")


def test_a_request_of_the_newer_protocol_needs_a_length_too(stack: Stack) -> None:
    """There a body can come without one and without chunks."""
    asked = ["curl", "--silent", "--http2-prior-knowledge", "--request", "POST", f"{stack.scenebank_url}/v1/origins"]
    assert json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)["code"] == "length_required"
    known = [*asked, "--header", "Content-Length: 0"]
    assert json.loads(subprocess.run(known, capture_output=True, check=True).stdout)["code"] == "unauthenticated"
