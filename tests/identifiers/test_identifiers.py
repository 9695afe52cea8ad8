"""Identifiers: the edges their published numbers do not reach."""

from __future__ import annotations

import pytest

from scenebank.identifiers.card_number import could_be_card
from scenebank.identifiers.company_code import is_company_code
from scenebank.identifiers.masked import masked
from scenebank.identifiers.resident_id import read_resident_id
from scenebank.identifiers.telephone import read_telephone


@pytest.mark.parametrize(
    ("digits", "could"),
    [("4111111111111111", True), ("378282246310005", True), ("6200000000000005", True), ("0000000000000000", False),
     ("4111111111111112", False), ("79927398713", False), ("4111 1111 1111 1111", False),
     ("４１１１１１１１１１１１１１１１", False), ("", False)],
)  # fmt: skip
def test_a_card_number_needs_more_than_its_check_digit(digits: str, could: bool) -> None:
    assert could_be_card(digits) is could


def test_a_county_missing_from_a_list_is_a_warning_only() -> None:
    found = read_resident_id("990101199001010019")
    assert found
    assert (found.check_holds, found.known_place_and_birth) == (True, False)


def test_a_wrong_check_character_names_the_right_one() -> None:
    found = read_resident_id("110105194912310021")
    assert found
    assert (found.check_character, found.check_holds, found.known_place_and_birth) == ("X", False, True)


@pytest.mark.parametrize(
    "number", ["", "11010519491231002x", " 11010519491231002X", "110105491231002", "1" * 19, "abc"]
)
def test_another_shape_is_no_resident_id(number: str) -> None:
    assert read_resident_id(number) is None


@pytest.mark.parametrize("code", ["", "91110000600037341l", "9111 0000600037341L", "91110000600037341L "])
def test_a_company_code_has_one_spelling(code: str) -> None:
    assert not is_company_code(code)


@pytest.mark.parametrize(("text", "country"), [("", "CN"), ("call me", "CN"), ("13800138000", None), ("1" * 300, "CN")])
def test_what_is_no_number_is_none(text: str, country: str | None) -> None:
    assert read_telephone(text, country) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [("4111111111111111", "411*********1111"), ("13800138000", "***********"), ("", ""), ("a" * 14, "*" * 14),
     ("123456789012345", "123********2345")],
)  # fmt: skip
def test_at_most_half_of_a_number_is_shown(number: str, shown: str) -> None:
    assert masked(number) == shown
