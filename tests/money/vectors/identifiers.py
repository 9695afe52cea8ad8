"""Identifiers."""

from __future__ import annotations

from collections.abc import Callable

from scenebank.identifiers.card_number import luhn_holds
from scenebank.identifiers.company_code import is_company_code
from scenebank.identifiers.masked import masked
from scenebank.identifiers.resident_id import read_resident_id
from scenebank.identifiers.telephone import read_telephone
from tests.money.vectors.check import Check, Vector, same


def check(vector: Vector) -> Check:
    return _CHECKS[vector["what"]](vector)


def _card(vector: Vector) -> Check:
    return same(luhn_holds(vector["number"]), vector["valid"])


def _resident(vector: Vector) -> Check:
    found = read_resident_id(vector["number"])
    assert found
    valid = found.check_holds and found.known_place_and_birth
    return same((valid, found.check_character), (vector["valid"], vector.get("checksum", found.check_character)))


def _company(vector: Vector) -> Check:
    return same(is_company_code(vector["number"]), vector["valid"])


def _telephone(vector: Vector) -> Check:
    found = read_telephone(vector["number"], vector["region"])
    assert found
    return same((found.valid, found.e164, found.mobile), (vector["valid"], vector["e164"], vector["mobile"]))


def _masked(vector: Vector) -> Check:
    return same(masked(vector["number"]), vector["shown"])


_CHECKS: dict[str, Callable[[Vector], Check]] = {
    "luhn": _card,
    "cn_ric": _resident,
    "cn_uscc": _company,
    "phone": _telephone,
    "mask": _masked,
}
