"""Reads the rules, the lists of words and the dated bounds that stand beside this file as JSON."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scenebank.exact_json import read_json
from scenebank.markets.rules.model import Rule, Severity, Where

_FOLDER = Path(__file__).with_name("data")
_TABLES = ("words.json", "bounds.json")
_EVERY_KIND = ("loan", "instalment", "joint_loan", "card", "wealth", "deposit", "fund", "bill", "insurance")
_GROUPS = {"all": _EVERY_KIND, "credit": _EVERY_KIND[:4], "loans": _EVERY_KIND[:3]}


def _read(name: str) -> Any:
    return read_json(_FOLDER.joinpath(name).read_text("utf-8"))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _rule(one: Mapping[str, Any]) -> Rule:
    kinds = [kind for name in one["kinds"] for kind in _GROUPS.get(name, (name,))]
    if not set(kinds) <= set(_EVERY_KIND):
        raise ValueError(f"{one['id']}: no such kind")
    return Rule(
        id=one["id"], markets=tuple(one["markets"]), kinds=frozenset(kinds), severity=Severity(one["severity"]),
        begins=_day(one.get("from")), ends=_day(one.get("to")), where=frozenset(map(Where, one["where"])),
        says=one["says"], fix=one["fix"], source=one["source"], basis=one["basis"], checks=tuple(one["checks"]),
    )  # fmt: skip


def _rules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for path in sorted(_FOLDER.glob("*.json")):
        for one in _read(path.name) if path.name not in _TABLES else ():
            if one["id"] in found:
                raise ValueError(f"{one['id']} stands there twice")
            found[one["id"]] = _rule(one)
    return found


RULES: Mapping[str, Rule] = _rules()
WORDS: Mapping[str, tuple[str, ...]] = {name: tuple(words) for name, words in _read("words.json").items()}
_BOUNDS: Mapping[str, list[dict[str, Any]]] = _read("bounds.json")


def bound(name: str, day: date) -> Any:
    """The value of a dated table on that day; None before its first day. ``KeyError`` for a table there is not."""
    rows = _BOUNDS[name]
    number = bisect_right([row["from"] for row in rows], day.isoformat())
    return rows[number - 1]["value"] if number else None


def digest() -> str:
    """Of everything the rules are made of."""
    whole = hashlib.sha256()
    for path in sorted(_FOLDER.glob("*.json")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
