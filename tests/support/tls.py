"""TLS in front of a server that speaks none: what a load balancer does for it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 64 * 1024


def listener() -> socket.socket:
    """On a free loopback port, known before anything stands behind it."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


@contextmanager
def terminated(listening: socket.socket, context: ssl.SSLContext, backend: int) -> Iterator[None]:
    """Hand what comes on to the loopback port ``backend``, without its TLS, until the end of the block."""
    loop, end = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(listening, context, backend, end),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


async def _serve(listening: socket.socket, context: ssl.SSLContext, backend: int, end: asyncio.Event) -> None:
    talks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        talks.add(talk)
        with suppress(OSError, asyncio.CancelledError):  # a peer that goes away
            inside_reader, inside_writer = await asyncio.open_connection("127.0.0.1", backend)
            await asyncio.gather(_pump(reader, inside_writer), _pump(inside_reader, writer))
        writer.close()
        talks.discard(talk)

    server = await asyncio.start_server(answer, sock=listening, ssl=context)
    await end.wait()
    server.close()
    for talk in list(talks):
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
    finally:
        sink.close()  # whoever ends the one way ends both
