"""What a route takes and what it answers: read by the route itself, and described from the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from flask import Request

from scenebank.errors import InvalidInput, ScenebankError
from scenebank.fields import Kind, Object
from scenebank.jose.strict_json import NotAnObject, strict_object

View = TypeVar("View", bound=Callable[..., Any])
NOTHING = Object({})
JSON, FORM, HTML, SCRIPT = "application/json", "application/x-www-form-urlencoded", "text/html", "text/javascript"


class Door(Enum):
    """Who may ask."""

    MERCHANT = "a secret key, or a restricted one with the scope of the route"
    OFFERS = "a publishable key in the query, or a merchant's key"
    PAGE = "a publishable key among the fields"
    TEAM = "the key of somebody who works on the catalogue"
    ANYBODY = "no key"


class Once(Enum):
    """Whether an Idempotency-Key is taken."""

    NO = "no"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True)
class Answer:
    """One good answer: its JSON, or none where ``media`` is another."""

    about: str
    shape: Kind | None = None
    media: tuple[str, ...] = (JSON,)


@dataclass(frozen=True)
class Operation:
    """``body`` is JSON, ``form`` the fields of a form, ``raw`` the media types of a body that is neither. ``refuses``
    are the errors that are this route's own: those of its door, its body and its key it has anyway. ``pages`` are the
    media types of problems told to people."""

    summary: str
    tag: str
    answers: Mapping[int, Answer]
    door: Door = Door.MERCHANT
    body: Object | None = None
    body_required: bool = True
    form: Object | None = None
    raw: tuple[str, ...] = ()
    query: Object | None = None
    once: Once = Once.NO
    refuses: tuple[type[ScenebankError], ...] = ()
    problems: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    about: str = ""
    pages: tuple[str, ...] = ()

    def read_body(self, request: Request) -> dict[str, Any]:
        """The fields of the body as they are understood; where it may be left out, those of an empty object."""
        return self.understood(self.parsed(request))

    def parsed(self, request: Request) -> dict[str, Any]:
        """The body as it came, for who looks at something else before its fields."""
        return {} if not self.body_required and not request.get_data() else read_object(request)

    def understood(self, document: dict[str, Any]) -> dict[str, Any]:
        return (self.body or NOTHING).read_body(document)

    def read_query(self, request: Request) -> dict[str, Any]:
        return (self.query or NOTHING).read_query(request.args)


def describes(operation: Operation) -> Callable[[View], View]:
    """Marks a view with what it does."""

    def mark(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]  # functions bear attributes
        return view

    return mark


def operation_of(view: Any) -> Operation | None:
    found: Operation | None = getattr(view, "operation", None)
    return found


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body; a name given twice, a fraction and half a character are refused."""
    try:
        return strict_object(request.get_data())
    except NotAnObject as error:
        raise InvalidInput.one("", "not_an_object") from error
    except ValueError as error:
        raise InvalidInput.one("", "malformed_json") from error
