"""Processes killed at the very point, one after the other, and what the clients of the house wrote down meanwhile."""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import requests

from scenebank.config import Config
from tests.end_to_end import crash_points
from tests.end_to_end.crash_checker import ClientLog, faults
from tests.end_to_end.crash_points import ARMED, AT, POINTS, TAKEN
from tests.support.post_box import PostBox, post_box
from tests.support.shopper import Shopper
from tests.support.stack import Stack, running

_PATIENCE_S = 60.0
_AMOUNT = 600000


class CrashStack(Stack):
    """Without the shop: the drill is the shop."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        super().__init__(config, environ)
        self.folder = config.data_dir / "crash"
        self.folder.mkdir(exist_ok=True)
        del self.children["shop"]
        stops = {"app:create_app": f"{crash_points.__name__}:create_app", "scenebank.worker": crash_points.__name__}
        there = {"CRASH_FOLDER": str(self.folder)}
        for name in ("web", "worker"):
            child = self.children[name]
            arguments = tuple(stops.get(one, one) for one in child.command.arguments)
            assert arguments != child.command.arguments
            child.command = replace(child.command, arguments=arguments, environ={**child.command.environ, **there})


class Patient(Shopper):
    """Presses again until somebody answers; the frame's nonce is the same for the same token."""

    def enter(self) -> None:
        """The shop's server asks again too, where nobody takes the call."""
        for _turn in range(int(_PATIENCE_S * 10)):
            try:
                super().enter()
            except requests.RequestException:
                time.sleep(0.1)
                continue
            return
        raise AssertionError("nobody makes a launch token")

    def post(self, step: str, fields: dict[str, str]) -> None:
        if "lt" in fields:
            fields = fields | {"cn": hashlib.sha256(fields["lt"].encode()).hexdigest()[:32]}
        for _turn in range(int(_PATIENCE_S * 10)):
            try:
                super().post(step, fields)
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if self.code < 500:
                return
            time.sleep(0.1)
        raise AssertionError(f"nobody answers {step}")


