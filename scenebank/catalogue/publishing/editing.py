"""Values put at places of a document, by JSON pointer (RFC 6901)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from scenebank.errors import InvalidInput
from scenebank.jose.strict_json import strict_object


def edited(
    document: Mapping[str, Any], values: Sequence[tuple[str, str]], dropped: Sequence[str]
) -> dict[str, Any]:
    """A copy with each of ``values`` (pointer and JSON text) at its place, and without what stood at ``dropped``."""
    copied: dict[str, Any] = copy.deepcopy(dict(document))
    for pointer, text in values:
        around, name = _place(copied, pointer)
        around[name] = _parsed(pointer, text)
    for pointer in dropped:
        around, name = _place(copied, pointer)
        if isinstance(around, dict) and name not in around:
            raise InvalidInput.one(pointer, "edit_place")
        del around[name]
    return copied


def _place(document: dict[str, Any], pointer: str) -> tuple[Any, Any]:
    """The object or list around a place, and the last step."""
    around: Any = document
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if not pointer.startswith("/"):
        raise InvalidInput.one(pointer, "edit_place")
    try:
        for step in steps[:-1]:
            around = around[int(step) if isinstance(around, list) else step]
        if isinstance(around, list):
            around[int(steps[-1])]
            return around, int(steps[-1])
    except (KeyError, ValueError, IndexError, TypeError):
        raise InvalidInput.one(pointer, "edit_place") from None
    if not isinstance(around, dict):
        raise InvalidInput.one(pointer, "edit_place")
    return around, steps[-1]


def _parsed(pointer: str, text: str) -> Any:
    try:
        return strict_object(f'{{"value": {text}}}'.encode())["value"]
    except (ValueError, KeyError):
        raise InvalidInput.one(pointer, "edit_value") from None
