"""What the bank is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(Exception):
    """A setting is missing or makes no sense; the message says which."""


@dataclass(frozen=True)
class Settings:
    """``port`` 0 takes a free one; ``public_url`` None stands for the port that was taken; ``reading_s`` how long the
    cost sheet has to be open before anybody can agree to it; ``scenebank_ca`` a file with the authority of the
    platform's certificate, None for the public ones; ``rude_seed`` None for good manners, else calls wait up to
    ``rude_wait_s``, and more."""

    port: int
    data_dir: Path
    scenebank_url: str
    public_url: str | None
    reading_s: float
    tls: tuple[str, str] | None
    scenebank_ca: str | None
    rude_seed: int | None = None
    rude_wait_s: float = 3.0


def load_settings(environ: Mapping[str, str]) -> Settings:
    """:class:`BadSettings` names what is wrong."""
    port = environ.get("BANK_PORT", "8002")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise BadSettings(f"BANK_PORT is not a port: {port}")
    cert, key = environ.get("BANK_TLS_CERT"), environ.get("BANK_TLS_KEY")
    if bool(cert) != bool(key):
        raise BadSettings("BANK_TLS_CERT and BANK_TLS_KEY belong together")
    public = environ.get("BANK_PUBLIC_URL")
    return Settings(
        port=int(port),
        data_dir=Path(environ.get("BANK_DATA_DIR", "var/bank")),
        scenebank_url=_origin("SCENEBANK_URL", environ.get("SCENEBANK_URL", "http://127.0.0.1:8000")),
        public_url=_origin("BANK_PUBLIC_URL", public) if public else None,
        reading_s=_seconds("BANK_READING_S", environ.get("BANK_READING_S", "3")),
        tls=(cert, key) if cert and key else None,
        scenebank_ca=_file("SCENEBANK_CA_FILE", environ.get("SCENEBANK_CA_FILE")),
        rude_seed=_seed("BANK_RUDE_SEED", environ.get("BANK_RUDE_SEED")),
        rude_wait_s=_seconds("BANK_RUDE_WAIT_S", environ.get("BANK_RUDE_WAIT_S", "3")),
    )


def _origin(name: str, text: str) -> str:
    url = text.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or url != f"{parts.scheme}://{parts.netloc}":
        raise BadSettings(f"{name} is not an origin: {url}")
    return url


def _file(name: str, path: str | None) -> str | None:
    if path and not Path(path).is_file():
        raise BadSettings(f"{name} is not a file: {path}")
    return path or None


def _seed(name: str, text: str | None) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadSettings(f"{name} is not a whole number: {text}")
    return int(text) if text else None


def _seconds(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise BadSettings(f"{name} is not a number of seconds: {text}") from error
    if not 0 <= value <= 600:
        raise BadSettings(f"{name} is not between 0 and 600: {text}")
    return value
