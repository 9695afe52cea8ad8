"""The loader: one script, as it is under a short-lived and under an unchanging address."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort

_FILE = Path(__file__).parents[3] / "static/loader/scene.js"
_A_YEAR_S = 31_536_000


@lru_cache(maxsize=1)
def loader_text() -> str:
    """The loader without comments and indentation."""
    lines = (line.strip() for line in _FILE.read_text(encoding="utf-8").splitlines())
    return "\n".join(re.sub(r" ([=?:&|]+|=>) ", r"\1", line) for line in lines if line and not line.startswith("//"))


def loader_hash() -> str:
    """The SRI digest, ``sha384-…``."""
    return "sha384-" + base64.b64encode(hashlib.sha384(loader_text().encode()).digest()).decode()


def _name() -> str:
    return hashlib.sha256(loader_text().encode()).hexdigest()[:16]


def add_loader(blueprint: Blueprint) -> None:
    """``/v1/scene.js`` and ``/v1/scene.<hash>.js``."""

    def answer(cache: str) -> Response:
        script = Response(loader_text(), content_type="text/javascript; charset=utf-8")
        script.headers["Cache-Control"] = cache
        script.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        script.headers["Access-Control-Allow-Origin"] = "*"
        script.headers["X-Content-Type-Options"] = "nosniff"
        return script

    @blueprint.get("/v1/scene.js")
    def scene() -> Response:
        return answer("public, max-age=600")

    @blueprint.get("/v1/scene.<name>.js")
    def scene_of_hash(name: str) -> Response:
        if name != _name():
            abort(404)
        return answer(f"public, max-age={_A_YEAR_S}, immutable")
