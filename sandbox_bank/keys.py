"""The banks' own secrets: one ES256 key each to sign callbacks with."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from sandbox_bank.products import HOUSES


class BankKeys:
    """``signing``: by bank."""

    def __init__(self, signing: dict[str, ECKey]) -> None:
        self._signing = signing

    def signing_key(self, bank_id: str) -> ECKey:
        return self._signing[bank_id]

    def public_jwks(self, bank_id: str) -> dict[str, list[dict[str, Any]]]:
        """As ``/{bank_id}/.well-known/jwks.json`` serves it (RFC 7517)."""
        public = dict(self._signing[bank_id].as_dict(private=False))
        return {"keys": [public | {"alg": "ES256", "use": "sig"}]}


def load_keys(folder: Path) -> BankKeys:
    """The keys of this data directory, made when there are none."""
    path = folder / "keys.json"
    if not path.exists():
        _create(path)
    document = json.loads(path.read_text("utf-8"))
    signing = {bank_id: ECKey.import_key(key) for bank_id, key in document["signing"].items()}
    return BankKeys(signing)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    signing = {bank_id: ECKey.generate_key("P-256", private=True, auto_kid=True) for bank_id in HOUSES}
    document = {"signing": {bank_id: key.as_dict(private=True) for bank_id, key in signing.items()}}
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
