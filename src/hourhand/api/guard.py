"""What a peer may cost before anybody knows who it is: bytes of head, seconds, connections.

uvicorn's own protocol takes a head of any size and waits for ever for a slow peer. This one counts
and times it. What a reader could not guess: the parser (llhttp) already refuses most of what is
malformed; only what it lets pass is judged here. A connection has one timer, which looks at the
state when it fires and is not touched by requests, so that a request costs two reads of the clock.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
from http import HTTPStatus
from typing import ClassVar, Final

from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hourhand.api.addresses import subscriber
from hourhand.api.edge import SAFE_HEADERS, new_request_id
from hourhand.api.outgoing import Outgoing

# Where a connection is: between messages, in a head, in a body, or no longer ours.
_IDLE: Final = 0
_HEAD: Final = 1
_BODY: Final = 2
_UPGRADED: Final = 3

_FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding"})
_HOST_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=:[]"
_LONGEST_LENGTH = 19
_STALL_SAMPLES = 10


class Limits(Struct, frozen=True):
    """What one peer may take. Times are in seconds.

    - `head_bytes`: request line and headers together; also trailers and other bytes around a body.
    - `head_seconds`: until a head is whole, from the connection or from the first byte of a next request.
    - `body_seconds`: until a body is whole, from the end of its head.
    - `stall_seconds`: how long a peer may leave an answer unread; it is cut off after 80 to 100 % of it.
    - `per_peer`: connections at once from one address; of IPv6, from one /64.
    - `uncounted`: networks, such as that of trusted proxies, for which `per_peer` does not hold.
    - `pipelined`: requests sent ahead of their turn.
    """

    head_bytes: int = 32 * 1024
    head_seconds: float = 10
    body_seconds: float = 30
    stall_seconds: float = 60
    per_peer: int = 200
    uncounted: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    pipelined: int = 32


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol within limits. `guarded` makes the class that a server is given."""

    limits: ClassVar[Limits] = Limits()
    peers: ClassVar[dict[str, int]] = {}

    _stage = _HEAD
    _room = 0  # bytes that may still come before a head is whole or a body goes on
    _moved = False  # whether the bytes just parsed ended a head or carried a body
    _due = math.inf
    _deaf = False  # refused: what still comes is thrown away
    _timer: asyncio.TimerHandle | None = None
    _peer: str | None = None
    _unsent = 0
    _unsent_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._outgoing = Outgoing(transport, self.loop)
        now = self.loop.time()
        self._room = self.limits.head_bytes
        self._due = now + self.limits.head_seconds
        self._arm(now)
        host = self.client[0] if self.client else None
        if host is not None and not _is_within(host, self.limits.uncounted):
            self._count(subscriber(host))

    def data_received(self, data: bytes) -> None:
        if len(data) <= self._room:
            self._parse(data)
            return
        at = 0
        while at < len(data) and not self._deaf:
            piece = data[at : at + self._room]
            at += len(piece)
            self._parse(piece)

    def on_headers_complete(self) -> None:
        upgrade = self.parser.should_upgrade()
        if _unclear(self.headers, self.parser.get_http_version(), upgrade):
            raise ValueError("the head can be read in two ways")
        # A copy, because the parser would add trailers to headers that were judged without them.
        self.scope["headers"] = self.headers.copy()
        super().on_headers_complete()
        if self.cycle is not None:  # as it is for a first request that became a web socket
            self.cycle.transport = self._outgoing
        self._stage = _BODY
        self._moved = True
        self._due = self.loop.time() + self.limits.body_seconds
        if len(self.pipeline) > self.limits.pipelined:
            raise ValueError("too many requests were sent ahead")
        if upgrade and not self._should_upgrade():
            # An offer we do not take up. The parser loses what follows it, so nothing may.
            self.cycle.keep_alive = False
            self._deaf = True

    def on_body(self, body: bytes) -> None:
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._stage = _IDLE
        self._due = math.inf

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def on_response_complete(self) -> None:
        if self._deaf:
            self.transport.close()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        # The web socket has the connection now. It still counts as its peer's; see _tick.
        self._stage = _UPGRADED
        self._due = math.inf
        self._deaf = True

    def pause_writing(self) -> None:
        super().pause_writing()
        now = self.loop.time()
        self._stalled(now)
        self._arm(now)

    def resume_writing(self) -> None:
        super().resume_writing()
        # Progress, even if the buffer is filled to the same size again before the next look.
        self._unsent = 0

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._release()

    def _parse(self, piece: bytes) -> None:
        if self._stage == _IDLE:
            self._stage = _HEAD
            self._due = self.loop.time() + self.limits.head_seconds
        self._moved = False
        super().data_received(piece)
        if self._moved:
            self._room = self.limits.head_bytes
            return
        self._room -= len(piece)
        if self._room <= 0 and not self._deaf:
            self._refuse(431, "The head of the request is too large")

    def _refuse(self, status: int, line: str) -> None:
        """Answer with one line and close; if an earlier request is still being answered, close after that."""
        self._deaf = True
        self._due = math.inf
        own = self._stage == _BODY and not self.pipeline
        if own:
            answered = self.cycle.response_started
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        else:
            answered = False
            if self.cycle is not None and not self.cycle.response_complete:
                return
        if not answered:
            self.transport.write(_answer(status, line, self.server_state.default_headers))
        self.transport.close()

    def _tick(self) -> None:
        now = self.loop.time()
        if self._stage == _UPGRADED:
            if self.transport.is_closing():
                self._release()
                return
        elif self._stalled(now):
            self.transport.abort()
            return
        elif now >= self._due:
            self._expire(now)
        self._arm(now)

    def _expire(self, now: float) -> None:
        if self.flow.read_paused:
            # It is the application that does not read on, not the peer that does not send.
            self._due = now + self.limits.body_seconds
        elif self._stage == _BODY:
            self._refuse(408, "The body of the request took too long")
        elif self.cycle is not None and not self.cycle.response_complete:
            self._deaf = True
            self._due = math.inf
        else:
            # Without an answer: nobody may take it for one to a request not yet sent.
            self.transport.close()

    def _arm(self, now: float) -> None:
        """Look again when something can be due. A stage that begins later is never due earlier."""
        if self._timer is not None:
            self._timer.cancel()
        wait = min(self._due - now, self.limits.head_seconds, self.limits.body_seconds)
        if self._unsent:
            wait = min(wait, self.limits.stall_seconds / _STALL_SAMPLES)
        self._timer = self.loop.call_later(max(wait, 0.0), self._tick)

    def _stalled(self, now: float) -> bool:
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        # Two samples less: one for when the last progress was seen, one for when this is looked at.
        patience = self.limits.stall_seconds * (_STALL_SAMPLES - 2) / _STALL_SAMPLES
        return unsent > 0 and now - self._unsent_since >= patience

    def _count(self, peer: str) -> None:
        self._peer = peer
        self.peers[peer] = self.peers.get(peer, 0) + 1
        if self.peers[peer] > self.limits.per_peer:
            self._refuse(503, "Too many connections from this address")

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._peer is not None:
            self.peers[self._peer] -= 1
            if not self.peers[self._peer]:
                del self.peers[self._peer]
            self._peer = None


