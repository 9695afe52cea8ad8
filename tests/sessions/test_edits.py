"""No token bears an edit: every single character, and many at once; the token itself is good before and after."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox_bank.assertions import AssertionVerifier, Heard
from sandbox_bank.database import Books
from sandbox_bank.errors import Refused
from scenebank.banks.assertions import ContextAssertions
from scenebank.banks.port import Operation, SignedRequest
from scenebank.clock import SystemClock
from scenebank.sessions.model import LaunchRefused, SessionRefused
from tests.support.bank_fixtures import platform
from tests.support.hostile_strings import SEED
from tests.support.orders import order
from tests.support.platform import Platform
from tests.support.scene import SHOP, Scene
from tests.support.signing_shop import SigningShop

ALPHABET = string.ascii_letters + string.digits + "-_"
CHARACTERS = ALPHABET + ".=+/ \n\0!é"
Accepts = Callable[[str], bool]
__all__ = ["platform"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments")
    yield made
    made.wired.database.dispose()


def single_edits(token: str, chance: random.Random) -> Iterator[str]:
    """Each character by each other of the alphabet where that may stay unnoticed (the last ones of every part), else
    by three; each taken away, doubled, and with a stranger before it."""
    points = [at for at, character in enumerate(token) if character == "."]
    ends = [point - back for point in (*points, len(token)) for back in (1, 2)]
    for place, character in enumerate(token):
        others = ALPHABET if place in ends else chance.sample(CHARACTERS, 3)
        yield from (token[:place] + other + token[place + 1 :] for other in others if other != character)
        yield token[:place] + token[place + 1 :]
        yield token[:place] + character + token[place:]
        yield token[:place] + chance.choice(CHARACTERS) + token[place:]
    yield from (token + tail for tail in ("=", "==", "===", "\n", "!!!!", "\n\n\n\n", ".", " ", "A", "AAAA"))


def random_edits(token: str, chance: random.Random, count: int) -> Iterator[str]:
    """One to eight edits at once."""
    for _number in range(count):
        made = list(token)
        for _edit in range(chance.randint(1, 8)):
            place = chance.randrange(len(made))
            kind = chance.randrange(4)
            if kind == 0:
                made[place] = chance.choice(ALPHABET)
            elif kind == 1 and len(made) > 1:
                del made[place]
            elif kind == 2:
                made.insert(place, chance.choice(CHARACTERS))
            else:
                other = chance.randrange(len(made))
                made[place], made[other] = made[other], made[place]
        yield "".join(made)


def check(token: str, accepts: Accepts, good: Accepts, seed: str, count: int) -> None:
    chance = random.Random(f"{SEED}-{seed}")
    assert good(token)
    edits = [one for one in single_edits(token, chance) if one != token]
    accepted = [one for one in edits if accepts(one)]
    tried = len(edits)
    for edited in random_edits(token, chance, count):
        if edited != token:
            tried += 1
            accepted += [edited] if accepts(edited) else []
    assert accepted == []
    assert good(token)
    print(f"{tried} edits of {seed} tokens: 0 accepted")


COUNTS = [pytest.param(16_000, id="some"), pytest.param(1_000_000, id="all", marks=pytest.mark.long)]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", ["opaque", "ES256", "EdDSA", "HS256"])
def test_launch_tokens(scene: Scene, kind: str, count: int) -> None:
    sessions = scene.wired.sessions
    door = scene.wired.merchants.door_by_publishable_key(scene.merchant.publishable_key)

    def accepts(token: str) -> bool:
        try:
            sessions.launch(door, scene.widget, token, "the frame's own nonce", SHOP, "1")
        except LaunchRefused:
            return False
        return True

    token = scene.launch_token() if kind == "opaque" else SigningShop(scene, algorithm=kind).token()
    check(token, accepts, accepts, kind, count)  # the second launch is the retry of a lost answer


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", ["session", "resume"])
def test_tokens_of_a_session(scene: Scene, kind: str, count: int) -> None:
    sessions = scene.wired.sessions
    door = scene.wired.merchants.door_by_publishable_key(scene.merchant.publishable_key)
    session, token = sessions.launch(door, scene.widget, scene.launch_token(), "nonce", SHOP, "1")

    def loads(text: str) -> bool:
        try:
            sessions.load(door, scene.widget, text)
        except SessionRefused:
            return False
        return True

    def resumes(text: str) -> bool:
        try:
            sessions.resume(door, scene.widget, text)
        except SessionRefused:
            return False
        return True

    if kind == "session":
        check(token, loads, loads, kind, count)
        return
    resume = sessions.resume_token(session)
    check(resume, resumes, lambda text: text == resume, kind, count)
    assert resumes(resume)  # it is good once, so only now


class Uncounted(AssertionVerifier):
    """The bank's own, that writes no line for every refusal."""

    def count(self, reason: str) -> None:
        """Nothing: counting is tested elsewhere."""


@pytest.mark.parametrize("count", COUNTS)
def test_context_assertions_at_the_bank(platform: Platform, tmp_path: Path, count: int) -> None:
    verifier = Uncounted(Books(tmp_path / "bank"), platform.url)
    assertions = ContextAssertions(platform.keys, platform.url, SystemClock(0))
    base, context = "http://bank.example/harbour", order(platform).context
    request = SignedRequest("GET", f"{base}/applications/1", b"", None)

    def accepts(token: str) -> bool:
        heard = Heard(base, "status", "GET", request.url, b"", None, f"Bearer {token}")
        try:
            verifier.verify(heard)
        except Refused:
            return False
        return True

    def good(_token: str) -> bool:
        return accepts(assertions.sign("harbour", base, Operation.STATUS, request, context))

    check(assertions.sign("harbour", base, Operation.STATUS, request, context), accepts, good, "assertion", count)
