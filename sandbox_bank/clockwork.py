"""What the bank does by itself: reviews end, offers run out, news goes out."""

from __future__ import annotations

import sys
import threading
import time

from sandbox_bank import stages
from sandbox_bank.applications import ripe, save
from sandbox_bank.behaviour import read_behaviour
from sandbox_bank.callbacks import CallbackSender, plan
from sandbox_bank.database import Books

_TURN_S = 0.1


class Clockwork(threading.Thread):
    """One background thread; all it knows is in the books, so that it may die at any moment."""

    def __init__(self, books: Books, sender: CallbackSender) -> None:
        super().__init__(name="clockwork", daemon=True)
        self._books = books
        self._sender = sender

    def run(self) -> None:
        while True:
            try:
                self._ripen()
                self._sender.send_due()
            except Exception as error:
                print(f"bank: clockwork: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            time.sleep(_TURN_S)

    def _ripen(self) -> None:
        with self._books.reading() as connection:
            if not ripe(connection, time.time()):
                return
        with self._books.writing() as connection:
            behaviour = read_behaviour(connection)
            for application in ripe(connection, time.time()):
                changed = stages.ripen(application, behaviour)
                save(connection, changed)
                plan(connection, changed)
