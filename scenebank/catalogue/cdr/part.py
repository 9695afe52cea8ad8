"""A cursor on one object of the bank's product: every reading cleans, and tells what was wrong and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scenebank.catalogue.cdr import texts
from scenebank.catalogue.cdr.model import Findings
from scenebank.catalogue.cdr.reading import Tree
from scenebank.catalogue.cdr.reasons import reason
from scenebank.errors import escaped

LONGEST_NAME, LONGEST_TEXT = 300, 20_000
MOST_ENTRIES = 2_000
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")


@dataclass(frozen=True)
class Part:
    """``value`` at ``pointer`` of the product; what is found goes to ``findings``."""

    value: Mapping[str, Tree]
    pointer: str
    findings: Findings

    def at(self, name: str) -> str:
        return f"{self.pointer}/{escaped(name)}"

    def tell(self, code: str, name: str = "", found: object = "", expected: object = "") -> None:
        """A finding at the member ``name``, or at the whole part."""
        self.findings.add(reason(code, self.at(name) if name else self.pointer, found, expected))

    def raw(self, name: str) -> Tree:
        """The member as it is; None where it is absent or null."""
        if name in self.value and self.value[name] is None:
            self.tell("null", name)
        return self.value.get(name)

    def has(self, name: str) -> bool:
        return self.value.get(name) not in (None, "")

    def text(self, name: str, required: bool = False, one_line: bool = False) -> str | None:
        """A text fit to be shown, None where there is none."""
        value = self._string(name, required)
        if value is None:
            return None
        clean = texts.shown(value, one_line)
        if clean != value:
            self.tell("unseen_characters", name)
        clean = self._cut(name, self._stripped(name, clean), LONGEST_NAME if one_line else LONGEST_TEXT)
        if texts.has_markup(clean):
            self.tell("markup", name)
        if not clean:
            self.tell("missing" if required else "empty", name, name)
        return clean or None

    def name(self, name: str = "name") -> str:
        """A mandatory text in one line."""
        return self.text(name, required=True, one_line=True) or ""

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if type(value) is bool:
            return value
        self._not_there(name, value, "true or false", required=True)
        return False

    def choice(self, name: str, among: frozenset[str], required: bool = True) -> str | None:
        """A word of the standard, in lower case; an unknown one in a priced place is nobody's to guess."""
        value = self._string(name, required)
        if value is None:
            return None
        word = self._stripped(name, value)
        if word in among:
            return word.lower()
        near = re.sub(r"[ -]", "_", word.upper())
        self.tell("unknown_word", name, repr(value), f"; {near} is one" if near in among else "")
        return None

    def link(self, name: str, required: bool = False) -> str | None:
        """An http or https address; anything else is no link."""
        value = self._string(name, required=False)
        if value is None or not value.strip():
            if required:
                self.tell("link_missing", name)
            elif value is not None:
                self.tell("empty", name)
            return None
        address = self._stripped(name, value)
        if not texts.is_link(address):
            self.tell("link_unusable", name, address)
            return None
        if address.startswith("http:"):
            self.tell("link_not_https", name)
        return address

    def duration(self, name: str) -> str | None:
        value = self._string(name, required=False)
        if value is None or not value.strip():
            if value is not None:
                self.tell("empty", name)
            return None
        found = texts.duration(value.strip())
        if found is None:
            self.tell("duration_form", name, repr(value))
            return texts.shown(value, one_line=True).strip()[:LONGEST_NAME] or None
        if found != value:
            self.tell("duration_spelt", name, repr(value), found)
        return found

    def moment(self, name: str, required: bool = False) -> str | None:
        value = self._string(name, required)
        if value is None or not value.strip():
            if value is not None:
                self.tell("missing" if required else "empty", name, name)
            return None
        found = texts.moment(self._stripped(name, value))
        if found is None:
            self.tell("date_form", name, repr(value))
        return found

    def decimal(self, name: str, code: str, required: bool = False, or_number: bool = False) -> Decimal | None:
        """An exact decimal, from a text (or, where the standard had numbers, a number); ``code`` tells of a text that
        is none."""
        value = self.raw(name)
        if or_number and isinstance(value, Decimal):
            value = f"{value:f}"
        if value is not None and not isinstance(value, str):
            self._not_there(name, value, "a text with a decimal", required)
            return None
        if value is None or not value.strip():
            if value is not None and not required:
                self.tell("empty", name)
            elif required:
                self.tell("missing", name, name)
            return None
        text = self._stripped(name, value)
        if not _DECIMAL.fullmatch(text):
            self.tell(code, name, repr(text))
            return None
        return Decimal(text)

    def whole(self, name: str, required: bool = False) -> int | None:
        value = self.raw(name)
        if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 10**9:
            return int(value)
        self._not_there(name, value, "a whole number", required)
        return None

    def part(self, name: str) -> Part | None:
        value = self.raw(name)
        if isinstance(value, dict):
            return Part(value, self.at(name), self.findings)
        self._not_there(name, value, "an object", required=False)
        return None

    def parts(self, name: str) -> list[Part]:
        """The objects of a list; a null among them is left out without moving the others' places."""
        found = []
        for number, value in enumerate(self._entries(name)):
            pointer = f"{self.at(name)}/{number}"
            if isinstance(value, dict):
                found.append(Part(value, pointer, self.findings))
            elif value is None:
                self.findings.add(reason("null", pointer))
            else:
                self.findings.add(reason("wrong_type", pointer, kind_of(value), "an object"))
        return found

    def strings(self, name: str) -> list[str]:
        found = []
        for number, value in enumerate(self._entries(name)):
            if isinstance(value, str):
                found.append(texts.shown(value, one_line=True).strip()[:LONGEST_NAME])
            else:
                self.findings.add(reason("wrong_type", f"{self.at(name)}/{number}", kind_of(value), "a text"))
        return found

    def _entries(self, name: str) -> list[Tree]:
        value = self.raw(name)
        if not isinstance(value, list):
            self._not_there(name, value, "a list", required=False)
            return []
        if len(value) > MOST_ENTRIES:
            self.tell("too_many", name, len(value), MOST_ENTRIES)
        return value[:MOST_ENTRIES]

    def _string(self, name: str, required: bool) -> str | None:
        value = self.raw(name)
        if isinstance(value, str):
            return value
        self._not_there(name, value, "a text", required)
        return None

    def _not_there(self, name: str, value: Tree, expected: str, required: bool) -> None:
        if value is not None:
            self.tell("wrong_type", name, kind_of(value), expected)
        elif required:
            self.tell("missing", name, name)

    def _stripped(self, name: str, value: str) -> str:
        text = value.strip()
        if text and text != value:
            self.tell("outer_space", name)
        return text

    def _cut(self, name: str, text: str, most: int) -> str:
        if len(text) > most:
            self.tell("text_cut", name, len(text), most)
        return text[:most]


def kind_of(value: Tree) -> str:
    """What a value is, in words."""
    names = {bool: "true or false", str: "a text", Decimal: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
