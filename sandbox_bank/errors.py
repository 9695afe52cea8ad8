"""Refusals in the interface's own form, a CDR error list."""

from __future__ import annotations

_CDS = "urn:au-cds:error:cds-all:"


class Refused(Exception):
    """``code`` a URN of the standard or of ours, ``detail`` in words."""

    def __init__(self, status: int, code: str, title: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.retry_after = retry_after

    def json(self) -> dict[str, list[dict[str, str]]]:
        return {"errors": [{"code": self.code, "title": self.title, "detail": self.detail}]}


def missing_field(name: str) -> Refused:
    return Refused(400, f"{_CDS}Field/Missing", "Missing Required Field", name)


def invalid_field(detail: str) -> Refused:
    return Refused(400, f"{_CDS}Field/Invalid", "Invalid Field", detail)


def invalid_version() -> Refused:
    return Refused(400, f"{_CDS}Header/InvalidVersion", "Invalid Version", "x-v must be a positive integer")


def unsupported_version() -> Refused:
    return Refused(406, f"{_CDS}Header/UnsupportedVersion", "Unsupported Version", "only version 1 is supported")


def missing_header(name: str) -> Refused:
    return Refused(400, f"{_CDS}Header/Missing", "Missing Required Header", name)


def other_body() -> Refused:
    return Refused(422, "urn:scenebank:error:idempotency", "Idempotency Key", "the key was used for another request")


def missing(detail: str) -> Refused:
    return Refused(404, f"{_CDS}Resource/NotFound", "Resource Not Found", detail)


def ledger(detail: str) -> Refused:
    return Refused(422, "urn:scenebank:error:ledger", "Ledger", detail)


def wrong_stage(detail: str) -> Refused:
    return Refused(422, "urn:scenebank:error:stage", "Stage", detail)


def unavailable(retry_after: int | None = None) -> Refused:
    return Refused(503, f"{_CDS}Service/Unavailable", "Service Unavailable", "the bank is closed", retry_after)


def unauthorised(reason: str) -> Refused:
    return Refused(401, f"{_CDS}Authorisation/InvalidAssertion", "Invalid Assertion", reason)
