"""What every HTTP request passes on its way in, and every answer on its way out.

A plain ASGI callable around the application: it names the request, tidies its path, takes in its
whole body within a limit, adds the headers that no answer may lack, and logs one record. The server
in front is expected to have judged the framing of the message; see `guard`.

Paths are logged as they were sent, percent-encoded, so that no two different ones look alike.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import json
import os
import time
import traceback
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote

import msgspec

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]
Record = dict[str, Any]
Log = Callable[[Record], None]
# Given the method, the scope as the application left it, the status and the seconds of each request.
Measure = Callable[[str, Scope, int | None, float], None]

BODY_LIMIT = 1024 * 1024
SAFE_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"same-origin"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding", b"content-encoding"})
_LONGEST_LENGTH = 19
_FLUSH_SECONDS = 0.05
_LINGER_SECONDS = 2.0
_GZIP = 31  # zlib's `wbits` for one gzip member


def new_request_id() -> str:
    """Sixteen hexadecimal digits that nobody can guess from another request's."""
    return next(_REQUEST_IDS)


def _request_ids() -> Iterator[str]:
    # Many at once: the kernel takes longer to answer than to make them.
    while True:
        chance = os.urandom(4096).hex()
        yield from (chance[at : at + 16] for at in range(0, len(chance), 16))


_REQUEST_IDS = _request_ids()


def json_lines(stream: IO[bytes]) -> JsonLines:
    """A log that writes each record to `stream` as one line of ASCII JSON."""
    return JsonLines(stream)


