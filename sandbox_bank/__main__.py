"""``python -m sandbox_bank``: the banks on a loopback port until they are told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox_bank.app import create_app
from sandbox_bank.settings import BadSettings, load_settings

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """One line for each request that went wrong, none for the others."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code) == "500":
            print(f"bank: {self.command} {self.path.partition('?')[0]} {code}", file=sys.stderr, flush=True)


def main() -> int:
    try:
        settings = load_settings(os.environ)
    except BadSettings as error:
        print(f"bank: {error}", file=sys.stderr)
        return 1
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, settings.port))
    except OSError as error:
        print(f"bank: port {settings.port} cannot be used: {error.strerror}; set BANK_PORT", file=sys.stderr)
        return 1
    listener.listen(512)
    port = listener.getsockname()[1]
    public_url = settings.public_url or f"http{'s' if settings.tls else ''}://{HOST}:{port}"
    app, clockwork = create_app(settings, public_url)
    server = make_server(
        HOST, port, app, threaded=True, request_handler=_Handler, ssl_context=settings.tls, fd=listener.fileno()
    )
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    clockwork.start()
    print(f"bank: ready at {public_url}", file=sys.stderr, flush=True)
    server.serve_forever()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Everything acknowledged is on disk.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
