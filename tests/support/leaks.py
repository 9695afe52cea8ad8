"""Searches all that the suite's servers and applications wrote for what was planted; what is found fails the run. Every
worker searches its own, and tells whoever reports for all."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask, Response, request, request_finished
from werkzeug.exceptions import HTTPException

from scenebank.logs import JsonLines
from tests.support.planted import PLANTED, Planted

_BATCH = 4_000_000  # characters
_LOGGER = "scenebank"
_KEY = "leaks"


class Piece(NamedTuple):
    """``place`` is where it was written, ``test`` the file whose test was running."""

    place: str
    test: str
    text: str


class Leaks:
    """``found`` are lines for people, each once."""

    def __init__(self, planted: Planted) -> None:
        self._planted = planted
        self._pieces: list[Piece] = []
        self._size = 0
        self.found: dict[str, None] = {}

    def wrote(self, place: str, text: str) -> None:
        self._pieces.append(Piece(place, _running_test(), text))
        self._size += len(text)
        if self._size > _BATCH:
            self.search()

    def answered(self, answer: Response) -> None:
        """An error's text, and where any answer leads. A form that comes back holds what was typed into it, and nothing
        else that is somebody's."""
        if "Location" in answer.headers:
            self.wrote("address", answer.headers["Location"])
        is_form = answer.mimetype == "text/html" and answer.status_code < 500
        if answer.direct_passthrough or answer.is_streamed:
            return
        text = answer.get_data(as_text=True) if "Content-Encoding" not in answer.headers else ""
        if answer.status_code >= 400 and not is_form:
            self.wrote(f"answer {answer.status_code} {request.url_rule}", text)
        if answer.status_code >= 400 and is_form and (asked := _asked()) is not None:
            for what in self._planted.words_in(text) - self._planted.words_in(asked):
                self._find(what, f"page {answer.status_code} {request.url_rule}", _running_test(), text)
        self._planted.learn(text)

    def asked(self, address: str, headers: Mapping[str, str], body: bytes) -> None:
        """What came to a server of a test: an address, and of a webhook all of it."""
        self.wrote("address", address)
        if any(name.lower() == "webhook-id" for name in headers):
            self.wrote("webhook", f"{dict(headers)} {body.decode('utf-8', 'replace')}")

    def left(self, data_dir: Path) -> None:
        """By the processes of an installation, in their logs."""
        self._planted.learn_keys(data_dir)
        for file in sorted((data_dir / "logs").glob("*.log")):
            self.wrote(f"log file {file.name}", file.read_text("utf-8", "replace"))

    def search(self) -> dict[str, None]:
        """Everything that was written since the last time; all that was ever found."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        if self._planted.seen("\n".join(piece.text for piece in pieces)):
            for piece in pieces:
                for line in piece.text.splitlines():
                    for what in sorted(self._planted.seen(line)):
                        self._find(what, piece.place, piece.test, line)
        return self.found

    def _find(self, what: str, place: str, test: str, line: str) -> None:
        self.found[f"{what} in: {place}, written during {test}: {line[:300]}"] = None


LEAKS = Leaks(PLANTED)


class _Listener(logging.Handler):
    """Hears every line as the product would write it."""

    def emit(self, record: logging.LogRecord) -> None:
        LEAKS.wrote(f"log of {record.name}", self.format(record))


class LeakSearch:
    """The plugin."""

    def __init__(self) -> None:
        self._listener = _Listener()
        self._listener.setFormatter(JsonLines())
        self._reported: list[str] = []

    def pytest_sessionstart(self) -> None:
        logger = logging.getLogger(_LOGGER)
        logger.addHandler(self._listener)
        logger.setLevel(logging.INFO)
        request_finished.connect(_finished)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._reported += getattr(node, "workeroutput", {}).get(_KEY, [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        logging.getLogger(_LOGGER).removeHandler(self._listener)
        request_finished.disconnect(_finished)
        self._reported += LEAKS.search()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = self._reported
        if self._reported and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._reported:
            terminalreporter.section("what must come out nowhere was found", red=True)
            for line in self._reported:
                terminalreporter.line(line)


def _finished(_app: Flask, response: Response, **_more: Any) -> None:
    PLANTED.learn(request.headers.get("Authorization", ""))
    LEAKS.answered(response)


def _asked() -> str | None:
    """All that came with the request; None for a body that cannot be read: what of it stands on the page, nobody can
    tell."""
    try:
        return f"{request.full_path} {request.form.to_dict(flat=False)}"
    except HTTPException:
        return None


def _running_test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "no test").partition("::")[0]