class JsonLines:
    """Gathers records and writes them at most 50 ms later. For the thread of one event loop.

    `Edge` flushes it when the application shuts down, the interpreter when it exits. Call `flush`
    where neither comes about.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._waiting: list[Record] = []
        self._timer: asyncio.TimerHandle | None = None
        atexit.register(self.flush)

    def __call__(self, record: Record) -> None:
        self._waiting.append(record)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what is gathered, and see it out of this process."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        records, self._waiting = self._waiting, []
        if records:
            self._stream.write(b"".join(map(_line, records)))
            self._stream.flush()


class Edge:
    """The application with the edge around it.

    `body_limit` is in bytes and holds for a body as sent and as decoded. `log` is given one record
    a request or web socket, with `traceback` in it if the application failed; without a `log` a failure goes on
    to the server once it is answered. `public_https` says that people reach this server by https.
    `measure` is told of each request, but not of web sockets, when it is over.
    """

    def __init__(
        self,
        app: Callable[[Any, Any, Any], Awaitable[None]],
        *,
        body_limit: int = BODY_LIMIT,
        log: Log | None = None,
        public_https: bool = False,
        measure: Measure | None = None,
    ) -> None:
        self._app = app
        self._body_limit = body_limit
        self._log = log
        self._headers = (*SAFE_HEADERS, _HSTS) if public_https else SAFE_HEADERS
        self._measure = measure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(_Exchange(scope, send, self._headers), receive)
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif self._log is None:
            await self._app(scope, receive, send)
        else:
            await self._converse(_Exchange(scope, send, self._headers), receive, self._log)

    async def _serve(self, exchange: _Exchange, receive: Receive) -> None:
        scope = exchange.scope
        try:
            _tidy_path(scope)
            if _has_body(scope):
                receive = await self._take_body(scope, receive)
            if scope["method"] == "HEAD":
                # Whatever can be got has a head. The server in front keeps the scope, and so knows what was asked.
                scope = {**scope, "method": "GET"}
            await self._app(scope, receive, exchange.send)
        except _Refused as refused:
            await self._refuse(exchange, refused, receive)
        except _Gone:
            pass
        except Exception as error:
            exchange.traceback = "".join(traceback.format_exception(error))
            if exchange.status is None:
                await exchange.answer(500, f"Internal error, request id {exchange.request_id}")
            if self._log is None:
                raise
        finally:
            if self._measure is not None:
                self._measure(exchange.scope["method"], scope, exchange.status, exchange.seconds)
            if self._log is not None:
                self._log(exchange.record())

    async def _converse(self, exchange: _Exchange, receive: Receive, log: Log) -> None:
        """A web socket, from its handshake to its end: one record, when it is over."""
        try:
            await self._app(exchange.scope, receive, exchange.send_frame)
        except OSError:
            pass  # the peer has gone
        except Exception as error:  # noqa: BLE001 - the log has it
            exchange.traceback = "".join(traceback.format_exception(error))
        finally:
            log(exchange.record())

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def flush_and_send(message: Message) -> None:
            # Here, because a server that was told to stop by a signal may end the process by it.
            if isinstance(self._log, JsonLines):
                self._log.flush()
            await send(message)

        await self._app(scope, receive, flush_and_send)

    async def _take_body(self, scope: Scope, receive: Receive) -> Receive:
        """Read the body to its end. What is returned gives it in one message, then what `receive` gives."""
        headers: dict[bytes, bytes] = {name: value for name, value in scope["headers"] if name in _BODY_HEADERS}
        unpack = _unpacker(headers.get(b"content-encoding", b""))
        length = headers.get(b"content-length", b"0")
        if len(length) > _LONGEST_LENGTH or int(length) > self._body_limit:
            raise _too_large(self._body_limit)
        body = await self._collect(receive, unpack)
        if unpack is not None:
            _say_plain(scope, len(body))
        return _handing_on(body, receive)

    async def _collect(self, receive: Receive, unpack: zlib._Decompress | None) -> bytes:
        body = bytearray()
        sent = 0
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise _Gone
            chunk: bytes = message.get("body", b"")
            sent += len(chunk)
            if unpack is not None and chunk:
                # One byte more than fits, so that what does not fit shows.
                chunk = _unpacked(unpack, chunk, self._body_limit - len(body) + 1)
            body += chunk
            if max(sent, len(body)) > self._body_limit:
                raise _too_large(self._body_limit)
            more = message.get("more_body", False)
        if unpack is not None and (not unpack.eof or unpack.unused_data):
            raise _Refused(400, _BROKEN_GZIP)
        return bytes(body)

    async def _refuse(self, exchange: _Exchange, refused: _Refused, receive: Receive) -> None:
        """Answer at once and close. Reads on for a moment, as much again as was allowed.

        A connection closed over unread bytes is reset, and the reset can overtake the answer.
        """
        await exchange.answer(refused.status, str(refused), last=False, more=[(b"connection", b"close"), *refused.more])
        if not any(name == b"expect" for name, _ in exchange.scope["headers"]):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LINGER_SECONDS):
                    await _discard(receive, self._body_limit)
        await exchange.send({"type": "http.response.body", "body": b""})


class _Exchange:
    """One request, its answer so far, and what will be logged of both."""

    __slots__ = (
        "_began",
        "_bytes",
        "_headers",
        "_send",
        "_sent_path",
        "_time",
        "request_id",
        "scope",
        "status",
        "traceback",
    )

    def __init__(self, scope: Scope, send: Send, headers: tuple[Header, ...]) -> None:
        self._began = time.perf_counter()
        self._time = time.time()
        self.request_id = new_request_id()
        self.scope = scope
        scope.setdefault("state", {})["request_id"] = self.request_id
        self.status: int | None = None
        self.traceback: str | None = None
        self._sent_path: bytes | None = scope.get("raw_path")
        self._send = send
        self._headers = headers
        self._bytes = 0

    @property
    def seconds(self) -> float:
        """For how long it has been under way."""
        return time.perf_counter() - self._began

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.body":
            if self.scope["method"] == "HEAD":
                message = {**message, "body": b""}
            self._bytes += len(message.get("body", b""))
        elif message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._completed(message.get("headers", ()))}
        return self._send(message)

    def send_frame(self, message: Message) -> Awaitable[None]:
        if message["type"] == "websocket.send":
            self._bytes += len(message["text"])
        elif message["type"] == "websocket.accept":
            self.status = 101
        elif message["type"] == "websocket.http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._completed(message.get("headers", ()))}
        return self._send(message)

    async def answer(self, status: int, line: str, *, last: bool = True, more: Iterable[Header] = ()) -> None:
        """Answer with one line of text."""
        body = f"{line}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *more,
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": not last})

    def record(self) -> Record:
        """What is logged. `status` is None if the peer left before it was answered."""
        path = self._sent_path.decode("latin-1") if self._sent_path is not None else quote(self.scope["path"])
        client = self.scope.get("client")
        record: Record = {
            "time": f"{_second(int(self._time))}.{int(self._time % 1 * 1000):03}Z",
            "request_id": self.request_id,
            "method": self.scope.get("method", "GET"),
            "path": path,
            "status": self.status,
            "duration_ms": round(self.seconds * 1000, 1),
            "bytes": self._bytes,
            "peer": client[0] if client else None,
        }
        if self.traceback is not None:
            record["traceback"] = self.traceback
        return record

    def _completed(self, headers: Iterable[Header]) -> list[Header]:
        completed = [*headers, (b"x-request-id", self.request_id.encode())]
        present = [name.lower() for name, _ in completed]
        completed += [header for header in self._headers if header[0] not in present]
        return completed


class _Refused(Exception):
    """The request is refused here, possibly before its body was read; the words are the answer."""

    def __init__(self, status: int, line: str, *more: Header) -> None:
        super().__init__(line)
        self.status = status
        self.more = more


class _Gone(Exception):
    """The peer left before its request was whole."""


_BROKEN_GZIP = "The body is not what its Content-Encoding says: one whole gzip stream"


def _too_large(limit: int) -> _Refused:
    return _Refused(413, f"The body is larger than {limit} bytes")


def _tidy_path(scope: Scope) -> None:
    """Callers join a base and a path carelessly: `//me` and `/me/` mean `/me`."""
    path: str = scope["path"]
    if "//" not in path and not path.endswith("/"):
        return
    scope["path"] = "/" + "/".join(filter(None, path.split("/")))
    raw: bytes | None = scope.get("raw_path")
    if raw is not None:
        scope["raw_path"] = b"/" + b"/".join(filter(None, raw.split(b"/")))


def _has_body(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            return True
    return False


def _unpacker(coding: bytes) -> zlib._Decompress | None:
    named = coding.strip().lower()
    if named in {b"", b"identity"}:
        return None
    if named in {b"gzip", b"x-gzip"}:
        return zlib.decompressobj(_GZIP)
    raise _Refused(415, "The body may be sent plain or with Content-Encoding gzip", (b"accept-encoding", b"gzip"))


def _unpacked(unpack: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    try:
        return unpack.decompress(chunk, most)
    except zlib.error:
        raise _Refused(400, _BROKEN_GZIP) from None


def _say_plain(scope: Scope, length: int) -> None:
    """Let the headers describe the body as it is handed on."""
    kept = [header for header in scope["headers"] if header[0] not in _BODY_HEADERS]
    scope["headers"] = [*kept, (b"content-length", str(length).encode())]


def _handing_on(body: bytes, receive: Receive) -> Receive:
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _discard(receive: Receive, most: int) -> None:
    while most > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return
        most -= len(message.get("body", b""))


@functools.lru_cache(maxsize=1)  # the requests of one second share it
def _second(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _line(record: Record) -> bytes:
    try:
        line = msgspec.json.encode(record)
    except UnicodeEncodeError:  # half of a surrogate pair
        line = b"\xff"
    if not line.isascii():
        # Some readers break lines at U+0085 and U+2028, and some terminals obey U+009B.
        line = json.dumps(record).encode()
    return line + b"\n"
