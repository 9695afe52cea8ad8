"""Configuration: read once from the environment; a bad value stops the start and says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadConfig(Exception):
    """A setting is wrong: names the variable and how to mend it, in one line."""


@dataclass(frozen=True)
class Config:
    """All settings. URLs have no trailing slash."""

    data_dir: Path
    database_url: str
    public_url: str
    port: int = 8000
    shop_port: int = 8001
    bank_port: int = 8002
    allow_loopback_webhooks: bool = False
    clock_offset_s: int = 0
    keys: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """Host and port of the public URL, as browsers write an origin's authority."""
        return urlsplit(self.public_url).netloc


def load_config(environ: Mapping[str, str]) -> Config:
    """``PORT``, ``SHOP_PORT``, ``BANK_PORT``, ``DATA_DIR``, ``DATABASE_URL``, ``SCENEBANK_URL``,
    ``ALLOW_LOOPBACK_WEBHOOKS``, ``CLOCK_OFFSET_S``, ``SCENEBANK_KEYS``; everything has a default."""
    port = _port(environ, "PORT", 8000)
    data_dir = Path(environ.get("DATA_DIR", "./var")).resolve()
    return Config(
        data_dir=data_dir,
        database_url=_database_url(environ, data_dir),
        public_url=_origin(environ, "SCENEBANK_URL", f"http://127.0.0.1:{port}"),
        port=port,
        shop_port=_port(environ, "SHOP_PORT", 8001),
        bank_port=_port(environ, "BANK_PORT", 8002),
        allow_loopback_webhooks=_flag(environ, "ALLOW_LOOPBACK_WEBHOOKS"),
        clock_offset_s=_integer(environ, "CLOCK_OFFSET_S", 0),
        keys=environ.get("SCENEBANK_KEYS", ""),
    )


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'scenebank.sqlite3'}"
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadConfig("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    return url


def _integer(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise BadConfig(f"{name} must be a whole number, not {text!r}") from None


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    port = _integer(environ, name, default)
    if not 1 <= port <= 65535:
        raise BadConfig(f"{name} must be between 1 and 65535, not {port}")
    return port


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "0")
    if text not in ("0", "1"):
        raise BadConfig(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"


def _origin(environ: Mapping[str, str], name: str, default: str) -> str:
    url = environ.get(name, default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise BadConfig(f"{name} must be an origin like https://embed.bank.example, not {url!r}")
    return url
