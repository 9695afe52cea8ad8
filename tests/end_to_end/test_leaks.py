"""The search that goes with every run of the tests fails it, whichever place something has come out at."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SUITE = "tests/support/leaky_suite.py"
# Which test lets it out there, and what is said of it.
_FOUND = {
    "test_log": "email in: log of scenebank.leaky", "test_log_facts": "bis_sk in: log of scenebank.leaky",
    "test_log_encoded": "name in: log of scenebank.leaky", "test_problem": "reference in: answer 404 /v1/heights.json",
    "test_error_page": "phone in: answer 500 /v1/heights.json", "test_page": "email in: page 404 /v1/heights.json",
    "test_address": "bis_lt in: address",
    "test_address_with_a_session": "token of a page in: address", "test_address_asked": "name in: address",
    "test_webhook": "reference in: webhook", "test_webhook_of_post_box": "whsec_ in: webhook",
    "test_log_of_a_server": "reference in: log of a server", "test_log_file": "email in: log file worker.log",
    "test_log_file_with_our_own_key": "our own key's root in: log file web.log",
}  # fmt: skip


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "python_files=leaky_suite.py", *options]
    return subprocess.run([*command, _SUITE], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_what_came_out_fails_the_run_of_all_workers() -> None:
    done = run("-n", "1")
    told = re.findall(rf"^(.+ in: .+), written during {re.escape(_SUITE)}: ", done.stdout, re.MULTILINE)
    assert {what for what in _FOUND.values() if what not in told} == set(), done.stdout
    assert (done.returncode, f"{len(_FOUND) + 1} passed" in done.stdout) == (1, True)
    assert {what.partition(" in: ")[2] for what in told} == {what.partition(" in: ")[2] for what in _FOUND.values()}


def test_one_process_alone_is_searched_too() -> None:
    assert run("-k", "test_webhook").returncode == 1
    done = run("-k", "test_nothing")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
