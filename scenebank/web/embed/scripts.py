"""Scripts that are files of their own: the loader on the shop's page, and other people's script in a personal frame.
Each stands under an address with its hash, where it never changes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import ascii_letters

from flask import Blueprint, Response, abort

from scenebank.web.compression import compress_once
from scenebank.web.contract.operation import describes
from scenebank.web.embed.operations import LOADER

_STATIC = Path(__file__).parents[3] / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_EVERGREEN = "public, max-age=600"


_STRINGS = re.compile(r"""("[^"\n]*"|'[^'\n]*'|`[^`]*`|/\^.*?\$/)""")
_PRIVATE = re.compile(r"#(\w+)")


def without_space(script: str) -> str:
    """Line by line, strings and patterns untouched; the ends of lines stay, as they may end statements."""
    lines = (line.strip() for line in script.splitlines())
    kept = [line for line in lines if line and not line.startswith("//")]
    letters = dict(zip(dict.fromkeys(_PRIVATE.findall("\n".join(kept))), ascii_letters, strict=False))
    return "\n".join(_tight(line, letters) for line in kept)


def _tight(line: str, letters: Mapping[str, str]) -> str:
    """``letters`` are for names that only their own class can see; in a string they would not be found."""
    parts = _STRINGS.split(line)
    parts[::2] = [re.sub(r" ?([=?:&|{}(),;<>+*]|=>) ?", r"\1", part) for part in parts[::2]]
    parts[::2] = [_PRIVATE.sub(lambda found: f"#{letters[found[1]]}", part) for part in parts[::2]]
    return "".join(parts)


@lru_cache(maxsize=1)
def loader_text() -> str:
    """The loader without comments, and without spaces where the language needs none."""
    return without_space((_STATIC / "loader/scene.js").read_text(encoding="utf-8"))


def pinned_loader() -> tuple[str, str]:
    """The address under which it never changes, and its SRI digest, ``sha384-…``."""
    digest = base64.b64encode(hashlib.sha384(loader_text().encode()).digest()).decode()
    return f"/v1/scene.{_name(loader_text())}.js", f"sha384-{digest}"


@lru_cache(maxsize=1)
def htmx_text() -> str | None:
    """htmx with its policy extension; None where it is not installed, and everything works by forms and links."""
    file = _STATIC / "vendor/htmx.js"
    return file.read_text(encoding="utf-8") if file.exists() else None


@lru_cache(maxsize=1)
def htmx_address() -> str | None:
    """Where a personal document loads it from."""
    text = htmx_text()
    return f"/v1/htmx.{_name(text)}.js" if text else None


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def add_scripts(blueprint: Blueprint) -> None:
    """``/v1/scene.js``, and under their hashes ``/v1/scene.<hash>.js`` and ``/v1/htmx.<hash>.js``."""

    @blueprint.get("/v1/scene.js")
    @describes(LOADER)
    def scene() -> Response:
        answer = script_answer(loader_text(), _EVERGREEN)
        address, digest = pinned_loader()
        answer.headers["Link"] = f'<{address}>; rel="alternate"; integrity="{digest}"'
        return compress_once(answer)

    @blueprint.get("/v1/scene.<name>.js")
    def scene_of_hash(name: str) -> Response:
        return _of_hash(loader_text(), name)

    @blueprint.get("/v1/htmx.<name>.js")
    def htmx(name: str) -> Response:
        return _of_hash(htmx_text(), name)


def _of_hash(text: str | None, name: str) -> Response:
    if text is None or name != _name(text):
        abort(404)
    return compress_once(script_answer(text, _FOR_EVER))


def script_answer(text: str, cache: str) -> Response:
    """Any page may load it, under any policy of isolation."""
    script = Response(text, content_type="text/javascript; charset=utf-8")
    script.headers["Cache-Control"] = cache
    script.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    script.headers["Access-Control-Allow-Origin"] = "*"
    return script
