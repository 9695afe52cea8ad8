"""Numbers of payment cards."""

from __future__ import annotations

import re

from stdnum import luhn

_SHAPE = re.compile(r"[2-6][0-9]{12,18}")


def luhn_holds(digits: str) -> bool:
    """Whether the check digit is right, and no more: all zeros hold. Source: ISO/IEC 7812-1 annex B."""
    return luhn.is_valid(digits)


def could_be_card(digits: str) -> bool:
    """Thirteen to nineteen digits of an issuer's range whose check digit is right. No such number belongs in a
    fragment, a log or the store."""
    return bool(_SHAPE.fullmatch(digits)) and luhn_holds(digits)
