"""The worker process: ``python -m scenebank.worker`` carries the durable work until SIGTERM."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from scenebank.config import BadConfig, load_config
from scenebank.engine.executor import Executor, SlotLost
from scenebank.engine.slots import NoFreeSlot
from scenebank.logs import configure_logs
from scenebank.wiring import build_services


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    try:
        config = load_config(os.environ)
        configure_logs(config.log_format, config.log_level)
        wired = build_services(config)
        chores = (wired.receipts.seal, wired.clockwork.run_due)
        Executor(wired.config.database_url, wired.all_links(), *chores).run(stop)
    except (BadConfig, NoFreeSlot, SlotLost) as error:
        print(f"worker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # a call that is still waiting for a bank is made again by the next worker