def guarded(limits: Limits) -> type[GuardedProtocol]:
    """The protocol for `uvicorn.Config(http=…)`, with its own count of peers: one class for one server."""

    class Guarded(GuardedProtocol):
        pass

    Guarded.limits = limits
    Guarded.peers = {}
    return Guarded


def _unclear(headers: list[tuple[bytes, bytes]], version: str, upgrade: bool) -> bool:
    """Whether two readers could take this head for different requests (RFC 9112, 3.2, 6.1, 6.3)."""
    hosts = bodies = codings = 0
    for name, value in headers:
        if name not in _FRAMING:
            continue
        if name == b"host":
            hosts += 1
            if value.translate(None, _HOST_BYTES):
                return True
        elif name == b"content-length":
            bodies += value != b"0"
            if len(value) > _LONGEST_LENGTH:
                return True
        else:
            codings += 1
            if value.strip().lower() != b"chunked":
                return True
    if bodies + codings > (0 if upgrade else 1):  # the parser takes an offered upgrade for the end of the message
        return True
    return hosts != 1 if version == "1.1" else version != "1.0" or hosts > 1 or codings > 0


def _is_within(host: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return bool(networks) and any(ipaddress.ip_address(host) in network for network in networks)


def _answer(status: int, line: str, more: list[tuple[bytes, bytes]]) -> bytes:
    body = f"{line}\n".encode()
    headers = [
        *more,
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"x-request-id", new_request_id().encode()),
        *SAFE_HEADERS,
    ]
    start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
    return start + b"".join(b"%b: %b\r\n" % pair for pair in headers) + b"\r\n" + body
