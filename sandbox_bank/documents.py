"""What a shopper hands in. Only that it came, and what it was, is kept: nobody here looks at it."""

from __future__ import annotations

import hashlib

from werkzeug.datastructures import FileStorage

LARGEST = 5 * 1024 * 1024
# More than a document may have, so that who sends too much of one is told so, and on the page they sent it from.
MOST_SENT = 32 * 1024 * 1024
_BEGINNINGS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # PDF, JPEG, PNG
_PORTION = 64 * 1024


class Unfit(Exception):
    """It cannot be taken; the message is the key of the text that says why."""


def statement_of(document: FileStorage | None) -> str:
    """How many bytes, and their digest; :class:`Unfit` when there are none, too many, or of another kind."""
    first = document.stream.read(_PORTION) if document else b""
    if not document or not first:
        raise Unfit("documents.none")
    if not first.startswith(_BEGINNINGS):
        raise Unfit("documents.kind")
    digest, size, portion = hashlib.sha256(), 0, first
    while portion:
        digest.update(portion)
        size += len(portion)
        portion = document.stream.read(_PORTION)
    if size > LARGEST:
        raise Unfit("documents.large")
    return f"{size} bytes, SHA-256 {digest.hexdigest()}"
