"""A network for calls: names that lead where a test says, a canary that must never be reached, and odd receivers."""

from __future__ import annotations

import asyncio
import queue
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network

from hourhand.calls.calling import Line

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class Names:
    """A resolver: each look-up of a name takes the next of its answers, the last one for ever. All are counted."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.answers.get(host.partition(".")[0])
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def listening(speak: Speak, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A port of this machine on which somebody speaks, and the addresses of those who connected."""
    peers: list[str] = []
    ports: queue.Queue[int] = queue.Queue()
    over = threading.Event()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername")[0])
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await speak(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def serve() -> None:
        server = await asyncio.start_server(attend, "127.0.0.1", 0, ssl=context)
        ports.put(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(over.wait)
        server.close()
        # Those who were never spoken to, because they hung up first, are let go of too.
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield ports.get(timeout=10), peers
    finally:
        over.set()
        thread.join()


def saying(*parts: bytes) -> Speak:
    """Somebody who takes a request, says this, and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        for part in parts:
            writer.write(part)
            await writer.drain()

    return speak


async def request(reader: asyncio.StreamReader) -> bytes:
    """A whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(length)


def here(total_seconds: float = 2.0) -> Line:
    """A way to this machine, and to the outside."""
    return Line(LOOPBACK, connect_seconds=1.0, total_seconds=total_seconds)
