"""Colours and their contrast. Source: WCAG 2.2, relative luminance and contrast ratio."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

Colour = tuple[int, int, int]

_NAMED = {"white": "#ffffff", "black": "#000000"}


def read_colour(text: str) -> Colour | None:
    """``#rgb``, ``#rrggbb``, white or black; None for what lets through all that is behind it. ``ValueError`` for
    anything else, half-transparent colours among it."""
    text = _NAMED.get(text, text)
    if text in ("transparent", "none"):
        return None
    digits = text.removeprefix("#")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if not text.startswith("#") or len(digits) not in (6, 8):
        raise ValueError(f"no colour: {text!r}")
    if digits[6:] == "00":
        return None
    if digits[6:] not in ("", "ff"):
        raise ValueError(f"half-transparent: {text!r}")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


@lru_cache(maxsize=1024)
def contrast(one: Colour, other: Colour) -> Decimal:
    """From 1 to 21, to two decimals."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    flare = Decimal("0.05")
    return ((light + flare) * (Decimal(1) / (dark + flare))).quantize(Decimal("0.01"))


@lru_cache(maxsize=256)
def _luminance(colour: Colour) -> Decimal:
    red, green, blue = map(_linear, colour)
    return Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue


def _linear(part: int) -> Decimal:
    """Of a part from 0 to 255, what light it stands for."""
    share = Decimal(part) / 255
    if share <= Decimal("0.04045"):
        return share * (Decimal(1) / Decimal("12.92"))
    return ((share + Decimal("0.055")) * (Decimal(1) / Decimal("1.055"))) ** Decimal("2.4")
