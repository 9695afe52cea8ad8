"""Runs the links of one worker process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from dbos import DBOS, DBOSClient, DBOSConfig

from scenebank.engine.queue import APPLICATION_VERSION
from scenebank.engine.slots import take_slot
from scenebank.engine.sweeper import sweep_forever

_NAME = "scenebank"
_POLL_S = 0.2
_THREADS = 24
_CALLS_A_BANK = 4  # at one time from all workers: a slow bank must not starve the others
_log = logging.getLogger(__name__)


class Executor:
    """One per process: takes a slot, runs the queues, resumes the work of dead workers."""

    def __init__(self, database_url: str, links: Mapping[str, Callable[..., None]]) -> None:
        self._database_url = database_url
        self._links = links

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set. What is running then is run again by the next worker."""
        slot = take_slot(self._database_url)
        client = DBOSClient(system_database_url=self._database_url)
        DBOS(config=_config(self._database_url, slot.name))
        for name, link in self._links.items():
            _register(name, link)
        DBOS.launch()
        _open_queues()
        sweeper = threading.Thread(target=sweep_forever, args=(client, self._database_url, slot.name, stop))
        sweeper.start()
        _log.info("worker runs as %s", slot.name)
        stop.wait()
        sweeper.join()
        DBOS.destroy(workflow_completion_timeout_sec=1)
        slot.release()


def migrate_engine(database_url: str) -> None:
    """Make or upgrade the engine's own tables. Once, before web and workers start."""
    DBOS(config=_config(database_url, "migration", run_migrations=True))
    DBOS.launch()
    DBOS.destroy()


def _config(database_url: str, executor_id: str, run_migrations: bool = False) -> DBOSConfig:
    return {
        "name": _NAME,
        "system_database_url": database_url,
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "run_migrations": run_migrations,
        "log_level": "ERROR",
        "max_executor_threads": _THREADS,
    }


def _register(name: str, link: Callable[..., None]) -> None:
    @DBOS.step(name=f"{name}.once", retries_allowed=True, max_attempts=5, interval_seconds=0.2, backoff_rate=2.0)
    def once(*arguments: str) -> None:
        link(*arguments)

    # The bound on recoveries is for links that kill their process; ours may meet a hundred restarts.
    @DBOS.workflow(name=name, max_recovery_attempts=100_000)
    def workflow(*arguments: str) -> None:
        once(*arguments)

    _ = workflow


def _open_queues() -> None:
    DBOS.register_queue("bank", partition_concurrency=_CALLS_A_BANK, polling_interval_sec=_POLL_S)
    DBOS.register_queue("webhook", worker_concurrency=8, polling_interval_sec=_POLL_S)
    DBOS.register_queue("system", worker_concurrency=4, polling_interval_sec=_POLL_S)
