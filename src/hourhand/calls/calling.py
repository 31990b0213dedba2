"""The call itself: to exactly the address that was looked up and judged, with little patience for what answers.

A name is resolved once, and all that it leads to must be allowed: otherwise it could lead to one thing when it is
judged and to another when it is called. There are no redirects, no proxies, no cookies and no second request on a
connection.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address

import h11
from msgspec import Struct

from hourhand.calls import targets
from hourhand.calls.addresses import Address, Network, is_opened, is_public, plain
from hourhand.calls.errors import NotCalled
from hourhand.calls.targets import Target

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_HEADERS = 16 << 10
MOST_BODY = 64 << 10
# Of all that comes in: what a body is wrapped in may be a thousand times as long as the body.
_MOST_BYTES = MOST_HEADERS + MOST_BODY
# Those of the web; what else is there on a machine is none of its business.
PORTS = frozenset((80, 443, 8080, 8443))
# Names are looked up on threads, which a name server may keep waiting longer than anybody waits for them.
_LOOKING_UP = 32
_MOST_ADDRESSES = 8
_MOST_INFORMED = 8
_CHUNK = 16 << 10

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Answer(Struct, frozen=True):
    """What answered. `retry_after` is the header as it was sent, `body` the beginning of it, 64 KiB at most."""

    status: int
    retry_after: str | None
    body: bytes

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


class Line(Struct, frozen=True):
    """A way to the outside. `opened` are networks that may be called although they are not public, on any port.

    `trust` says whose certificates are taken: without it the system is asked at each call, which holds up the loop.
    """

    opened: tuple[Network, ...] = ()
    resolve: Resolve | None = None
    connect_seconds: float = CONNECT_SECONDS
    total_seconds: float = TOTAL_SECONDS
    trust: ssl.SSLContext | None = None

    def check(self, url: str) -> None:
        """Refuse a URL that can lead nowhere, without looking anything up. Raises `NotCalled`."""
        self._target(url)

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a body, and give what answers. Raises `NotCalled`."""
        target = self._target(url)
        end = asyncio.get_running_loop().time() + self.total_seconds
        try:
            async with asyncio.timeout_at(end):
                reader, writer = await self._connected(target)
        except TimeoutError:
            raise NotCalled("it took too long") from None
        try:
            return await _Conversation(reader, writer, end).post(target, headers, body)
        finally:
            writer.transport.abort()

    def _target(self, url: str) -> Target:
        target = targets.read(url)
        if target.address is not None:
            self._judge(target, target.address)
        elif not self.opened and target.port not in PORTS:
            raise NotCalled("the port is not allowed")
        return target

    async def _connected(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failure = NotCalled("there is no connection")
        addresses = await self._addresses(target)
        for address in addresses:
            try:
                # So that all of them together take no longer than one: who waits learns nothing from how long it takes.
                async with asyncio.timeout(self.connect_seconds / len(addresses)):
                    return await self._dialled(target, address)
            except TimeoutError:
                failure = NotCalled("there is no connection")
            except NotCalled as error:
                failure = error
        raise failure

    async def _dialled(self, target: Target, address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        context = (self.trust or ssl.create_default_context()) if target.tls else None
        name = target.host if target.tls else None
        try:
            reader, writer = await asyncio.open_connection(
                str(address), target.port, ssl=context, server_hostname=name, limit=_CHUNK
            )
        except ssl.SSLError:
            raise NotCalled("its certificate is not trusted, or there is no TLS") from None
        except OSError:
            raise NotCalled("there is no connection") from None
        peer = writer.get_extra_info("peername")
        if plain(ip_address(peer[0])) != address:
            writer.transport.abort()
            raise NotCalled("the address is not allowed")
        return reader, writer

    async def _addresses(self, target: Target) -> list[Address]:
        if target.address is not None:
            return [target.address]
        found = [plain(ip_address(text.partition("%")[0])) for text in await self._resolved(target)]
        if not found:
            raise NotCalled("the name is not known")
        for address in found:
            self._judge(target, address)
        return found[:_MOST_ADDRESSES]

    async def _resolved(self, target: Target) -> list[str]:
        try:
            return await (self.resolve or look_up)(target.host, target.port)
        except (OSError, UnicodeError):
            raise NotCalled("the name is not known") from None

    def _judge(self, target: Target, address: Address) -> None:
        if is_opened(address, self.opened):
            return
        if not is_public(address):
            raise NotCalled("the address is not allowed")
        if target.port not in PORTS:
            raise NotCalled("the port is not allowed")


async def look_up(host: str, port: int) -> list[str]:
    """The addresses that a name has, each once. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads, socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Conversation:
    """One request and its answer on a connection, until `end` by the clock of the loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, end: float) -> None:
        self._reader = reader
        self._left = _MOST_BYTES
        self._writer = writer
        self._end = end
        self._wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADERS)

    async def post(self, target: Target, headers: dict[str, str], body: bytes) -> Answer:
        given = {
            "Host": target.authority,
            **headers,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        request = h11.Request(method="POST", target=target.path, headers=list(given.items()))
        parts = (request, h11.Data(data=body), h11.EndOfMessage())
        try:
            self._writer.write(b"".join(self._wire.send(part) or b"" for part in parts))
            async with asyncio.timeout_at(self._end):
                answer = await self._answer()
        except TimeoutError:
            raise NotCalled("it took too long") from None
        except (OSError, ssl.SSLError):
            raise NotCalled("the connection was lost") from None
        except h11.RemoteProtocolError:
            raise NotCalled("what answers does not speak HTTP") from None
        # By now it has answered. What follows is of no weight, and may come too late or not at all.
        return Answer(answer.status_code, _header(answer, b"retry-after"), await self._body())

    async def _answer(self) -> h11.Response:
        for _ in range(_MOST_INFORMED):
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                break
        raise h11.RemoteProtocolError("no answer")

    async def _body(self) -> bytes:
        body = bytearray()
        with suppress(TimeoutError, OSError, h11.RemoteProtocolError):
            while len(body) < MOST_BODY:
                async with asyncio.timeout_at(self._end):
                    event = await self._event()
                if not isinstance(event, h11.Data):
                    break
                body += event.data
        return bytes(body[:MOST_BODY])

    async def _event(self) -> h11.Event:
        while (event := self._wire.next_event()) is h11.NEED_DATA:
            if not self._left:
                raise h11.RemoteProtocolError("it goes on for too long")
            piece = await self._reader.read(min(_CHUNK, self._left))
            self._left -= len(piece)
            self._wire.receive_data(piece)
        if event is h11.PAUSED:
            raise h11.RemoteProtocolError("it goes on after its answer")
        assert not isinstance(event, type)
        return event


def _header(answer: h11.Response, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in answer.headers if key == name), None)


_threads = ThreadPoolExecutor(_LOOKING_UP, thread_name_prefix="names")
