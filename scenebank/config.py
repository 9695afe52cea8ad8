"""Configuration: read once from the environment; a bad value stops the start and says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadConfig(Exception):
    """A setting is wrong: names the variable and how to mend it, in one line."""


@dataclass(frozen=True)
class Quota:
    """At most so many requests in so many seconds."""

    most: int
    window_s: int


# Far above what a busy network or a shop's server asks for; low only where a guess is tried.
QUOTAS: Mapping[str, Quota] = {
    "network": Quota(30_000, 60),
    "key": Quota(30_000, 60),
    "guess": Quota(60, 60),
    "report": Quota(20, 60),
}


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
    redis_url: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    privacy_url: str = ""
    log_format: str = "json"
    log_level: str = "info"
    trusted_proxies: int = 0
    quotas: Mapping[str, Quota] = field(default_factory=lambda: QUOTAS)

    @property
    def host(self) -> str:
        """Host and port of the public URL, as browsers write an origin's authority."""
        return urlsplit(self.public_url).netloc


def load_config(environ: Mapping[str, str]) -> Config:
    """``PORT``, ``SHOP_PORT``, ``BANK_PORT``, ``DATA_DIR``, ``DATABASE_URL``, ``SCENEBANK_URL``,
    ``ALLOW_LOOPBACK_WEBHOOKS``, ``CLOCK_OFFSET_S``, ``SCENEBANK_KEYS``, ``REDIS_URL``, ``TRUSTED_PROXIES``,
    ``QUOTA_<POLICY>``, ``METRICS_TOKEN``, ``PRIVACY_URL``, ``LOG_FORMAT``, ``LOG_LEVEL``; everything has a default."""
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
        redis_url=_redis_url(environ),
        metrics_token=_metrics_token(environ),
        privacy_url=_privacy_url(environ),
        log_format=_one_of(environ, "LOG_FORMAT", "json", "text"),
        log_level=_one_of(environ, "LOG_LEVEL", "info", "debug", "warning", "error"),
        trusted_proxies=_between(environ, "TRUSTED_PROXIES", 0, 0, 9),
        quotas={name: _quota(environ, f"QUOTA_{name.upper()}", default) for name, default in QUOTAS.items()},
    )


def _metrics_token(environ: Mapping[str, str]) -> str:
    token = environ.get("METRICS_TOKEN", "")
    if token and not (len(token) >= 20 and token.isascii() and token.isprintable() and " " not in token):
        raise BadConfig("METRICS_TOKEN must have at least 20 printable characters without spaces")
    return token


def _privacy_url(environ: Mapping[str, str]) -> str:
    url = environ.get("PRIVACY_URL", "")
    if url and not re.fullmatch(r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:/[!#-;=?-~]*)?", url):
        raise BadConfig("PRIVACY_URL must be a whole https address, such as https://bank.example/privacy")
    return url


def _one_of(environ: Mapping[str, str], name: str, *words: str) -> str:
    """The first is the default."""
    word = environ.get(name, words[0])
    if word not in words:
        raise BadConfig(f"{name} must be one of {', '.join(words)}, not {word!r}")
    return word


def _redis_url(environ: Mapping[str, str]) -> str:
    url = environ.get("REDIS_URL", "")
    if url and not url.startswith(("redis://", "rediss://", "redis+unix://")):
        raise BadConfig("REDIS_URL must begin with redis://, rediss:// or redis+unix://")
    return url


def _quota(environ: Mapping[str, str], name: str, default: Quota) -> Quota:
    usual = f"{default.most}/{default.window_s}"
    found = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,4})", environ.get(name, usual))
    if found is None:
        raise BadConfig(f"{name} must be requests/seconds, such as {usual}")
    return Quota(int(found[1]), int(found[2]))


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
    return _between(environ, name, default, 1, 65535)


def _between(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    number = _integer(environ, name, default)
    if not least <= number <= most:
        raise BadConfig(f"{name} must be between {least} and {most}, not {number}")
    return number


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
