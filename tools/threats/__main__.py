"""``python -m tools.threats [ROW…]``: prints the table; exit 1 when a row survives without its defence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.threats.patches import PATCHES, Edit, apply
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
    """Which of these fail there, and the reason where they could not be run at all."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rf", "-p", "no:cacheprovider", "-m", "not long", *tests]
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=root, env=environ, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return [], f"no end within {_TIMEOUT_S} s"
    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    run = done.returncode in (0, 1) and (bool(failed) == bool(done.returncode))
    return failed, "" if run else f"could not be run: {' '.join((done.stdout + done.stderr).split())[-200:]}"


def judged(root: Path, row: Row, edits: tuple[Edit, ...]) -> tuple[bool, str]:
    """Whether a test noticed, and which; or why none could."""
    before = apply(edits, root)
    try:
        failed, problem = failing(root, row.tests)
    finally:
        for file, text in before.items():
            file.write_text(text, "utf-8")
    return bool(failed), ", ".join(failed) or problem or "none"


def run(root: Path, rows: Sequence[Row], patches: Mapping[int, tuple[Edit, ...]]) -> int:
    with TemporaryDirectory(prefix="threats") as folder:
        copy = Path(folder)
        copy.chmod(0o755)  # PostgreSQL's own user reads it
        copied(root, copy)
        failed, problem = failing(copy, sorted({test for row in rows for test in row.tests}))
        if failed or problem:
            print(f"nothing was taken away yet, and these fail: {', '.join(failed) or problem}", file=sys.stderr)
            return 1
        print("| # | defence | taken away in | tests that failed | verdict |\n|---|---|---|---|---|", flush=True)
        survivors = 0
        for row in rows:
            noticed, said = judged(copy, row, patches[row.number])
            files = ", ".join(dict.fromkeys(edit.file for edit in patches[row.number]))
            survivors += not noticed
            verdict = "noticed" if noticed else "SURVIVES"
            print(f"| {row.number} | {row.defence} | {files} | {said} | {verdict} |", flush=True)
    print(f"{len(rows) - survivors} of {len(rows)} rows noticed", flush=True)
    return 1 if survivors else 0


def main(arguments: Sequence[str]) -> int:
    rows = read_rows((ROOT / "docs/security.md").read_text("utf-8"))
    wanted = [int(one) for one in arguments] or [row.number for row in rows]
    return run(ROOT, [row for row in rows if row.number in wanted], PATCHES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
