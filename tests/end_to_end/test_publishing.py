"""A price that was scheduled reaches the shopper's page by the worker, although one died before; and goes back."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import requests

from scenebank.catalogue.publishing.service import Wanted
from scenebank.clock import milliseconds
from scenebank.team.model import Role
from scenebank.wiring import build_services
from tests.support.stack import Stack


def test_a_scheduled_price(stack: Stack) -> None:
    wired = build_services(stack.config)
    eve, ada = (f"{name}-{uuid.uuid4().hex[:8]}" for name in ("eve", "ada"))
    wired.team.add(eve, Role.EDITOR, None)
    wired.team.add(ada, Role.ADMIN, None)

    def seen() -> bytes:
        query = {"key": stack.accounts["eu"]["publishable_key"], "amount": "129900", "currency": "EUR"}
        return requests.get(f"{stack.scenebank_url}/w/loan", params=query, timeout=15).content

    before = seen()
    revision = wired.publishing.draft(eve, Wanted("harbour", "hb-loan-eur", source="live"))
    document = {**revision.document, "rate": {"value": "0.0560", "basis": "nominal_annual"}}
    revision = wired.publishing.edit(eve, revision.id, {"document": document})
    wired.publishing.submit(eve, revision.id)
    wired.publishing.approve(ada, revision.id, revision.content_hash)
    stack.kill("worker")
    wired.publishing.schedule(ada, revision.id, milliseconds(datetime.now(UTC)) + 500)
    time.sleep(0.6)
    assert seen() == before
    stack.start("worker")
    try:
        for _turn in range(600):
            if seen() != before:
                break
            time.sleep(0.1)
        assert seen() != before
    finally:
        wired.publishing.rollback(ada, "harbour", "hb-loan-eur", revision.based_on, "the test is over")
    assert seen() == before
    assert wired.audit.run().bad == ()
    wired.database.dispose()
