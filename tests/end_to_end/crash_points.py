"""The real processes, with seven places where they wait to be killed: the product has no switch for it. A file in
``CRASH_FOLDER`` says at which point the next process of a role is to stop; it answers with its pid and goes on no more.

``python -m tests.end_to_end.crash_points`` is the worker; ``tests.end_to_end.crash_points:create_app`` the web."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from urllib3.connection import HTTPConnection

# What the engine has just done when it is killed.
POINTS = (
    "token burnt", "session committed", "key taken", "bank called", "bank answered", "event written", "webhook sent",
)  # fmt: skip
ARMED, TAKEN, AT = "armed", "taken", "at"
_ROLE = "web"


def stop_here(point: str) -> None:
    """Wait for the end, if it is this point's turn; of several that come here, one."""
    folder = Path(os.environ["CRASH_FOLDER"])
    try:
        if (folder / ARMED).read_text("utf-8") != f"{point} {_ROLE}":
            return
        (folder / ARMED).rename(folder / TAKEN)
    except FileNotFoundError:
        return
    scratch = folder / f"{AT}.{os.getpid()}"
    scratch.write_text(str(os.getpid()), "utf-8")
    scratch.rename(folder / AT)
    while True:
        time.sleep(60)


def _after(owner: Any, name: str, point: str, here: Callable[[Any, Any], bool]) -> None:
    """Stop behind a method, where ``here`` says so of its arguments and its answer."""
    real = getattr(owner, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        answer = real(*arguments, **named)
        if here(arguments, answer):
            stop_here(point)
        return answer

    _put(owner, name, wrapped)


def _put(owner: Any, name: str, instead: Callable[..., Any]) -> None:
    setattr(owner, name, instead)


def install() -> None:
    """Set the points, before anything runs."""
    from scenebank.banks.http import BankHttp
    from scenebank.merchants.idempotency import IdempotencyLedger
    from scenebank.sessions.service import SessionService
    from scenebank.webhooks.delivery import Sender

    calling = threading.local()

    @event.listens_for(Engine, "after_cursor_execute")
    def written(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO launches_used"):
            stop_here("token burnt")
        if statement.startswith("INSERT INTO events"):
            stop_here("event written")

    real_call, real_response = BankHttp.call, HTTPConnection.getresponse

    def call(bank: BankHttp, asked: Any) -> Any:
        calling.posts = asked.method == "POST"
        try:
            answer = real_call(bank, asked)
        finally:
            posted, calling.posts = calling.posts, False
        if posted:
            stop_here("bank answered")
        return answer

    def getresponse(connection: HTTPConnection) -> Any:
        if getattr(calling, "posts", False):  # all of the request is on its way, nothing of the answer is read
            stop_here("bank called")
        return real_response(connection)

    _put(BankHttp, "call", call)
    _put(HTTPConnection, "getresponse", getresponse)
    _after(SessionService, "_open", "session committed", lambda _given, _session: True)
    _after(IdempotencyLedger, "begin", "key taken", lambda _given, kept: kept is None)
    _after(Sender, "post", "webhook sent", lambda _given, outcome: bool(outcome.delivered))


def create_app() -> Any:
    """The web application of a process that may be killed at a point."""
    from app import create_app as real

    install()
    return real()


def keep_a_worker() -> None:
    """One worker after the other, as a supervisor would; each begins as a copy of this process, which has read the code
    and done nothing yet."""
    from scenebank.worker import main

    install()
    while True:
        pid = os.fork()
        if pid == 0:
            code = main()
            sys.stderr.flush()
            os._exit(code)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    _ROLE = "worker"
    keep_a_worker()
