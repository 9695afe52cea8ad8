"""Octets to a tree: bounded before anything is built, strict, every number an exact ``Decimal``."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Never

from scenebank.catalogue.cdr.model import Reason
from scenebank.catalogue.cdr.reasons import reason

MOST_BYTES = 2 * 1024 * 1024
MOST_DEEP = 24
_LONGEST_NUMBER = 40
_LARGEST_EXPONENT = 30
# A whole string, or the rest of the text where it is not closed, so that nothing is looked at twice.
_MARKS = re.compile(rb'"[^"\\]*(?:\\(?:.|\Z)[^"\\]*)*(?:"|\Z)|[\[\]{}]', re.DOTALL)
Tree = object  # None, bool, str, Decimal, list of trees, dict of trees


class Unreadable(Exception):
    """There is nothing to judge; ``reason`` says why."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.words)
        self.reason = why


def read_json(octets: bytes, most_bytes: int = MOST_BYTES) -> Tree:
    """The tree of a JSON text (RFC 8259, UTF-8), or :class:`Unreadable`."""
    if len(octets) > most_bytes:
        _refuse("too_large", most_bytes)
    if octets.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        _refuse("web_page")
    _check_depth(octets)
    try:
        text = octets.decode("utf-8-sig")
        return json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_constant, object_pairs_hook=_members
        )
    except UnicodeDecodeError:
        _refuse("not_utf8")
    except json.JSONDecodeError as error:
        _refuse("not_json", f"{error.msg} (line {error.lineno})")


def _check_depth(octets: bytes) -> None:
    depth = 0
    for mark in _MARKS.finditer(octets):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(mark.group(), 0)
        if depth > MOST_DEEP:
            _refuse("too_deep", MOST_DEEP)


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        _refuse("too_long_number", _LONGEST_NUMBER)
    number = Decimal(text)
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        _refuse("too_long_number", _LONGEST_NUMBER)
    return number


def _constant(text: str) -> Never:
    _refuse("not_json", f"{text} is no number")


def _members(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    members: dict[str, Tree] = {}
    for name, value in pairs:
        if name in members:
            _refuse("same_name_twice", name)
        members[name] = value
    return members


def _refuse(code: str, found: object = "") -> Never:
    raise Unreadable(reason(code, found=found))
