"""What must hold before anything is started, and what is written before."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from scenebank.config import Config
from scenebank.engine.migrate import migrate_engine
from scenebank.errors import InvalidInput
from scenebank.seed import seed_catalogue, seed_shops, seed_subsidies
from scenebank.seed.story import story
from scenebank.store.migrate import migrate
from scenebank.supervisor.commands import HOST, bank_url, metrics_folder, shop_url
from scenebank.wiring import build_services

_PROBE_BYTES = 4 * 1024 * 1024


class CannotStart(Exception):
    """Why, and how to mend it, in one line."""


def check_ports(config: Config) -> None:
    for name, port in (("PORT", config.port), ("SHOP_PORT", config.shop_port), ("BANK_PORT", config.bank_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise CannotStart(f"port {port} cannot be used ({error.strerror}): set {name} to a free one") from error


def check_disk(config: Config) -> None:
    """There is room for more than the first page."""
    probe = config.data_dir / ".probe"
    try:
        (config.data_dir / "logs").mkdir(parents=True, exist_ok=True)
        with probe.open("wb") as file:
            file.write(b"\0" * _PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CannotStart(_of_disk(config, error)) from error
    finally:
        if probe.exists():
            probe.unlink()


def _of_disk(config: Config, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"the disk is full: make room in {config.data_dir}, or set DATA_DIR to another place"
    return f"{config.data_dir} cannot be written ({error.strerror}): set DATA_DIR to another place"


def _bank_ca_file(environ: Mapping[str, str]) -> str | None:
    """Whose word on the banks' certificate counts; None for the public authorities."""
    name = environ.get("BANK_CA_FILE")
    if name and not Path(name).is_file():
        raise CannotStart(f"BANK_CA_FILE is not a file: {name}")
    return str(Path(name).resolve()) if name else None


def _of_shop(config: Config, environ: Mapping[str, str], error: InvalidInput) -> str:
    if not config.allow_loopback_webhooks:
        return "the shop stands on this machine and hears nothing: set ALLOW_LOOPBACK_WEBHOOKS to 1"
    return f"{shop_url(config, environ)} cannot be the shop's address ({error}): set SHOP_PUBLIC_URL to an https origin"


def _empty(folder: Path) -> None:
    """Counts begin anew with every start."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()


def prepare(config: Config, environ: Mapping[str, str]) -> None:
    """Migrate and seed; both change nothing the second time."""
    try:
        _empty(metrics_folder(config, environ))
        wired = build_services(config)
        migrate(wired.database)
        migrate_engine(config.database_url)
        seed_catalogue(wired.catalogue, wired.bank_pages, bank_url(config, environ), _bank_ca_file(environ))
        shop, hook = shop_url(config, environ), f"http://{HOST}:{config.shop_port}"
        accounts = seed_shops(wired.merchants, wired.webhooks, config.data_dir, shop, hook)
        seed_subsidies(wired.subsidies, {key: accounts[key]["merchant_id"] for key in story()["shops"]})
        wired.database.dispose()
    except OSError as error:
        raise CannotStart(_of_disk(config, error)) from error
    except InvalidInput as error:
        raise CannotStart(_of_shop(config, environ, error)) from error
    except OperationalError as error:
        raise CannotStart(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    except SQLAlchemyError as error:
        raise CannotStart(f"the database cannot be used: {type(error).__name__}") from error
