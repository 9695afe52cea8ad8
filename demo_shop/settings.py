"""What the shop is told by its environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(Exception):
    """A setting is missing or makes no sense; the message says which."""


@dataclass(frozen=True)
class Account:
    """The shop's account at Scenebank. All four are given when the merchant is made."""

    merchant_id: str
    publishable_key: str
    secret_key: str
    webhook_secret: str


@dataclass(frozen=True)
class Settings:
    """``accounts`` by shop key (``cn``, ``eu``); a shop without one offers no instalments. ``scenebank_ca`` is a file
    with the authority of Scenebank's certificate, None for the public ones."""

    port: int
    public_url: str
    scenebank_url: str
    data_dir: Path
    accounts: Mapping[str, Account]
    tls: tuple[str, str] | None = None
    scenebank_ca: str | None = None


def load_settings(environ: Mapping[str, str]) -> Settings:
    """:class:`BadSettings` names what is wrong."""
    port = environ.get("SHOP_PORT", "8001")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise BadSettings(f"SHOP_PORT is not a port: {port}")
    cert, key = environ.get("SHOP_TLS_CERT"), environ.get("SHOP_TLS_KEY")
    if bool(cert) != bool(key):
        raise BadSettings("SHOP_TLS_CERT and SHOP_TLS_KEY belong together")
    return Settings(
        port=int(port),
        public_url=_origin(environ, "SHOP_PUBLIC_URL", "http://localhost:8001"),
        scenebank_url=_origin(environ, "SCENEBANK_URL", "http://127.0.0.1:8000"),
        data_dir=Path(environ.get("SHOP_DATA_DIR", "var/shop")),
        accounts=_accounts(environ.get("SHOP_CONFIG")),
        tls=(cert, key) if cert and key else None,
        scenebank_ca=_file(environ, "SCENEBANK_CA_FILE"),
    )


def _origin(environ: Mapping[str, str], name: str, default: str) -> str:
    url = environ.get(name, default).rstrip("/")
    parts = urlsplit(url)
    # It becomes part of the Content-Security-Policy: an origin, and nothing that could end a directive.
    if parts.scheme not in ("http", "https") or not parts.netloc or url != f"{parts.scheme}://{parts.netloc}":
        raise BadSettings(f"{name} is not an origin: {url}")
    if any(character in url for character in " ;,'\""):
        raise BadSettings(f"{name} is not an origin: {url}")
    return url


def _file(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(name)
    if path and not Path(path).is_file():
        raise BadSettings(f"{name} is not a file: {path}")
    return path or None


def _accounts(path: str | None) -> Mapping[str, Account]:
    if not path:
        return {}
    try:
        document = json.loads(Path(path).read_text("utf-8"))
        return {
            key: Account(
                one["merchant_id"], one["publishable_key"], one["secret_key"], one["webhook_secret"]
            )
            for key, one in document.items()
        }  # fmt: skip
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise BadSettings(f"SHOP_CONFIG cannot be read: {path} ({error})") from error