class CrashDrill:
    """``kill_at`` does one crash; ``finish`` starts all again and says what does not hold."""

    def __init__(self, stack: CrashStack, box: PostBox, name: str) -> None:
        self._stack, self._box, self._name = stack, box, name
        self._log = ClientLog()
        self._clients: list[threading.Thread] = []
        self._broken: list[str] = []
        self._made = 0
        self.kills: Counter[str] = Counter()
        self._goods = self._accepted()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_all_running, daemon=True)
        self._watch.start()

    def kill_at(self, point: str) -> None:
        number = self.kills[point]
        role, act = self._act(point, number)
        (self._stack.folder / AT).unlink(missing_ok=True)
        (self._stack.folder / TAKEN).unlink(missing_ok=True)
        scratch = self._stack.folder / "scratch"
        scratch.write_text(f"{point} {role}", "utf-8")
        scratch.rename(self._stack.folder / ARMED)
        raw = self._raw_bookings()
        client = threading.Thread(target=self._client, args=(act,))
        client.start()
        pid = self._wait_for_it(point)
        if point == "bank called":  # the request has left: let the bank do it before its caller is gone
            self._until(lambda: self._raw_bookings() > raw, "the bank booked")
        os.kill(pid, signal.SIGKILL)  # whoever watches over it starts another
        self.kills[point] += 1
        if point == "key taken":  # answered in half a minute, as the key is taken: others come meanwhile
            self._clients.append(client)
        else:
            client.join(_PATIENCE_S)
            assert not client.is_alive(), point

    def finish(self) -> list[str]:
        """Everybody has an answer; then all is killed and started again, and settles."""
        for client in self._clients:
            client.join(_PATIENCE_S * 6)
            assert not client.is_alive(), "key taken"
        self.watch_no_more()
        for name in self._stack.children:
            self._stack.kill(name)
        self._stack.start()
        return self._broken + faults(self._stack, self._box, self._log)

    def watch_no_more(self) -> None:
        self._over.set()
        self._watch.join()

    def _keep_all_running(self) -> None:
        """As the supervisor does: a web server gives up where its processes die soon after one another."""
        while not self._over.wait(0.1):
            for child in self._stack.children.values():
                child.keep_running()

    def _act(self, point: str, number: int) -> tuple[str, Callable[[], None]]:
        """Whose process is to stop there, and what is done so that it comes there."""
        odd = number % 2 == 1
        if point in ("token burnt", "session committed"):
            return "web", self._enter
        if point == "key taken":
            return "web", self._fulfil
        if point == "event written" and not odd:
            return "web", self._apply
        return "worker", self._fulfil if odd else self._apply

    def _client(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # a client that gives up is the drill's finding, not its end
            self._broken.append(f"a client gave up: {error!r}")

    def _enter(self) -> None:
        shopper = self._shopper()
        shopper.enter()
        assert shopper.code == 200, shopper.text[:300]
        assert shopper.page.choices, shopper.text[:300]
        self._log.visits += 1
        self._log.submit(shopper)

    def _apply(self) -> None:
        shopper = self._shopper()
        shopper.enter()
        self._log.submit(shopper)

    def _fulfil(self) -> None:
        """One hundred minor units, under a key of its own until it is taken."""
        key = secrets.token_hex(16)
        body = {"amount": {"amount": "100", "currency": "CNY"}}
        last = "nobody answers"
        for _turn in range(int(_PATIENCE_S * 16)):  # another kill may meet it, and each costs half a minute
            try:
                answer = self._stack.api("cn", "POST", f"/v1/applications/{self._goods}/fulfil", json=body,
                                         headers={"Idempotency-Key": key})  # fmt: skip
            except requests.RequestException:
                time.sleep(0.25)
                continue
            if answer.status_code == 202:
                self._log.fulfilled[key] = self._goods
                return
            assert answer.status_code in (409, 500, 503), answer.text
            last = answer.text[:300]
            time.sleep(0.25)
        raise AssertionError(f"never taken: {last}")

    def _accepted(self) -> str:
        shopper = self._shopper()
        application = shopper.accepted()
        self._log.applications[shopper.order] = application
        return application

    def _shopper(self) -> Patient:
        self._made += 1
        return Patient(self._stack, "cn", f"C-{self._name}-{self._made}", _AMOUNT)

    def _wait_for_it(self, point: str) -> int:
        at = self._stack.folder / AT
        self._until(at.exists, point)
        return int(at.read_text("utf-8"))

    def _raw_bookings(self) -> int:
        return sum(call["booked"] for call in self._stack.bank.calls())

    def _until(self, done: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not done():
            assert time.monotonic() < end, f"never came to: {what}; {self._broken}; {self._stack.logs('worker')[-999:]}"
            time.sleep(0.02)


@contextmanager
def crash_drill(folder: Path, name: str, database_url: str | None = None) -> Iterator[CrashDrill]:
    """On a fresh house; the bank never deduplicates."""
    with running(CrashStack, folder, database_url, {"BANK_READING_S": "0"}) as stack:
        account = stack.accounts["cn"]
        with post_box(account["webhook_secret"]) as box:
            ours = f"/v1/webhook_endpoints/{account['webhook_endpoint']}"
            moved = stack.api("cn", "PATCH", ours, json={"url": box.url})
            assert moved.status_code == 200, moved.text
            stack.bank.behave(deduplicate=False)
            drill = CrashDrill(stack, box, name)
            try:
                yield drill
            finally:
                drill.watch_no_more()


def crash(folder: Path, name: str, each: int, database_url: str | None = None) -> tuple[Counter[str], list[str]]:
    """``each`` kills at every point; how many there were, and what does not hold."""
    with crash_drill(folder, name, database_url) as drill:
        for _round in range(each):
            for point in POINTS:
                drill.kill_at(point)
        return drill.kills, drill.finish()
