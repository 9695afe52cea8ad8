"""One line for each thing that happened: what it was, and nothing of what was sent."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

_ROOT = Path(__file__).parents[1]
# Whoever puts a key or token into the wrong field shall not find it in an answer or a log.
_SECRET = re.compile(r"bis_(sk|rk|lt|ls|tk)_[\w-]*|wh(?:sec|sk)_[\w+/=-]*|eyJ[\w-]+\.[\w.-]*")
_MOST_PLACES = 20


def redacted(text: str) -> str:
    """Without what looks like a key or token of ours."""
    return _SECRET.sub("***", text)


class JsonLines(logging.Formatter):
    """``{at, level, logger, message, …facts, error?}``; ``facts`` come as the record's ``facts``. Of an exception only
    its kind and where it was raised: its words may be what somebody sent."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        document: dict[str, object] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        document["message"] = record.getMessage()
        document |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1]:
            document["error"] = _chain(record.exc_info[1])
        return redacted(json.dumps(document, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """For whoever develops and looks on: exceptions with their words."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def configure_logs(form: str, level: str) -> None:
    """Everything this process says goes to standard error in one form: our own from ``level`` on, of others what
    is at least a warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if form == "text" else JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("scenebank").setLevel(level.upper())
    for name in ("dbos", "_granian"):  # who bring handlers of their own
        other = logging.getLogger(name)
        other.handlers = [handler]
        other.propagate = False


def _chain(error: BaseException | None) -> list[dict[str, object]]:
    """From the exception that was met down to the one it began with."""
    found: list[dict[str, object]] = []
    while error is not None and len(found) < _MOST_PLACES:
        found.append({"kind": type(error).__qualname__, "at": _places(error.__traceback__)})
        error = error.__cause__ or error.__context__
    return found


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_PLACES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(name: str) -> str:
    path = Path(name)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else "/".join(path.parts[-2:])
