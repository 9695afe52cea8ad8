"""``python -m demo_shop``: the shop on a loopback port until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from demo_shop.app import create_app
from demo_shop.settings import BadSettings, load_settings

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """One line for each request that went wrong, none for the others."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code) >= "500":
            print(f"shop: {self.command} {self.path.partition('?')[0]} {code}", file=sys.stderr, flush=True)


def main() -> int:
    try:
        settings = load_settings(os.environ)
    except BadSettings as error:
        print(f"shop: {error}", file=sys.stderr)
        return 1
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, settings.port))
    except OSError as error:
        print(f"shop: port {settings.port} cannot be used: {error.strerror}; set SHOP_PORT", file=sys.stderr)
        return 1
    listener.listen(128)
    server = make_server(
        HOST, settings.port, create_app(settings), threaded=True, request_handler=_Handler,
        ssl_context=settings.tls, fd=listener.fileno(),
    )  # fmt: skip
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    print(f"shop: ready at {settings.public_url}", file=sys.stderr, flush=True)
    server.serve_forever()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Nothing is kept in memory; what is written is written.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
