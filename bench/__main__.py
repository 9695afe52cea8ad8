"""``python -m bench``: a table of times, and one of what a widget costs its page. The machine's noise falls on all
alike, as the runs are interleaved."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import requests

from bench import appends, budgets, memory, offers
from tests.support.processes import free_port, wait_for
from tests.support.shopper import Shopper
from tests.support.stack import Stack, running_stack

_ROUNDS = 5
_EACH = 30
Samples = dict[str, list[float]]


@contextmanager
def bare_server() -> Iterator[str]:
    """The yardsticks behind the same server, with as many workers."""
    port = free_port()
    granian = str(Path(sys.executable).with_name("granian"))
    process = subprocess.Popen(  # noqa: S603 - our own command
        [granian, "--interface", "wsgi", "--factory", "bench.bare:create_app", "--host", "127.0.0.1", "--port",
         str(port), "--workers", "2", "--blocking-threads", "16", "--log-level", "error"],
        env=os.environ,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


class Bench:
    """Every subject in turn, round after round."""

    def __init__(self, stack: Stack, bare: str) -> None:
        self._stack = stack
        self._bare = bare
        self._http = requests.Session()
        self._http.headers["Accept-Encoding"] = "br"
        self._orders = iter(range(1_000_000))
        self.samples: Samples = {}

    def run(self) -> Samples:
        key = self._stack.accounts["cn"]["publishable_key"]
        query = f"key={key}&amount=459900&currency=CNY"
        simple = {
            "bare view": f"{self._bare}/view",
            "bare file": f"{self._bare}/file",
            "loader": f"{self._stack.scenebank_url}/v1/scene.js",
            "first view": f"{self._stack.scenebank_url}/w/instalments?{query}",
            "fragment": f"{self._stack.scenebank_url}/w/instalments/schedule?{query}&choice=lantern/lt-instal-cny/12",
        }
        for _round in range(_ROUNDS):
            for name, url in simple.items():
                for _number in range(_EACH):
                    self._get(name, url)
            for _number in range(_EACH // 5):
                self._purchase()
        return self.samples

    def _get(self, name: str, url: str) -> None:
        started = time.perf_counter()
        self._http.get(url, timeout=10).raise_for_status()
        self.samples.setdefault(name, []).append(time.perf_counter() - started)

    def _purchase(self) -> None:
        shopper = Shopper(self._stack, "cn", f"B-{next(self._orders)}", 459900)
        shopper.enter()
        entered = shopper.last_s
        shopper.submit()
        for name, seconds in (("launch exchange", entered), ("submit", shopper.last_s)):
            self.samples.setdefault(name, []).append(seconds)


def table(samples: Samples) -> str:
    """p50 and p99 in ms; the ratios are of the medians."""
    view, file = median(samples["bare view"]), median(samples["bare file"])
    lines = [f"{'':16} {'runs':>5} {'p50 ms':>8} {'p99 ms':>8} {'÷ view':>7} {'÷ file':>7}"]
    for name, found in samples.items():
        middle, last = median(found), quantiles(found, n=100)[98]
        lines.append(
            f"{name:16} {len(found):5} {middle * 1000:8.2f} {last * 1000:8.2f} "
            f"{middle / view:7.2f} {middle / file:7.2f}"
        )
    return "\n".join(lines)


def main() -> int:
    """1 where a worker takes more memory than it may; times are judged by who reads them."""
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack, bare_server() as bare:
        print(table(Bench(stack, bare).run()))
        print()
        print(appends.table(appends.measure()))
        print()
        print(offers.table(offers.measure()))
        found = memory.measure_memory()
        print(memory.line(found))
        print()
        print(budgets.table(budgets.measure(stack)))
        print(budgets.script_line(budgets.measure_script(stack)))
    return 0 if memory.is_held(found) else 1


if __name__ == "__main__":
    sys.exit(main())
