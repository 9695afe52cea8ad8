"""Events the shop receives: Standard Webhooks, scheme v1, verified over the raw body.

Source: Standard Webhooks specification 1.0.0, https://www.standardwebhooks.com
"""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

TOLERANCE_S = 300
_TIMESTAMP = re.compile(r"[1-9][0-9]{9}", re.ASCII)


class BadSecret(Exception):
    """The shop's own secret is not base64, with or without ``whsec_``: a mistake of its operator."""


class WebhookRefused(Exception):
    """The message is not to be believed. ``reason``: header, timestamp or signature."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> str:
    """Check one message; answer its id, the same at every delivery of the same event.

    ``headers`` need ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``; ``now`` is in Unix seconds.
    Several signatures may stand in the header, parted by spaces (two while a secret is rotated): one must fit.
    """
    key = _key(secret)
    try:
        message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"]
    except KeyError as missing:
        raise WebhookRefused("header") from missing
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > TOLERANCE_S:
        raise WebhookRefused("timestamp")
    # An id with a dot could move the border between id, timestamp and body.
    if not message_id or "." in message_id:
        raise WebhookRefused("header")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + b64encode(hmac.digest(key, signed, hashlib.sha256))
    if not any(hmac.compare_digest(expected, given.encode()) for given in signatures.split(" ")):
        raise WebhookRefused("signature")
    return message_id


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:  # not base64, or not ASCII
        raise BadSecret from error
    # An empty key would make every signature anybody's to write.
    if not key:
        raise BadSecret
    return key
