"""JSON whose numbers mean what they say."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def read_json(text: str | bytes) -> Any:
    """A document of ours, or of somebody trusted: whole numbers are ints, all others Decimals, to the last digit.
    ``ValueError`` for what is no JSON, ``NaN`` and ``Infinity`` among it. What strangers send goes through
    :func:`scenebank.jose.strict_json.strict_object`."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no number")
