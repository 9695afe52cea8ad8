"""The applicant's details, where the market lets them stand in the frame: read strictly, given back as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scenebank.banks.port import Applicant
from scenebank.errors import FieldError
from scenebank.markets.countries import country_codes

EMPLOYMENTS = ("FULL_TIME", "PART_TIME", "CONTRACT", "CASUAL", "TEMP", "SELF_EMPLOYED", "NOT_EMPLOYED")
_LONGEST = {"name": 100, "email": 254, "phone": 24, "address": 200}
_LOST = "\ufffd"  # stands where a byte was no text
_PATTERNS = {
    "email": re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+"),
    "phone": re.compile(r"\+[0-9][0-9 ()-]{5,22}"),
}
FIELDS = ("name", "email", "phone", "address", "employment", "tax_country")


def read_details(form: Mapping[str, str]) -> tuple[Applicant | None, list[FieldError]]:
    """The applicant, or what is wrong with each field."""
    typed = {name: form.get(name, "").strip() for name in FIELDS}
    errors = [error for name in FIELDS if (error := _problem(name, typed[name])) is not None]
    return (None if errors else Applicant(**typed)), errors


def too_long(form: Mapping[str, str]) -> dict[str, FieldError]:
    """What is wrong by itself with a form that comes filled in, whatever is still to be filled in."""
    return {error.pointer: error for error in read_details(form)[1] if error.code == "too_long"}


def _problem(name: str, value: str) -> FieldError | None:
    chosen_from = {"employment": EMPLOYMENTS, "tax_country": country_codes()}.get(name)
    if chosen_from is not None:
        return None if value in chosen_from else FieldError(name, "choose", {})
    if not value:
        return FieldError(name, "required", {})
    if len(value) > _LONGEST[name]:
        return FieldError(name, "too_long", {"most": str(_LONGEST[name])})
    pattern = _PATTERNS.get(name)
    if (pattern and not pattern.fullmatch(value)) or not value.isprintable() or _LOST in value:
        return FieldError(name, name if pattern else "unreadable", {})
    return None
