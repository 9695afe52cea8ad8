"""``/openapi.json`` (OpenAPI 3.1), from the map of routes and what each route says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from scenebank.fields import Kind, Schema, Text, needed
from scenebank.web.api.scopes import NEEDED
from scenebank.web.contract.components import HEADERS, IDEMPOTENCY_KEY, PROBLEM, SECURITY, parameter
from scenebank.web.contract.operation import FORM, JSON, Answer, Door, Once, Operation, operation_of
from scenebank.web.contract.problems import WORDS, problems_of

_TAGS = {
    "sessions": "From your server to your page: launch tokens, and sessions that end.",
    "offers": "What a widget shows, as JSON.",
    "applications": "One shopper's request to one bank, for your back office.",
    "events": "What happened, in order.",
    "webhooks": "Where events are sent, and what became of them.",
    "origins": "Pages that may show your widgets.",
    "keys": "Your keys.",
    "catalogue": "Products on their way to the shoppers, for those who work on them.",
    "receipts": "Proofs of what was recorded, for anybody to check.",
    "widgets": "What pages load: for people, briefly told here.",
    "banks": "For banks.",
    "operation": "For operators and programs.",
}
_SECURITY: dict[Door, list[dict[str, list[str]]]] = {
    Door.MERCHANT: [{"secretKey": []}], Door.OFFERS: [{"publishableKey": []}, {"secretKey": []}], Door.PAGE: [],
    Door.TEAM: [{"teamKey": []}], Door.ANYBODY: [],
}  # fmt: skip
_LIMITS = ("RateLimit-Policy", "RateLimit")
_PROBLEM_HEADERS = {401: ("WWW-Authenticate",), 429: (*_LIMITS, "Retry-After")}


def make_document(app: Flask, public_url: str) -> dict[str, Any]:
    """Every route that says what it does."""
    named: dict[str, Schema] = {}
    paths: dict[str, dict[str, Any]] = {}
    for path, method, rule, operation in described(app):
        paths.setdefault(path, {})[method.lower()] = _Teller(named, path, method, rule, operation).whole()
    PROBLEM.schema(named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Scenebank", "version": "1",
            "description": "Bank products in other people's pages. Money is in minor units as a text, times are"
            " RFC 3339 in UTC, numbers are written without fraction and exponent, errors are RFC 9457 with a stable"
            " `code`. Changes are additive: take members you do not know.",
        },
        "servers": [{"url": public_url}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(named.items())), "headers": HEADERS, "securitySchemes": SECURITY},
    }  # fmt: skip


def described(app: Flask) -> Iterator[tuple[str, str, Rule, Operation]]:
    """Path template, method, rule and operation; a rule that names several words is a path for each."""
    for rule in app.url_map.iter_rules():
        operation = operation_of(app.view_functions[rule.endpoint])
        if operation is None:
            continue
        for path in path_templates(rule.rule):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield path, method, rule, operation


def path_templates(rule: str) -> list[str]:
    words = re.search(r"<any\((.+?)\):\w+>", rule)
    rules = [rule.replace(words.group(), word.strip()) for word in words.group(1).split(",")] if words else [rule]
    return [re.sub(r"<(\w+)>", r"{\1}", one) for one in rules]


class _Teller:
    """Tells one operation."""

    def __init__(self, named: dict[str, Schema], path: str, method: str, rule: Rule, operation: Operation) -> None:
        self._named, self._path, self._method, self._rule = named, path, method, rule
        self._operation = operation

    def whole(self) -> dict[str, Any]:
        told = self._operation
        scope = NEEDED.get(f"{self._method} {self._rule.rule}")
        return {
            "operationId": re.sub(r"\W+", "_", f"{self._method.lower()}{self._path}").strip("_"),
            "summary": told.summary,
            **({"description": told.about} if told.about else {}),
            "tags": [told.tag],
            "security": _SECURITY[told.door],
            **({"x-scope": scope.value} if scope else {}),
            "parameters": list(self._parameters()),
            **self._body(),
            "responses": self._answers(),
        }  # fmt: skip

    def _parameters(self) -> Iterator[dict[str, Any]]:
        for name in re.findall(r"{(\w+)}", self._path):
            yield parameter(name, "path", needed(Text(pattern=r"[^/\u0000]+", sample=f"{name[:3]}_0")), self._named)
        if self._operation.query is not None:
            for name, field in self._operation.query.fields.items():
                yield parameter(name, "query", field, self._named)
        if self._operation.once is not Once.NO:
            told = parameter("Idempotency-Key", "header", needed(IDEMPOTENCY_KEY), self._named)
            yield told | {"required": self._operation.once is Once.MUST}

    def _body(self) -> dict[str, Any]:
        told = self._operation
        if told.raw:
            content = {media: {"schema": {"type": "string"}} for media in told.raw}
            return {"requestBody": {"required": True, "content": content}}
        shape = told.body or told.form
        if shape is None:
            return {}
        return {"requestBody": {
            "required": told.body_required, "content": {JSON if told.body else FORM: self._media(shape)},
        }}  # fmt: skip

    def _media(self, shape: Kind) -> dict[str, Any]:
        return {"schema": shape.schema(self._named), "example": shape.example()}

    def _answers(self) -> dict[str, Any]:
        found = {str(status): self._answer(one) for status, one in self._operation.answers.items()}
        for status, codes in problems_of(self._operation, "{" in self._path).items():
            found[str(status)] = self._problem(status, codes)
        return found

    def _answer(self, answer: Answer) -> dict[str, Any]:
        names = ["X-Request-Id", *_LIMITS]
        names += ["Idempotent-Replayed"] if self._operation.once is not Once.NO else []
        told: dict[str, Any] = {"description": answer.about, "headers": _headers(names)}
        content = {media: self._media(answer.shape) if answer.shape and media == JSON else {} for media in answer.media}
        return told | ({"content": content} if content else {})

    def _problem(self, status: int, codes: list[str]) -> dict[str, Any]:
        names = ["X-Request-Id", *_PROBLEM_HEADERS.get(status, ())]
        if status == 401 and self._operation.pages:
            names.remove("WWW-Authenticate")  # a person is not asked for a key
        return {
            "description": f"{WORDS[status]}. Codes: {', '.join(f'`{code}`' for code in codes)}",
            "headers": _headers(names),
            "content": self._problem_content(status),
        }

    def _problem_content(self, status: int) -> dict[str, Any]:
        content: dict[str, Any] = {"application/problem+json": {"schema": PROBLEM.schema(self._named)}}
        return content | ({media: {} for media in self._operation.pages} if status != 429 else {})


def _headers(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
