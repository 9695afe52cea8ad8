"""``python -m tools.threats [ROW…]`` prints the table; exit 1 when a row survives without its defence."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.threats.patches import PATCHES, Edit, Outdated, apply
from tools.threats.table import Row, read_rows

ROOT = Path(__file__).parents[2]
_LEFT_OUT = (".git", ".venv", "node_modules", "var", "build", "__pycache__", ".pytest_cache", ".mypy_cache")
_TIMEOUT_S = 900


def copied(root: Path, to: Path) -> None:
    """Everything that tests need; what is installed is only pointed to."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(*_LEFT_OUT), dirs_exist_ok=True)
    for name in (".venv", "node_modules"):
        if (root / name).exists():
            (to / name).symlink_to((root / name).resolve())


def failing(root: Path, tests: Sequence[str]) -> tuple[list[str], str]:
    """The first of these that fails there, and the reason where they could not be run at all."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rf", "-p", "no:cacheprovider", "-m", "not long", *tests]
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=root, env=environ, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return [], f"no end within {_TIMEOUT_S} s"
    failed = re.findall(r"^FAILED (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    run = done.returncode in (0, 1) and (bool(failed) == bool(done.returncode))
    return failed, "" if run else f"could not be run: {' '.join((done.stdout + done.stderr).split())[-200:]}"


def judged(root: Path, row: Row, edits: tuple[Edit, ...]) -> tuple[bool, str]:
    """Whether a test noticed, and which; or why none could. One that fails in the whole house too has noticed
    nothing."""
    try:
        before = apply(edits, root)
    except Outdated as outdated:
        return False, f"could not be taken away: {outdated}"
    try:
        failed, problem = failing(root, row.tests)
    finally:
        for file, text in before.items():
            file.write_text(text, "utf-8")
    if not failed:
        return False, problem or "none"
    anyway, problem = failing(root, failed)
    said = ", ".join(failed)
    return not (anyway or problem), f"nothing taken away, and it fails: {said}" if anyway else problem or said


def run(root: Path, rows: Sequence[Row], patches: Mapping[int, tuple[Edit, ...]]) -> int:
    with TemporaryDirectory(prefix="threats") as folder:
        copy = Path(folder)
        copy.chmod(0o755)  # PostgreSQL's own user reads it
        copied(root, copy)
        print("| # | defence | taken away in | test that failed | s | verdict |\n|---|---|---|---|---|---|", flush=True)
        survivors = 0
        for row in rows:
            begun = time.monotonic()
            noticed, said = judged(copy, row, patches[row.number])
            files = ", ".join(dict.fromkeys(edit.file for edit in patches[row.number]))
            survivors += not noticed
            verdict, seconds = "noticed" if noticed else "SURVIVES", round(time.monotonic() - begun)
            print(f"| {row.number} | {row.defence} | {files} | {said} | {seconds} | {verdict} |", flush=True)
    print(f"{len(rows) - survivors} of {len(rows)} rows noticed", flush=True)
    return 1 if survivors else 0


def main(arguments: Sequence[str] | None = None) -> int:
    rows = {row.number: row for row in read_rows((ROOT / "docs/security.md").read_text("utf-8"))}
    parser = argparse.ArgumentParser(prog="python -m tools.threats", description=__doc__)
    parser.add_argument("rows", metavar="ROW", nargs="*", type=int, help="their numbers, in this order; else all")
    asked = parser.parse_args(arguments).rows or list(rows)
    unknown = [one for one in asked if one not in rows]
    if unknown:
        parser.error(f"no such row: {', '.join(map(str, unknown))}")
    return run(ROOT, [rows[one] for one in asked], PATCHES)


if __name__ == "__main__":
    sys.exit(main())
