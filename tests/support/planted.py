"""What must come out nowhere: words planted in every person that tests make up, and the secrets that services made."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.canary import spellings

_HEAD = 12
_FEWEST = 6  # different characters of a secret's head; "AAAAAAAAAAAA" stands in many a text
# Each begins with letters that are sought quickly.
_SECRETS = (
    re.compile(r"bis_(?:(?:sk|rk|ls|tk)_(?:test_|live_)?|lt_)([\w-]{24,})", re.ASCII),
    re.compile(r"wh(?:sec|sk)_([\w+/-]{24,})", re.ASCII),
)
_CARRIED = tuple(
    re.compile(rf'{begin}="[\w-]+\.[\w.-]*?([\w-]{{24,}})"', re.ASCII)
    for begin in ('name="session" value', "data-resume")
)
_RUN = re.compile(rf"[\w+/-]{{{_HEAD},}}", re.ASCII)
_PRIVATE = ("root", "secret", "d")  # of our keys' file


class Planted:
    """``word`` and ``secret`` plant, ``seen`` says what stands in a text. Words are sought in every spelling; secrets,
    of which there are many thousands, by a dozen of their own characters, with or without what they begin with."""

    def __init__(self) -> None:
        self._spelt: dict[str, str] = {}
        self._heads: dict[str, str] = {}

    def word(self, what: str, word: str) -> str:
        self._spelt |= dict.fromkeys(spellings(word), what)
        return word

    def secret(self, what: str, random: str) -> None:
        """``random`` is what nobody can guess of it."""
        found = re.search(rf"[\w-]{{{_HEAD}}}", random, re.ASCII)  # what no spelling changes
        if found and len(set(found.group())) >= _FEWEST:
            self._heads[found.group()] = what

    def learn(self, text: str) -> None:
        """Everything in it that is shaped as a key or token."""
        for pattern in _SECRETS:
            for found in pattern.finditer(text):
                self.secret(found.group()[:6], found[1])
        for pattern in _CARRIED:
            for found in pattern.finditer(text):
                self.secret("token of a page", found[1])

    def learn_keys(self, data_dir: Path) -> None:
        """The installation's own, where it has made some."""
        file = data_dir / "keys.json"
        if file.exists():
            for name, value in _private(json.loads(file.read_text("utf-8"))):
                self.secret(f"our own key's {name}", value)

    def words_in(self, text: str) -> set[str]:
        """Which words stand there, in whatever spelling."""
        return {what for spelt, what in self._spelt.items() if spelt in text}

    def seen(self, text: str) -> set[str]:
        """What of it stands there, in whatever spelling."""
        found = self.words_in(text)
        for run in set(_RUN.findall(text)):
            for start in range(len(run) - _HEAD + 1):
                what = self._heads.get(run[start : start + _HEAD])
                if what is not None:
                    found.add(what)
        return found


def _private(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _private(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from _private(inner)
    elif name in _PRIVATE:
        yield name, value


def _mark() -> str:
    return f"plume{uuid.uuid4().hex[:12]}"


# Each process of a run has its own.
PLANTED = Planted()
NAME = PLANTED.word("name", _mark().capitalize())
EMAIL = f"{PLANTED.word('email', _mark())}@example.com"
REFERENCE = f"u_{PLANTED.word('reference', _mark())}"
DIGITS = PLANTED.word("phone", f"5{uuid.uuid4().int % 10**10:010}")
