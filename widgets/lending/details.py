"""The applicant's details, where the market lets them stand in the frame: read strictly, given back as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scenebank.banks.port import Applicant
from scenebank.errors import FieldError

EMPLOYMENTS = ("FULL_TIME", "PART_TIME", "CONTRACT", "CASUAL", "TEMP", "SELF_EMPLOYED", "NOT_EMPLOYED")
_LONGEST = {"name": 100, "email": 254, "phone": 24, "address": 200}
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


def _problem(name: str, value: str) -> FieldError | None:
    if name == "employment":
        return None if value in EMPLOYMENTS else FieldError(name, "choose", {})
    if not value:
        return FieldError(name, "required", {})
    if name == "tax_country":
        return None if re.fullmatch(r"[A-Z]{2}", value) else FieldError(name, "country", {})
    if len(value) > _LONGEST[name]:
        return FieldError(name, "too_long", {"most": str(_LONGEST[name])})
    pattern = _PATTERNS.get(name)
    if (pattern and not pattern.fullmatch(value)) or not value.isprintable():
        return FieldError(name, name if pattern else "required", {})
    return None
