"""Scenebank's public API as this shop's server uses it."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

import requests

from demo_shop.settings import Account

_TIMEOUT_S = (2.0, 8.0)
_WHILE_A_PAGE_WAITS_S = (1.0, 2.0)


class ScenebankDown(Exception):
    """No answer, or one that is none: the shop goes on without."""


class ScenebankRefused(Exception):
    """Scenebank said no. ``code`` and ``detail`` come from its problem document."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail


class Scenebank:
    """One shop's connection; ``url`` is an origin, ``ca`` a file with the authority of its certificate where that is
    none of the public ones."""

    def __init__(self, url: str, account: Account, ca: str | None = None) -> None:
        self._url = url
        self._verify = ca or True
        self.account = account

    def launch_token(self, request: dict[str, Any]) -> str:
        """A token for one launch; ``request`` is the body of ``POST /v1/sessions``."""
        answer = self._call("POST", "/v1/sessions", request, uuid.uuid4().hex)
        token = answer.get("launch_token")
        if not isinstance(token, str):
            raise ScenebankDown("no launch token in the answer")
        return token

    def application(self, application_id: str) -> dict[str, Any]:
        return self._call("GET", f"/v1/applications/{_safe(application_id)}")

    def applications(self, order: str) -> list[dict[str, Any]]:
        """All of one order, newest first; asked while a shopper waits for a page, so not for long."""
        answer = self._call("GET", f"/v1/applications?{urlencode({'order': order})}", timeout_s=_WHILE_A_PAGE_WAITS_S)
        found = answer.get("data")
        if not isinstance(found, list):
            raise ScenebankDown("no applications in the answer")
        return found

    def operate(self, application_id: str, operation: str, amount: dict[str, str] | None, key: str) -> dict[str, Any]:
        """``operation``: fulfil, cancel or refund; no ``amount`` is all that is left. ``key``: it happens once."""
        body: dict[str, Any] = {"amount": amount} if amount else {}
        return self._call("POST", f"/v1/applications/{_safe(application_id)}/{operation}", body, key)

    def heights(self) -> list[dict[str, Any]]:
        """Of first views; asked while a shopper waits for a page."""
        found = self._call("GET", "/v1/heights.json", timeout_s=_WHILE_A_PAGE_WAITS_S).get("heights")
        if not isinstance(found, list):
            raise ScenebankDown("no heights in the answer")
        return found

    def is_up(self) -> bool:
        try:
            self._call("GET", "/healthz")
        except (ScenebankDown, ScenebankRefused):
            return False
        return True

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None,
        timeout_s: tuple[float, float] = _TIMEOUT_S,
    ) -> dict[str, Any]:  # fmt: skip
        headers = {"Authorization": f"Bearer {self.account.secret_key}", "Accept": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self._verify
            try:
                answer = session.request(
                    method, self._url + path, json=body, headers=headers, timeout=timeout_s, allow_redirects=False
                )
                document = answer.json()
            except requests.RequestException as error:
                raise ScenebankDown(str(error)) from error
        if not isinstance(document, dict) or answer.status_code >= 500:
            raise ScenebankDown(f"{answer.status_code}")
        if answer.status_code >= 300:
            code, detail = document.get("code", "refused"), document.get("detail") or document.get("title") or ""
            raise ScenebankRefused(answer.status_code, str(code), str(detail))
        return document


def _safe(application_id: str) -> str:
    """Ids come back through the shopper's browser: nothing that could change the path."""
    if not (application_id.replace("_", "").isascii() and application_id.replace("_", "").isalnum()):
        raise ScenebankRefused(404, "not_found", application_id[:40])
    return application_id
