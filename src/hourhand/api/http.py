"""What no two dialects can disagree on: who calls, how a verb is run for them, how bytes go out."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.types import Receive, Scope, Send
from msgspec import Struct, field

from hourhand.api.limits import LeakyBucket
from hourhand.calls.calling import Line
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.secrets import Vault
from hourhand.db import Database, Tx
from hourhand.desk.desks import Desk, Inside, Office
from hourhand.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
_PINGS_A_SECOND, _MOST_PINGS = 0.2, 20


class House(Struct, frozen=True):
    """What every request may need, made once at the start."""

    database: Database
    vault: Vault
    settings: Settings
    office: Office | None = None
    line: Line = Line()
    # Of pings of webhooks: a few at once, and then one every few seconds.
    pings: LeakyBucket = field(default_factory=lambda: LeakyBucket(_PINGS_A_SECOND, _MOST_PINGS, time.monotonic))

    @property
    def desk(self) -> Desk:
        """Where reports are made: in the office, if there is one."""
        return self.office or Inside(self.database, self.settings)


class Caller(Struct, frozen=True):
    """An authenticated request: an account, and the software that speaks for it. `request` is its method and path."""

    house: House
    account: Account
    software: str | None = None
    session_id: str | None = None
    request: str | None = None

    async def read(self, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading verb for this caller."""
        return await self.house.database.read(lambda tx: verb(tx, self._actor(tx), *args, **kwargs))

    async def read_long(self, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading verb that may take a while, out of the way of others."""
        return await self.house.database.read_long(lambda tx: verb(tx, self._actor(tx), *args, **kwargs))

    async def write(self, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verb for this caller in a transaction; returns when it is durable."""
        return await self.house.database.write(lambda tx: verb(tx, self._actor(tx), *args, **kwargs))

    async def report(self, work: Callable[[Tx, Actor, T], bytes], question: T) -> bytes:
        """Make a report. The work is a function of a module and may run in another process."""
        return await self.house.desk.report(work, self._actor_now(), question)

    async def export(self, work: Callable[[Tx, Actor, T], Iterator[bytes]], question: T) -> AsyncIterator[bytes]:
        """Make a report that may be long, and give it as it comes."""
        parts = self.house.desk.export(work, self._actor_now(), question)
        async with aclosing(cast(AsyncGenerator[bytes, None], parts)):
            async for part in parts:
                yield part

    @property
    def default_workspace_id(self) -> int:
        """Where things go that name no workspace; 0, which is nobody's, where there is none."""
        return self.account.default_workspace_id or 0

    def _actor(self, tx: Tx) -> Actor:
        return Actor(self.account.id, tx.now, self.software, self.request)

    def _actor_now(self) -> Actor:
        # Of the server's clock, whichever process acts.
        return Actor(self.account.id, int(self.house.database.clock()), self.software, self.request)


# How a handler asks for its caller.
CallerGiven = NamedDependency[Caller]


class Answer(Response[Any]):
    """JSON without Litestar's general machinery for media types, encoders, cookies and backgrounds."""

    def __init__(
        self, content: Any, *, status_code: int = 200, headers: dict[str, str] | None = None, **_: Any
    ) -> None:
        # Not Litestar's own, which looks at each argument for all that it may be.
        self.content = content
        self.status_code = status_code
        self.headers = headers or {}

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> Any:
        more = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        return send_bytes(self.render_for(request), status=self.status_code or 200, headers=more)

    def render_for(self, request: Request[Any, Any, Any]) -> bytes:
        """The body. Dialects may say it differently."""
        content = self.content
        return content if isinstance(content, bytes) else msgspec.json.encode(content)


def header_of(connection: ASGIConnection[Any, Any, Any, Any], name: bytes) -> str | None:
    """The first header of this name, given in lower case. Litestar would make a mapping of all of them first."""
    for given, value in connection.scope["headers"]:
        if given == name:
            return value.decode("latin-1")
    return None


def send_bytes(
    body: bytes, *, status: int = 200, content_type: str = JSON, headers: list[tuple[bytes, bytes]] | None = None
) -> Any:
    """An ASGI application that sends one whole answer."""
    head = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            *(headers or ()),
        ],
    }

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        await send(head)  # type: ignore[arg-type]
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return respond


async def refuse_web_socket(send: Any, status: int, line: str) -> None:
    """Answer a handshake with one line of plain text."""
    headers = [(b"content-type", TEXT.encode())]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": f"{line}\n".encode()})


def text(status: int, line: str = "", headers: dict[str, str] | None = None) -> Response[str]:
    """An answer of one line of plain text, or none."""
    return Response(content=line and line + "\n", status_code=status, media_type=MediaType.TEXT, headers=headers or {})
