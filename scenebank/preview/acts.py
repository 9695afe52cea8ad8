"""What happens in a state, one act after the other, read strictly from its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scenebank.banks.port import Operation
from scenebank.merchants.model import Mode
from scenebank.preview.stage import Stage


@dataclass(frozen=True)
class Act:
    """``step`` is the widget's step it ends at, None where it shows no document of the widget."""

    step: str | None
    perform: Callable[[Stage], None]


def read_act(document: Mapping[str, Any]) -> Act:
    """``{"<kind>": <its subject>, …}``; ``ValueError`` for anything that is no act."""
    for kind, (allowed, make) in _KINDS.items():
        if kind in document:
            unknown = set(document) - {kind} - allowed
            if unknown:
                raise ValueError(f"{kind} takes no {sorted(unknown)}")
            return make(document[kind], {name: document.get(name, {}) for name in allowed})
    raise ValueError(f"no act: {sorted(document)}")


_More = Mapping[str, Any]


def _open(step: str, more: _More) -> Act:
    return Act(step, lambda stage: stage.open(step, more["query"]))


def _follow(step: str, more: _More) -> Act:
    return Act(step, lambda stage: stage.follow(step, more["number"] or 0))


def _enter(fields: _More, more: _More) -> Act:
    logged_out = bool(more["logged_out"])
    return Act("", lambda stage: stage.enter(fields, more["launch"], more["late_s"] or 0, logged_out=logged_out))


def _enter_offline(fields: _More, more: _More) -> Act:
    mode = Mode(more["mode"] or Mode.TEST)
    return Act("", lambda stage: stage.enter(fields, more["launch"], more["late_s"] or 0, signed=mode))


def _press(step: str, more: _More) -> Act:
    long = {name: "x" * size * 1024 for name, size in more["long_kb"].items()}
    return Act(step, lambda stage: stage.press(step, more["typed"] | long, more["pick"]))


def _send(step: str, more: _More) -> Act:
    return Act(step, lambda stage: stage.send(step, more["fields"]))


def _send_kb(size: int, _more: _More) -> Act:
    return Act("", lambda stage: stage.send("", {"order": "x" * size * 1024}))


def _go_back(pages: int, _more: _More) -> Act:
    return Act(None, lambda stage: stage.go_back(pages))


def _visit(path: str, more: _More) -> Act:
    return Act(None, lambda stage: stage.visit(more["method"] or "GET", path))


def _to_bank(_subject: object, _more: _More) -> Act:
    return Act(None, lambda stage: stage.to_bank())


def _bank(words: list[Mapping[str, Any]], _more: _More) -> Act:
    return Act(None, lambda stage: stage.says(words))


def _wait_s(seconds: int, _more: _More) -> Act:
    return Act(None, lambda stage: stage.wait(seconds))


def _pass_s(seconds: int, _more: _More) -> Act:
    return Act(None, lambda stage: stage.pass_time(seconds))


def _shop(operation: str, more: _More) -> Act:
    return Act(None, lambda stage: stage.settle(Operation(operation), more["percent"]))


def _publish(bank: str, more: _More) -> Act:
    return Act(None, lambda stage: stage.publish(bank, more["rate"]))


def _break(_subject: object, _more: _More) -> Act:
    return Act(None, lambda stage: stage.break_down())


_KINDS: Mapping[str, tuple[frozenset[str], Callable[[Any, _More], Act]]] = {
    "open": (frozenset({"query"}), _open),
    "follow": (frozenset({"number"}), _follow),
    "enter": (frozenset({"launch", "logged_out", "late_s"}), _enter),
    "enter_offline": (frozenset({"launch", "mode", "late_s"}), _enter_offline),
    "press": (frozenset({"typed", "pick", "long_kb"}), _press),
    "send": (frozenset({"fields"}), _send),
    "send_kb": (frozenset(), _send_kb),
    "go_back": (frozenset(), _go_back),
    "visit": (frozenset({"method"}), _visit),
    "to_bank": (frozenset(), _to_bank),
    "bank": (frozenset(), _bank),
    "wait_s": (frozenset(), _wait_s),
    "pass_s": (frozenset(), _pass_s),
    "shop": (frozenset({"percent"}), _shop),
    "publish": (frozenset({"rate"}), _publish),
    "break": (frozenset(), _break),
}
