"""The family of errors every room raises; the web doors translate it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class ScenebankError(Exception):
    """Base of all expected failures.

    ``code`` is stable and public (problem+json ``code``, message key ``error.<code>``);
    ``params`` fill the placeholders of its translated text; ``status`` is the HTTP status.
    """

    code = "internal"
    status = 500

    def __init__(self, detail: str = "", **params: str) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.params: dict[str, str] = params


@dataclass(frozen=True)
class FieldError:
    """One wrong field: ``pointer`` is the JSON pointer or form name, ``code`` a message key."""

    pointer: str
    code: str
    params: Mapping[str, str]


def escaped(name: str) -> str:
    """A member's name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class InvalidInput(ScenebankError):
    """Something the caller sent is wrong; ``errors`` names each field and how to mend it."""

    code = "invalid_input"
    status = 422

    def __init__(self, errors: list[FieldError], detail: str = "") -> None:
        super().__init__(detail or "; ".join(f"{error.pointer}: {error.code}" for error in errors))
        self.errors = errors

    @classmethod
    def one(cls, pointer: str, code: str, **params: str) -> InvalidInput:
        return cls([FieldError(pointer, code, params)])


class NotFound(ScenebankError):
    """No such thing inside the caller's tenant (the same answer as for another tenant's id)."""

    code = "not_found"
    status = 404


class Unauthenticated(ScenebankError):
    """The key or token is missing, unknown, expired or of the wrong kind."""

    code = "unauthenticated"
    status = 401


class Forbidden(ScenebankError):
    """Known, but not allowed to do this."""

    code = "forbidden"
    status = 403


class Conflict(ScenebankError):
    """The state does not allow this now."""

    code = "conflict"
    status = 409
