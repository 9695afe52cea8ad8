"""Runs the links of one worker process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from dbos import DBOS, DBOSClient, DBOSConfig
from dbos import error as engine_errors
from sqlalchemy.exc import SQLAlchemyError

from scenebank.engine.dead_letters import LinkFailed
from scenebank.engine.queue import APPLICATION_VERSION, TryAgain
from scenebank.engine.slots import Slot, take_slot
from scenebank.engine.sweeper import sweep

_NAME = "scenebank"
# How often a queue is asked: a shopper waits for banks, a shop less closely for its events, nobody for the rest.
_POLL_S = {"bank": 0.2, "webhook": 0.4, "system": 2.0}
_SWEEP_S = 2.0
_CALLS_A_BANK = 4  # at one time from all workers: a slow bank must not starve the others
_AT_ONCE = {"bank": 12, "webhook": 8, "system": 4}  # a process; threads for all, so that no queue waits for another
# A link that met a database in trouble is run again for a minute, then it is a dead letter.
_TRIES, _FIRST_WAIT_S = 9, 0.25
_log = logging.getLogger(__name__)


class SlotLost(Exception):
    """The database let go of our slot and somebody else took it: two processes must not run under one id."""


class Executor:
    """One per process: takes a slot, runs the queues, resumes the work of dead workers. ``chores`` are done every two
    seconds by every worker: what they find to do stands in the database, and they agree there on who does it."""

    def __init__(
        self, database_url: str, links: Mapping[str, Callable[..., None]], *chores: Callable[[], object]
    ) -> None:
        self._database_url = database_url
        self._links = links
        self._chores = chores

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; :class:`SlotLost` when another process has our slot. What is running then is run
        again by the next worker: the caller ends the process without waiting for it."""
        slot = take_slot(self._database_url)
        client = DBOSClient(system_database_url=self._database_url)
        DBOS(config=_config(self._database_url, slot.name))
        for name, link in self._links.items():
            _register(name, link)
        DBOS.launch()
        _open_queues()
        _log.info("worker runs as %s", slot.name)
        try:
            self._watch(client, slot, stop)
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=1)
            client.destroy()
            slot.release()

    def _watch(self, client: DBOSClient, slot: Slot, stop: threading.Event) -> None:
        while not stop.wait(_SWEEP_S):
            try:
                if not slot.keep():
                    raise SlotLost(f"another process took {slot.name}; start this one again")
                sweep(client, self._database_url, slot.name)
            except SQLAlchemyError:  # a database that is away for a while does not end the worker
                _log.exception("sweep failed; trying again")
            self._do_chores()

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except Exception:  # one that cannot be done must not keep the others, or the links, from theirs
                _log.exception("a chore failed; trying again")


def _config(database_url: str, executor_id: str) -> DBOSConfig:
    return {
        "name": _NAME,
        "system_database_url": database_url,
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "run_migrations": False,
        "log_level": "ERROR",
        "max_executor_threads": sum(_AT_ONCE.values()),
    }


def _register(name: str, link: Callable[..., None]) -> None:
    @DBOS.step(
        name=f"{name}.once", retries_allowed=True, max_attempts=_TRIES, interval_seconds=_FIRST_WAIT_S,
        backoff_rate=2.0, should_retry=_is_passing,
    )  # fmt: skip
    def once(*arguments: str) -> None:
        link(*arguments)

    # The bound on recoveries is for links that kill their process; ours may meet a hundred restarts.
    @DBOS.workflow(name=name, max_recovery_attempts=100_000)
    def workflow(*arguments: str) -> None:
        try:
            once(*arguments)
        except engine_errors.DBOSException:
            raise
        except Exception as error:  # its words may be a bank's or a shopper's: they belong into no table
            raise LinkFailed(type(error).__name__) from error

    _ = workflow


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, (TryAgain, SQLAlchemyError, OSError))


def _open_queues() -> None:
    DBOS.register_queue(
        "bank", partition_concurrency=_CALLS_A_BANK, worker_concurrency=_AT_ONCE["bank"],
        polling_interval_sec=_POLL_S["bank"],
    )  # fmt: skip
    for name in ("webhook", "system"):
        DBOS.register_queue(name, worker_concurrency=_AT_ONCE[name], polling_interval_sec=_POLL_S[name])
