"""The processes of one machine: what each is started with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenebank.config import Config
from scenebank.metrics import FOLDER as METRICS_FOLDER
from scenebank.seed.shops import FILE

HOST = "127.0.0.1"
# Of a web worker's memory: a tenth, and no time that could be measured.
_LEAN = {
    # One heap for all threads (one at a time runs Python): else what a page took while it was compressed would stay
    # with its thread.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "131072",  # octets that are free at its end go back, always at this size
    "PYTHONOPTIMIZE": "2",  # no docstrings
}


@dataclass(frozen=True)
class Command:
    """``health`` is the address that answers 200 when it is up, None for one without a port."""

    name: str
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    health: str | None


def shop_url(config: Config, environ: Mapping[str, str]) -> str:
    """Another site than ours, as a browser counts: ``localhost`` is not ``127.0.0.1``."""
    return environ.get("SHOP_PUBLIC_URL", f"http://localhost:{config.shop_port}")


def bank_url(config: Config, environ: Mapping[str, str]) -> str:
    return environ.get("BANK_PUBLIC_URL", f"http://{HOST}:{config.bank_port}")


def metrics_folder(config: Config, environ: Mapping[str, str]) -> Path:
    """Where web and worker count together."""
    return Path(environ.get(METRICS_FOLDER) or config.data_dir / "metrics")


def commands(config: Config, environ: Mapping[str, str]) -> list[Command]:
    """In the order they are started. ``environ`` is handed on to all of them."""
    shared = dict(environ) | {
        "PORT": str(config.port), "SHOP_PORT": str(config.shop_port), "BANK_PORT": str(config.bank_port),
        "DATA_DIR": str(config.data_dir), "DATABASE_URL": config.database_url, "SCENEBANK_URL": config.public_url,
        "ALLOW_LOOPBACK_WEBHOOKS": "1" if config.allow_loopback_webhooks else "0",
        "SHOP_PUBLIC_URL": shop_url(config, environ), "BANK_PUBLIC_URL": bank_url(config, environ),
        "SHOP_DATA_DIR": str(config.data_dir / "shop"), "SHOP_CONFIG": str(config.data_dir / FILE),
        "BANK_DATA_DIR": str(config.data_dir / "bank"), METRICS_FOLDER: str(metrics_folder(config, environ)),
    }  # fmt: skip
    granian = str(Path(sys.executable).with_name("granian"))
    web = (
        granian, "--interface", "wsgi", "--factory", "app:create_app", "--host", HOST, "--port", str(config.port),
        *(() if config.log_format == "text" else ("--log-config", str(Path(__file__).with_name("granian.json")))),
        "--workers", "2", "--blocking-threads", "16", "--respawn-failed-workers",
        "--http1-buffer-size", "65536", "--http1-header-read-timeout", "10000",  # bytes and ms of a request's head
        "--respawn-interval", "0.2", "--workers-kill-timeout", "2", "--log-level", "warning",
    )  # fmt: skip
    return [
        Command("bank", (sys.executable, "-m", "sandbox_bank"), shared, f"http://{HOST}:{config.bank_port}/healthz"),
        Command("web", web, _LEAN | shared, f"http://{HOST}:{config.port}/readyz"),
        Command("worker", (sys.executable, "-m", "scenebank.worker"), shared, None),
        Command("shop", (sys.executable, "-m", "demo_shop"), shared, f"http://{HOST}:{config.shop_port}/healthz"),
    ]
