"""Where something stands in a document: ``cost_sheet.items``, ``lenders[].share``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scenebank.markets.rules.model import Document


def values(document: Document, path: str) -> list[Any]:
    """All there are; a list behind ``[]`` gives each of its own."""
    found: list[Any] = [document]
    for step in path.split("."):
        name = step.removesuffix("[]")
        found = [one[name] for one in found if isinstance(one, Mapping) and name in one]
        if step.endswith("[]"):
            found = [inner for one in found if isinstance(one, list | tuple) for inner in one]
    return found


def is_there(value: Any) -> bool:
    """An empty list is something: that there are none."""
    return value is not None and value is not False and value != ""


def has(document: Document, path: str) -> bool:
    """Whether something is there, and everything behind ``[]``."""
    found = values(document, path)
    return bool(found) and all(is_there(one) for one in found)


def number(value: Any) -> Decimal | None:
    """A figure, however it is written; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Decimal(value)
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None
