"""Hostile texts: lists others keep, found through SCENEBANK_SHARED_DATA, and a few of our own."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SEED = 20261124
TENTH_AND_WHOLE = [pytest.param(False, id="a tenth"), pytest.param(True, id="all", marks=pytest.mark.long)]
# What no list of others holds: half characters and bytes that are no UTF-8, as they come over the wire.
OURS: tuple[str | bytes, ...] = (
    "a\0b", "\0", "\x01\x02\x1b[2J\x7f", "\ufffe\uffff", "\u202e\u2066", "e\u0301" * 300, "\U0001f468\u200d\U0001f469",
    b"\xff\xfe\x00", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf0\x28\x8c\x28", "&#0;&#xd800;&amp;lt;",
    '"\'><svg/onload=alert(1)>', "\r\nSet-Cookie: a=b\r\n\r\n<html>", "]]>--><!--<![CDATA[",
    "{{ 7*7 }}{% raw %}{}%s%(a)s{0}", "x" * 5_000, "<" * 5_000,
)  # fmt: skip


def folder() -> Path | None:
    root = os.environ.get("SCENEBANK_SHARED_DATA")
    found = Path(root) / "security/strings" if root else None
    return found if found and found.is_dir() else None


def hostile_strings() -> list[str | bytes]:
    """All of them, each once, in a stable order."""
    where = folder()
    assert where is not None
    found: list[str | bytes] = list(OURS)
    found += json.loads((where / "blns.json").read_text("utf-8"))
    targets = json.loads((where / "ssrf_webhook_targets.json").read_text("utf-8"))
    found += _texts(targets)
    for path in sorted(where.glob("*.txt")):
        found += [line for line in path.read_bytes().decode("utf-8", "replace").splitlines() if line]
    return list(dict.fromkeys(found))


def _texts(document: object) -> list[str]:
    if isinstance(document, dict):
        return [text for value in document.values() for text in _texts(value)]
    if isinstance(document, list):
        return [text for value in document for text in _texts(value)]
    return [document] if isinstance(document, str) else []


def cases(fields: Sequence[str], whole: bool, ours_only: bool = False) -> list[tuple[str, str | bytes]]:
    """Which text goes into which field, the same every time: every one into each in the ``whole`` run, else a tenth of
    them, each into one, and a third of our own into each."""
    every = hostile_strings()
    if whole and not ours_only:
        return [(field, text) for text in every for field in fields]
    chance = random.Random(f"{SEED}-{','.join(fields)}")
    some = every if whole else [] if ours_only else chance.sample(every, len(every) // 10)
    own = {field: OURS if whole else chance.sample(OURS, len(OURS) // 3) for field in fields}
    return [(chance.choice(fields), text) for text in some] + [(field, text) for field in fields for text in own[field]]


def as_text(text: str | bytes) -> str:
    """In JSON even half a character can be written."""
    return text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text


def planted(document: dict[str, Any], field: str, text: str | bytes) -> dict[str, Any]:
    """The document with ``text`` as the value at ``a/b``; as the one value of a list at ``a[]``; as a name of its own
    where the path ends in a slash, or is empty."""
    value = as_text(text)
    place, slash, name = field.partition("/")
    if not field:
        return document | {value or "x": value}
    if slash:
        return document | {place: document.get(place, {}) | ({name: value} if name else {value or "x": value})}
    return document | ({place.removesuffix("[]"): [value]} if place.endswith("[]") else {place: value})
