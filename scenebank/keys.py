"""The installation's own keys: one root secret, from which every purpose gets its own subkey, the ledger's signing key
among them; and the key that signs context assertions. They live in one file of mode 0600 in the data directory, which
every process of one installation shares; nothing else holds them."""

from __future__ import annotations

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey

from scenebank.config import BadConfig

_FILE = "keys.json"
_ROOT_BYTES = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Keyring:
    """``root`` is 32 secret bytes, ``signing_key`` an ES256 private key with its thumbprint as ``kid``."""

    def __init__(self, root: bytes, signing_key: ECKey) -> None:
        self._root = root
        self.signing_key = signing_key

    def derive(self, purpose: str) -> bytes:
        """The 32-byte subkey of one purpose (HKDF-SHA256, RFC 5869); no two purposes share a key."""
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"scenebank/{purpose}".encode())
        return kdf.derive(self._root)

    @cached_property
    def receipt_key(self) -> ECKey:
        """The P-256 key that signs the ledger's heads and nothing else; its thumbprint is its ``kid``. Made from the
        root with 256 bits more than it needs, so that every key is as likely (FIPS 186-5, A.2.1)."""
        seed = self.derive("receipt-heads/1") + self.derive("receipt-heads/2")
        private = derive_private_key(int.from_bytes(seed) % (_P256_ORDER - 1) + 1, SECP256R1())
        key = ECKey.import_key(private)
        key.ensure_kid()
        return key

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public half, as ``/.well-known/jwks.json`` serves it (RFC 7517)."""
        public = dict(self.signing_key.as_dict(private=False))
        return {"keys": [public | {"alg": "ES256", "use": "sig"}]}


def load_keyring(data_dir: Path) -> Keyring:
    """The keyring of this data directory; made when there is none yet. Two processes that start together get
    the same one."""
    path = data_dir / _FILE
    if not path.exists():
        _create(path)
    try:
        document = json.loads(path.read_text("utf-8"))
        root = urlsafe_b64decode(document["root"])
        signing_key = ECKey.import_key(document["signing_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadConfig(f"{path} is not a keyring: {error}") from error
    return Keyring(root, signing_key)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", private=True, auto_kid=True)
    document = {
        "root": urlsafe_b64encode(secrets.token_bytes(_ROOT_BYTES)).decode(),
        "signing_key": key.as_dict(private=True),
    }
    scratch = path.with_name(f"{_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)  # fails where another process was quicker: its keyring is the one
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
