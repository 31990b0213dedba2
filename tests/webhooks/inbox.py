"""A receiver for many events, that can be away: it takes thousands a second, and keeps them in the order they came."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.webhooks.receiver import Call, Receiver, Reply


class Inbox(Receiver):
    """A receiver behind which nobody listens as long as it is `away`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._server: asyncio.Server | None = None
        self._port = 0
        self.come_back()
        super().__init__(self._port)

    def go_away(self) -> None:
        """Listen no more, so that whoever calls is refused."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()

    def come_back(self) -> None:
        """Listen, at the same address as before."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(lambda: _Peer(self), "127.0.0.1", self._port, backlog=1000)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class _Peer(asyncio.Protocol):
    """One connection, which brings one call."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        if not end:
            return
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        if len(body) == int(headers["content-length"]):
            self._transport.write(_answer(self._inbox.take(Call(line.split()[1], headers, body))))
            self._transport.close()


def _answer(reply: Reply) -> bytes:
    status, headers, body = reply
    shown = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
    fields = "".join(f"{name}: {value}\r\n" for name, value in shown.items())
    return f"HTTP/1.1 {status} So\r\n{fields}\r\n".encode() + body


@contextmanager
def receiving_much() -> Iterator[Inbox]:
    """An inbox that is there until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="inbox")
    thread.start()
    inbox = Inbox(loop)
    try:
        yield inbox
    finally:
        inbox.go_away()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
