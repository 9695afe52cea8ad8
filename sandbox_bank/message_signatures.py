"""HTTP message signatures (RFC 9421): the digest of the body and a signature over it, in headers."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey


def signed_request(url: str, body: bytes, key: ECKey, created: int) -> dict[str, str]:
    """The headers of a POST to ``url``, signed at ``created`` (seconds since 1970)."""
    return _signed({"@method": "POST", "@target-uri": url}, body, key, created, "scenebank-callback")


def signed_answer(status: int, interaction: str, body: bytes, key: ECKey, created: int) -> dict[str, str]:
    """The headers of an answer to the request of that interaction."""
    covered = {"@status": str(status), "x-fapi-interaction-id": interaction}
    return _signed(covered, body, key, created, "scenebank-answer")


def _signed(said: dict[str, str], body: bytes, key: ECKey, created: int, tag: str) -> dict[str, str]:
    digest = f"sha-256={_bytes(hashlib.sha256(body).digest())}"
    covered = said | {"content-digest": digest}
    names = " ".join(f'"{name}"' for name in covered)
    parameters = f'({names});created={created};keyid="{key.kid}";tag="{tag}"'
    base = [f'"{name}": {value}' for name, value in (covered | {"@signature-params": parameters}).items()]
    return {
        "Content-Digest": digest,
        "Signature-Input": f"bank={parameters}",
        "Signature": f"bank={_bytes(_ecdsa(key, chr(10).join(base)))}",
    }


def _ecdsa(key: ECKey, text: str) -> bytes:
    """r‖s, 32 bytes each (RFC 9421 §3.3.4)."""
    private: Any = key.private_key
    r, s = decode_dss_signature(private.sign(text.encode(), ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _bytes(raw: bytes) -> str:
    """As structured fields spell them (RFC 8941 §3.3.5)."""
    return f":{b64encode(raw).decode()}:"
