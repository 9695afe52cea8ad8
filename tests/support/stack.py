"""All processes of the product on free ports, as ``make run`` starts them, each of which a test can kill."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import requests

from scenebank.config import Config, load_config
from scenebank.supervisor.children import Child, end_all
from scenebank.supervisor.commands import HOST, bank_url, commands, shop_url
from scenebank.supervisor.preparation import prepare
from tests.support.leaks import LEAKS
from tests.support.processes import free_port
from tests.support.running import Running
from tests.support.sandbox_bank import SandboxBank

_ROOT = Path(__file__).parents[2]


class Stack(Running):
    """Started as ``make run`` starts it, each process by its name."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        prepare(config, environ)
        super().__init__(config.public_url, shop_url(config, environ), config.data_dir)
        self.config = config
        self.api_url = f"http://{HOST}:{config.port}"
        self.bank_url = bank_url(config, environ)
        self.bank = SandboxBank(f"http://{HOST}:{config.bank_port}")
        (config.data_dir / "logs").mkdir(exist_ok=True)
        made = [Child(command, config.data_dir / "logs", _ROOT) for command in commands(config, environ)]
        self.children = {child.command.name: child for child in made}

    def start(self, *names: str) -> None:
        """``web``, ``worker``, ``bank``, ``shop``; all without names. Waits until they answer."""
        chosen = [self.children[name] for name in names or self.children]
        for child in chosen:
            child.start()
        for child in chosen:
            self._wait(child)

    def kill(self, name: str) -> None:
        """SIGKILL, with all it started."""
        self.children[name].kill()

    def logs(self, name: str) -> str:
        return (self.config.data_dir / "logs" / f"{name}.log").read_text("utf-8", "replace")

    def _wait(self, child: Child) -> None:
        for _turn in range(1200):  # other tests may leave us little of the machine
            if child.command.health is None:
                return
            if child.exit_code is not None:
                break
            try:
                if requests.get(child.command.health, timeout=2).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"{child.command.name} did not start: {child.last_words()}")


_Kind = TypeVar("_Kind", bound=Stack)


@contextmanager
def running_stack(folder: Path, database_url: str | None = None, **environ: str) -> Iterator[Stack]:
    """Started on free ports with fresh data; all ended afterwards."""
    with running(Stack, folder, database_url, environ) as stack:
        yield stack


@contextmanager
def running(
    kind: type[_Kind], folder: Path, database_url: str | None, environ: Mapping[str, str]
) -> Iterator[_Kind]:  # fmt: skip
    """Another kind of stack, started and ended likewise."""
    settings = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SCENEBANK_URL")}
    settings |= {
        "PORT": str(free_port()), "SHOP_PORT": str(free_port()), "BANK_PORT": str(free_port()),
        "DATA_DIR": str(folder), "ALLOW_LOOPBACK_WEBHOOKS": "1", "BANK_READING_S": "0.5",
    } | dict(environ)  # fmt: skip
    if database_url:
        settings["DATABASE_URL"] = database_url
    stack = kind(load_config(settings), settings)
    try:
        stack.start()
        yield stack
    finally:
        end_all(list(stack.children.values()))
        LEAKS.left(folder)
