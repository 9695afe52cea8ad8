"""What ``make`` says on a machine that lacks something: one line that names it, and nothing is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
# What each Python is asked before anything is made, and answers as the machine of the case would.
_OLD = "#!/bin/sh\ncase \"$2\" in *version_info*) exit 1;; esac\nexit 0\n"
_WITHOUT_VENV = "#!/bin/sh\ncase \"$2\" in *ensurepip*) echo 'No module named ensurepip' >&2; exit 1;; esac\nexit 0\n"


def make(target: str, *variables: str) -> subprocess.CompletedProcess[str]:
    of_make = ("NAME", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    environ = {name: value for name, value in os.environ.items() if name not in of_make}
    command = ["make", "--no-print-directory", target, *variables]
    return subprocess.run(command, cwd=_ROOT, env=environ, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("target", ["run", "check", "test", "new-widget", "new-bank"])
def test_a_missing_python(tmp_path: Path, target: str) -> None:
    done = make(target, "PYTHON=python-of-nobody", f"VENV={tmp_path / 'venv'}")
    line, *of_make = done.stderr.splitlines()
    assert done.returncode != 0
    assert line.startswith("make: Python 3.11 or later is needed: install python3")
    assert all(one.startswith("make: ***") for one in of_make)
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (_OLD, "Python 3.11 or later is needed, "),
        (_WITHOUT_VENV, "Python's venv module is missing: install python3-venv"),
    ],
    ids=["too old", "without venv"],
)
def test_a_python_that_will_not_do(tmp_path: Path, script: str, says: str) -> None:
    python = tmp_path / "python3"
    python.write_text(script)
    python.chmod(0o755)
    done = make("run", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
    line, *of_make = done.stderr.splitlines()
    assert done.returncode != 0
    assert line.startswith(f"make: {says}")
    assert all(one.startswith("make: ***") for one in of_make)
    assert not (tmp_path / "venv").exists()


def test_help_names_every_target() -> None:
    done = make("help", f"PYTHON={sys.executable}")
    named = {line.split("\t")[0] for line in done.stdout.splitlines()}
    phony = next(line for line in (_ROOT / "Makefile").read_text("utf-8").splitlines() if line.startswith(".PHONY:"))
    assert named == set(phony.split()[1:])
    assert {"help", "run", "test", "check", "bench", "new-widget", "new-bank"} <= named
