"""The W3C's own checker of HTML and CSS, as npm brings it; it needs Java."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

# A short life: compiling well costs more than it brings, and one thread collects fast enough.
_JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m"]
_JAR = Path(__file__).parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"


def complaints(documents: Mapping[str, str], folder: Path) -> list[str]:
    """What is an error, as ``name: message``; skips where there is no Java or no checker."""
    java = shutil.which("java")
    if java is None or not _JAR.exists():
        pytest.skip("needs Java and the checker of package.json: apt-get install default-jre-headless, make test")
    for name, html in documents.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
    done = subprocess.run(
        [java, *_JAVA, "-jar", str(_JAR), "--format", "json", "--exit-zero-always", str(folder)],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    found = [one for one in json.loads(done.stderr or done.stdout)["messages"] if one["type"] == "error"]
    return [f"{one['url'].rpartition('/')[2]}:{one.get('lastLine')}: {one['message']}" for one in found]
