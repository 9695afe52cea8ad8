"""Clocks that differ, at the door for launch tokens: ten seconds are forgiven, and what is beyond is said in seconds.

Source: the claims ``iat``, ``nbf`` and ``exp`` of RFC 7519; the leeway is ours (docs/security.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.scene import SHOP, Scene
from tests.support.signing_shop import SigningShop

LIFE_S = 120
TAKEN, EARLY, LATE = "", "launch_clock", "launch_expired"
# By how many seconds the claim lies behind now (negative) or ahead of it.
VERDICTS = {
    "iat": {-61: TAKEN, -11: TAKEN, -9: TAKEN, 0: TAKEN, 9: TAKEN, 11: EARLY, 61: EARLY},
    "nbf": {-61: TAKEN, -11: TAKEN, -9: TAKEN, 0: TAKEN, 9: TAKEN, 11: EARLY, 61: EARLY},
    "exp": {-61: LATE, -11: LATE, -9: TAKEN, 0: TAKEN, 9: TAKEN, 11: TAKEN, 61: TAKEN},
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments")
    yield made
    made.wired.database.dispose()


def claims(claim: str, at: int, now: int) -> dict[str, Any]:
    """With that claim at that moment, and the others as they are right."""
    if claim == "nbf":
        return {"iat": now, "exp": now + LIFE_S, "nbf": at}
    return {"iat": at, "exp": at + LIFE_S} if claim == "iat" else {"iat": at - LIFE_S, "exp": at}


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "HS256"])
def test_a_launch_token_signed_by_another_clock(scene: Scene, algorithm: str) -> None:
    shop, now = SigningShop(scene, algorithm=algorithm), int(scene.clock.now().timestamp())
    for claim, verdicts in VERDICTS.items():
        for shift_s, verdict in verdicts.items():
            token = shop.token(**claims(claim, now + shift_s, now))
            fields = scene.query | {"widget": scene.widget, "lt": token, "parent_origin": SHOP}
            answer = scene.client.post("/v1/launch", data=fields, headers={"Accept": "application/json"})
            said = answer.json if verdict else None
            assert (answer.status_code, said["code"] if said else "") == (401 if verdict else 200, verdict), claim
            assert said is None or f"{abs(shift_s)} s" in said["detail"], said
