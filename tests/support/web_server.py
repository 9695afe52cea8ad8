"""The web server that runs in production, with one worker, alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import free_port, heard, wait_for


@contextmanager
def web_server(environ: dict[str, str], target: str = "app:create_app") -> Iterator[str]:
    """Its URL; ``target`` is what makes the application."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--factory", target, "--port", str(port), "--workers", "1"]
    more = ["--blocking-threads", "16", "--log-level", "error"]
    with heard("granian") as said:
        process = subprocess.Popen([*command, *more], env=os.environ | environ, stderr=said)
        try:
            wait_for(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(30)
