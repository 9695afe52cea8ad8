"""Headers of what stands in a shop's page. Everything is forbidden that is not named here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache

from flask import Response

from scenebank.catalogue.model import Bank


@lru_cache(maxsize=8)
def source_hash(text: str) -> str:
    """The policy source that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def bank_pages(banks: Iterable[Bank]) -> tuple[str, ...]:
    """The origins of the banks' own pages, which a form may lead to."""
    return tuple(page for bank in banks for page in bank.settings.get("pages", "").split())


# Only htmx's own policy may turn text into elements, and htmx acts only on what bears this answer's nonce.
_HTMX = ("connect-src 'self'", "require-trusted-types-for 'script'", "trusted-types htmx")


def frame_policy(
    style: str, script: str, ancestors: Iterable[str], form_targets: Iterable[str] = (), nonce: str | None = None
) -> str:
    """The policy of a frame's document; ``form_targets`` are the banks' pages a form may lead to; with ``nonce`` the
    document brings htmx."""
    forms = " ".join(["'self'", *sorted(set(form_targets))])
    scripts = f"{script} 'nonce-{nonce}'" if nonce else script
    return "; ".join((
        "default-src 'none'",
        f"style-src {style}",
        f"script-src {scripts}",
        *(_HTMX if nonce else ()),
        f"form-action {forms}",
        "base-uri 'none'",
        f"frame-ancestors {' '.join(ancestors) or chr(39) + 'none' + chr(39)}",
    ))  # fmt: skip


def secure(answer: Response, policy: str, cache: str) -> Response:
    """What answers for people say otherwise than the house: see :mod:`scenebank.web.headers`."""
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = cache
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    # A shop's own sandbox may keep its tabs: in those a browser refuses what closes itself off from its opener.
    answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    answer.vary.add("HX-Request")
    return answer
