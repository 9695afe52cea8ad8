"""Objects with a closed set of fields, and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from scenebank.errors import FieldError, InvalidInput, escaped
from scenebank.fields.kinds import Kind, Schema, Text, Whole, Wrong

_DIGITS = 15


@dataclass(frozen=True)
class Field:
    """A kind in its place. Left out it is read as ``default``, or refused with the code ``missing``, or, where that is
    None, with the kind's own; with ``or_null``, null is as good as left out."""

    kind: Kind
    required: bool = True
    or_null: bool = False
    default: Any = None
    missing: str | None = "required"

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return _with_null(self.kind.schema(named)) if self.or_null else self.kind.schema(named)


def needed(kind: Kind, missing: str | None = "required") -> Field:
    return Field(kind, missing=missing)


def maybe(kind: Kind, default: Any = None) -> Field:
    return Field(kind, required=False, default=default)


def or_null(kind: Kind, default: Any = None) -> Field:
    """Left out, or null."""
    return Field(kind, required=False, or_null=True, default=default)


@dataclass(frozen=True)
class Rule:
    """What holds between fields: ``told`` says it in JSON Schema, ``broken`` finds it broken in what was read; its
    pointers begin at the object."""

    told: Mapping[str, Any]
    broken: Callable[[Mapping[str, Any]], Iterable[FieldError]]


@dataclass(frozen=True)
class Object(Kind):
    """A closed set of fields; where it is ``open``, others are not looked at, and it is read as it came. ``sample``
    says what an example gives where the fields' own do not go together."""

    fields: Mapping[str, Field]
    rules: tuple[Rule, ...] = ()
    name: str = ""
    sample: Mapping[str, Any] | None = None
    about: str = ""
    open: bool = False

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        if not self.name:
            return self._whole(named)
        if self.name not in named:
            named[self.name] = {}  # its place in the document's order
            named[self.name] = self._whole(named)
        return {"$ref": f"#/components/schemas/{self.name}"}

    def _whole(self, named: MutableMapping[str, Schema]) -> Schema:
        needs = [name for name, field in self.fields.items() if field.required]
        told: Schema = {"type": "object"} | ({} if self.open else {"additionalProperties": False})
        told |= {"description": self.about} if self.about else {}
        told |= {"required": needs} if needs else {}
        told["properties"] = {name: field.schema(named) for name, field in self.fields.items()}
        return told | ({"allOf": [dict(rule.told) for rule in self.rules]} if self.rules else {})

    def example(self) -> dict[str, Any]:
        if self.sample is not None:
            return dict(self.sample)
        return {name: field.kind.example() for name, field in self.fields.items()}

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        """Every field by its name; all that is wrong is named."""
        if not isinstance(value, dict):
            wrong.append(FieldError(pointer, "not_an_object", {}))
            return None
        before = len(wrong)
        for name in () if self.open else sorted(set(value) - set(self.fields)):
            wrong.append(FieldError(f"{pointer}/{escaped(name)}", "unknown_field", {}))
        read = {name: _read(field, f"{pointer}/{name}", name, value, wrong) for name, field in self.fields.items()}
        read = value if self.open else read
        if len(wrong) == before:
            found = [error for rule in self.rules for error in rule.broken(read)]
            wrong += [replace(error, pointer=pointer + error.pointer) for error in found]
        return read

    def read_body(self, document: Any) -> dict[str, Any]:
        """:class:`InvalidInput` names every field that is wrong by its JSON pointer."""
        wrong: Wrong = []
        read: dict[str, Any] = self.read("", document, wrong)
        if wrong:
            raise InvalidInput(wrong)
        return read

    def read_query(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Like :meth:`read_body` of the texts of a query or form, by their names; what is not known is nobody's."""
        wrong: Wrong = []
        texts = {name: _number(field.kind, given[name]) for name, field in self.fields.items() if name in given}
        read = {name: _read(field, name, name, texts, wrong) for name, field in self.fields.items()}
        if wrong:
            raise InvalidInput(wrong)
        return read


def _read(field: Field, pointer: str, name: str, given: Mapping[str, Any], wrong: Wrong) -> Any:
    if name not in given or (given[name] is None and field.or_null):
        if field.required and field.missing is None:
            return field.kind.read(pointer, None, wrong)
        if field.required:
            wrong.append(FieldError(pointer, str(field.missing), {}))
        return field.default
    return field.kind.read(pointer, given[name], wrong)


def _number(kind: Kind, text: str) -> Any:
    """A query has texts only."""
    if not isinstance(kind, Whole) or not (text.isascii() and text.isdigit()):
        return text
    return int(text) if len(text) <= (_DIGITS if kind.most is None else len(str(kind.most))) else text


@dataclass(frozen=True)
class ListOf(Kind):
    """``code`` is told, with ``params``, of what is no list, or one of too few or too many. The first value that
    is wrong is named."""

    of: Kind
    shortest: int = 0
    longest: int | None = None
    code: str = "a_list"
    params: Mapping[str, str] | None = None
    about: str = ""

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        told: Schema = {"type": "array", "items": self.of.schema(named)}
        more = {"minItems": self.shortest, "maxItems": self.longest, "description": self.about}
        return told | {name: value for name, value in more.items() if value}

    def example(self) -> list[Any]:
        return [self.of.example()]

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        long = self.longest is not None and isinstance(value, list) and len(value) > self.longest
        if not isinstance(value, list) or len(value) < self.shortest or long:
            wrong.append(FieldError(pointer, self.code, self.params or {}))
            return None
        before, read = len(wrong), []
        for number, one in enumerate(value):
            read.append(self.of.read(f"{pointer}/{number}", one, wrong))
            if len(wrong) > before:
                return None
        return tuple(read)


@dataclass(frozen=True)
class Told(Kind):
    """Whatever is wrong inside is told of the whole, with one code."""

    of: Kind
    code: str
    params: Mapping[str, str] | None = None

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return self.of.schema(named)

    def example(self) -> Any:
        return self.of.example()

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        unfit: Wrong = []
        read = self.of.read(pointer, value, unfit)
        if unfit:
            wrong.append(FieldError(pointer, self.code, self.params or {}))
        return read


@dataclass(frozen=True)
class OrNull(Kind):
    """In an answer: there, but maybe null."""

    of: Kind

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return _with_null(self.of.schema(named))

    def example(self) -> Any:
        return self.of.example()


def answer(name: str, about: str = "", /, **fields: Kind | Field) -> Object:
    """An object of an answer: every field is there, but those that :func:`maybe` are."""
    known = {key: one if isinstance(one, Field) else needed(one) for key, one in fields.items()}
    return Object(known, name=name, about=about)


def page(of: Kind, **more: Kind) -> Object:
    """A page of a list; ``next`` names the page behind it, null for the last one."""
    cursor = OrNull(Text(about="give it as the cursor of the next page; null: this is the last one", sample="41"))
    return Object({name: needed(kind) for name, kind in {"data": ListOf(of), "next": cursor, **more}.items()})


def _with_null(told: Schema) -> Schema:
    if isinstance(told.get("type"), str) and "enum" not in told:
        return told | {"type": [told["type"], "null"]}
    return {"anyOf": [told, {"type": "null"}]}
