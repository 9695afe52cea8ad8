"""The shops' servers behind a bad line: what they got, how often, in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scenebank.webhooks.delivery import Outcome, Sender
from tests.simulation.faults import Faults


class BadPost(Sender):
    """``came`` are address, id and body, in the order they came; ``in_flight`` comes later than it was given up."""

    def __init__(self, faults: Faults, meanwhile: Callable[[], None], die: Callable[[str], None]) -> None:
        self._faults = faults
        self._meanwhile = meanwhile
        self._die = die
        self.came: list[tuple[str, str, bytes]] = []
        self.in_flight: list[tuple[str, str, bytes]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str], is_live: bool) -> Outcome:
        strikes, letter = self._faults.strikes, (url, headers["webhook-id"], body)
        self._die("before a call")
        if strikes("webhook refused"):
            return Outcome(False, 500, "refused")
        self._meanwhile()
        if strikes("webhook late"):
            self.in_flight.append(letter)
            return Outcome(False, None, "timeout")
        self.came.append(letter)
        if strikes("webhook twice"):
            self.came.append(letter)
        self._die("after a call")
        if strikes("webhook taken, answer lost"):
            return Outcome(False, None, "timeout")
        return Outcome(True, 204, "ok")

    def arrive(self) -> None:
        """Whatever is on its way, in any order."""
        self._faults.chance.shuffle(self.in_flight)
        self.came += self.in_flight
        self.in_flight.clear()
