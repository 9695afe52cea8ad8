"""Kinds of single values. Each reads what it describes, and describes what it reads."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scenebank.errors import FieldError

Schema = dict[str, Any]
Wrong = list[FieldError]
_NO_NUL = r"[^\u0000]*"
_RFC_3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


class Kind(ABC):
    """What a value may be."""

    @abstractmethod
    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        """As JSON Schema; what has a name of its own is put into ``named`` and referred to."""

    @abstractmethod
    def example(self) -> Any:
        """One value of this kind, as it looks in JSON."""

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        """The value as the house uses it; None, and what is wrong in ``wrong``, where it is not of this kind."""
        raise NotImplementedError(f"{type(self).__name__} is of answers only")


@dataclass(frozen=True)
class Text(Kind):
    """``pattern`` fits the whole text and means the same in Python and ECMA-262; lengths are in characters."""

    code: str = "a_text"
    pattern: str = _NO_NUL
    shortest: int = 0
    longest: int | None = None
    sample: str = "text"
    form: str = ""
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        told: Schema = {"type": "string", "pattern": f"^(?:{self.pattern})$"}
        more = {"minLength": self.shortest, "maxLength": self.longest, "format": self.form, "description": self.about}
        return told | {name: value for name, value in more.items() if value}

    def example(self) -> str:
        return self.sample

    def read(self, pointer: str, value: Any, wrong: Wrong) -> str | None:
        if isinstance(value, str) and self._fits(value):
            return value
        wrong.append(FieldError(pointer, self.code, {}))
        return None

    def _fits(self, value: str) -> bool:
        long = self.longest is not None and len(value) > self.longest
        return len(value) >= self.shortest and not long and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Spelt(Text):
    """Any text as far as reading goes: whoever takes it says what is wrong with its spelling."""

    def _fits(self, value: str) -> bool:
        return True


@dataclass(frozen=True)
class Digits(Text):
    """A whole number written as a text, read as an int."""

    code: str = "cursor"
    pattern: str = "[0-9]{1,15}"
    sample: str = "41"

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        text = super().read(pointer, value, wrong)
        return None if text is None else int(text)


@dataclass(frozen=True)
class Instant(Text):
    """RFC 3339 with an offset, read as ms since 1970."""

    code: str = "rfc3339"
    form: str = "date-time"
    sample: str = "2026-11-24T08:15:30Z"

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        try:
            if isinstance(value, str) and _RFC_3339.fullmatch(value):
                return int(datetime.fromisoformat(value.upper()).timestamp() * 1000)
        except (ValueError, OverflowError):
            pass
        wrong.append(FieldError(pointer, self.code, {}))
        return None


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number."""

    least: int = 0
    most: int | None = None
    code: str = "a_number"
    params: Mapping[str, str] = field(default_factory=dict)
    sample: int | None = None
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        more = {"maximum": self.most, "description": self.about or None}
        told: Schema = {"type": "integer", "minimum": self.least}
        return told | {name: value for name, value in more.items() if value is not None}

    def example(self) -> int:
        return self.least if self.sample is None else self.sample

    def read(self, pointer: str, value: Any, wrong: Wrong) -> int | None:
        if type(value) is int and self.least <= value and (self.most is None or value <= self.most):
            return value
        wrong.append(FieldError(pointer, self.code, self.params))
        return None


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    sample: bool = True
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return {"type": "boolean"} | ({"description": self.about} if self.about else {})

    def example(self) -> bool:
        return self.sample

    def read(self, pointer: str, value: Any, wrong: Wrong) -> bool | None:
        if isinstance(value, bool):
            return value
        wrong.append(FieldError(pointer, "true_or_false", {}))
        return None


@dataclass(frozen=True)
class OneOf(Kind):
    """One of some words; those of an enumeration are read as its members. ``params`` fill the code's text, else
    ``allowed`` names the words."""

    words: Iterable[str]
    code: str = "not_one_of"
    params: Mapping[str, str] | None = None
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        told: Schema = {"type": "string", "enum": [str(word) for word in self.words]}
        return told | ({"description": self.about} if self.about else {})

    def example(self) -> str:
        return str(next(iter(self.words)))

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        for word in self.words:
            if isinstance(value, str) and word == value:
                return word
        params = {"allowed": ", ".join(str(word) for word in self.words)} if self.params is None else self.params
        wrong.append(FieldError(pointer, self.code, params))
        return None


@dataclass(frozen=True)
class Exactly(Kind):
    """One of some values, whole as they stand here."""

    values: Sequence[Any]
    code: str = ""
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return {"enum": list(self.values)} | ({"description": self.about} if self.about else {})

    def example(self) -> Any:
        return self.values[0]

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        if value in self.values:
            return value
        wrong.append(FieldError(pointer, self.code, {}))
        return None


@dataclass(frozen=True)
class Either(Kind):
    """What ``first`` takes, else what ``second`` says of it."""

    first: Kind
    second: Kind

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return {"anyOf": [self.first.schema(named), self.second.schema(named)]}

    def example(self) -> Any:
        return self.first.example()

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        unfit: Wrong = []
        read = self.first.read(pointer, value, unfit)
        return self.second.read(pointer, value, wrong) if unfit else read


@dataclass(frozen=True)
class Free(Kind):
    """An object of an answer whose members are another document's to say."""

    about: str
    sample: Mapping[str, Any]

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return {"type": "object", "description": self.about}

    def example(self) -> Any:
        return dict(self.sample)
