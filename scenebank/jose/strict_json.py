"""JSON from outside: one meaning, or refused."""

from __future__ import annotations

import json
from typing import Any


class NotAnObject(ValueError):
    """JSON, but no object."""


def strict_object(raw: bytes, deepest: int | None = None) -> dict[str, Any]:
    """The object of a UTF-8 document; :class:`NotAnObject` for other JSON; ``ValueError`` for anything else, for a name
    given twice, a fraction or an exponent, a number without an end, half a character (a lone surrogate), and for more
    than ``deepest`` levels."""
    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(document, dict):
        raise NotAnObject("not an object")
    if deepest is not None and _depth(document) > deepest:
        raise ValueError("nested too deep")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name stands twice")
    return document


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no whole number")


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(inner) for inner in value), default=0)
    return 0
