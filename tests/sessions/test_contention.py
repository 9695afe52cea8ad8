"""Many frames in two processes want the same launch tokens at the same moment: each token opens one session."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.sessions.test_sessions import SHOP, House

THREADS = 8

FRAMES = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from scenebank.sessions.model import LaunchRefused
from tests.sessions.test_sessions import SHOP, House

url, name = sys.argv[1:]
house = House(url, migrate=False)
asked = json.loads(sys.stdin.readline())
house.door = house.merchants.door_by_publishable_key(asked["key"])
start = Barrier(asked["threads"])

def frame(number):
    start.wait()
    return [(token, f"{name}-{number}", attempt(token, f"{name}-{number}")) for token in asked["tokens"]]

def attempt(token, nonce):
    try:
        return house.launch(token, nonce=nonce)[0]
    except LaunchRefused as refused:
        return refused.code

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(asked["threads"]) as pool:
    print(json.dumps([one for found in pool.map(frame, range(asked["threads"])) for one in found]))
"""


def frames_at_once(url: str, key: str, tokens: list[str]) -> list[tuple[str, str, str]]:
    """Every ``(token, nonce, session or refusal)`` of two processes with as many threads."""
    asked = json.dumps({"key": key, "tokens": tokens, "threads": THREADS}) + "\n"
    root = Path(__file__).parents[2]
    started = [
        subprocess.Popen([sys.executable, "-c", FRAMES, url, name], stdin=PIPE, stdout=PIPE, text=True, cwd=root)
        for name in ("first", "second")
    ]
    for one in started:
        assert one.stdin and one.stdout
        one.stdin.write(asked)
        one.stdin.flush()
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=300)[0] for one in started]
    return [tuple(answer) for text in answers for answer in json.loads(text)]


@pytest.fixture
def house(database_url: str) -> House:
    return House(database_url)


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.long)])
def test_one_winner_for_each_token(house: House, database_url: str, count: int) -> None:
    tokens = [house.token() for _number in range(count)]
    answers = frames_at_once(database_url, house.door.publishable_key, tokens)
    assert len(answers) == 2 * THREADS * count
    won: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for token, nonce, said in answers:
        if said != "launch_used":
            won[token].append((nonce, said))
    assert set(won) == set(tokens)
    assert {len(winners) for winners in won.values()} == {1}
    assert len({session for ((_nonce, session),) in won.values()}) == count
    for token, ((nonce, session),) in won.items():  # the answer was lost: the same frame asks again
        assert house.launch(token, nonce=nonce, frame=SHOP)[0] == session
