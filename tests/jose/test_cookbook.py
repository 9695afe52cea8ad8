"""The examples of RFC 7520, RFC 7797 and RFC 8037: what we offer is read, everything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from scenebank.jose.compact import BadJws, read_compact
from scenebank.jose.verification_keys import UnfitKey, verification_key
from tests.support.shared_data import shared_json

READ = {"jws__4_4.hmac-sha2_integrity_protection", "curve25519__jws"}
REFUSED = {
    "jws__4_1.rsa_v15_signature", "jws__4_2.rsa-pss_signature", "jws__4_3.ecdsa_signature",
    "jws__4_5.signature_with_detached_content", "jws__4_6.protecting_specific_header_fields",
    "jws__4_7.protecting_content_only", "jws__4_8.multiple_signatures", "rfc7797__4.2.hmac-sha2_b64_false",
    "rfc7797__hmac-sha2_b64_false",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(READ | REFUSED))
def test_example(name: str) -> None:
    example: dict[str, Any] = shared_json(f"security/jose-cookbook/{name}.json")
    keys = example["input"]["key"]
    key = keys[0] if isinstance(keys, list) else keys
    compact = example["output"].get("compact", "")
    if name in READ:
        statement = read_compact(compact, 4096)
        statement.verify(verification_key(key))
        assert statement.payload.decode() == example["input"]["payload"]
    else:
        with pytest.raises((BadJws, UnfitKey)):
            read_compact(compact, 4096).verify(verification_key(key))
