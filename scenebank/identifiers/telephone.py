"""Telephone numbers."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@dataclass(frozen=True)
class Telephone:
    """``e164`` with its country; ``valid`` in the country's plan; ``mobile`` as far as the plan tells: in some, mobiles
    and lines share their numbers, and all of those count."""

    e164: str
    valid: bool
    mobile: bool


def read_telephone(text: str, country: str | None) -> Telephone | None:
    """``country`` (ISO 3166-1) for numbers written without one; None for what is no number. Source: ITU-T E.164 and the
    national plans as libphonenumber has them."""
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return Telephone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        valid,
        valid and phonenumbers.number_type(number) in _MOBILE,
    )
