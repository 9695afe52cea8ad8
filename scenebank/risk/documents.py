"""Scorecards as JSON documents: checked once, with the place of what is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from scenebank.errors import InvalidInput
from scenebank.risk.model import CategoryBin, CategoryFeature, Feature, NumberBin, NumberFeature, Scorecard

_CARD = {"name", "version", "base_points", "bounds", "features"}
_FEATURE = {"name", "kind", "trend", "bins"}
_TRENDS = {"rising": 1, "falling": -1}


def read_scorecard(document: Mapping[str, Any], allowed: Collection[str] | None = None) -> Scorecard:
    """``{name, version, base_points, bounds: [least, most] | null, features: [{name, kind: number | category, trend:
    rising | falling | null, bins}]}``; a bin is ``{below: "1400" | null, points}`` or ``{in: [text], points}``.

    :class:`InvalidInput` for anything else: points that are no whole numbers, bounds that do not rise, an open end
    elsewhere than last, a value in two bins, a trend that does not hold, a feature that is none of ``allowed``."""
    try:
        if set(document) != _CARD:
            raise ValueError("")
        features = tuple(
            _placed(f"/features/{number}", one, allowed) for number, one in enumerate(document["features"])
        )
        if not features or len({feature.name for feature in features}) != len(features):
            raise ValueError("/features")
        return Scorecard(
            _text(document["name"]), _text(document["version"]), digest_of(document), _whole(document["base_points"]),
            _bounds(document["bounds"]), features,
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        pointer = str(error) if str(error).startswith("/") else ""
        raise InvalidInput.one(pointer or "/", "scorecard") from error


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _placed(place: str, document: Mapping[str, Any], allowed: Collection[str] | None) -> Feature:
    try:
        return _feature(document, allowed)
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise ValueError(place) from error


def _feature(document: Mapping[str, Any], allowed: Collection[str] | None) -> Feature:
    name, kind, bins = _text(document["name"]), document["kind"], document["bins"]
    if set(document) != _FEATURE or (allowed is not None and name not in allowed) or not bins:
        raise ValueError("feature")
    _check_trend(document["trend"], [_whole(one["points"]) for one in bins], kind)
    if kind == "category":
        return _category(name, bins)
    if kind != "number":
        raise ValueError("kind")
    return _number(name, bins)


def _number(name: str, bins: list[Mapping[str, Any]]) -> NumberFeature:
    *bounds, last = [one["below"] for one in bins]
    below = [Decimal(_text(bound)) for bound in bounds]
    if last is not None or any(one >= other for one, other in pairwise(below)):
        raise ValueError("bounds")
    made = [NumberBin(bound, one["points"]) for bound, one in zip([*below, None], bins, strict=True)]
    return NumberFeature(name, tuple(made))


def _category(name: str, bins: list[Mapping[str, Any]]) -> CategoryFeature:
    values = [_text(value) for one in bins for value in one["in"]]
    if len(set(values)) != len(values) or not all(one["in"] for one in bins):
        raise ValueError("values")
    return CategoryFeature(name, tuple(CategoryBin(frozenset(one["in"]), one["points"]) for one in bins))


def _check_trend(trend: object, points: list[int], kind: object) -> None:
    if trend is None:
        return
    sign = _TRENDS[_text(trend)]
    if kind != "number" or any((other - one) * sign < 0 for one, other in pairwise(points)):
        raise ValueError("trend")


def _bounds(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or _whole(value[0]) > _whole(value[1]):
        raise ValueError("/bounds")
    return value[0], value[1]


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError("a whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError("a text")
    return value
