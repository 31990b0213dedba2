"""The live stream: a web socket on which a person is told what changes, as soon as it has.

The client says who it is, in a text or a binary frame, and perhaps since when it knows nothing; what it says later is
not even read. Until then it costs a few small frames and ten seconds at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from hourhand.api.auth import Gate
from hourhand.api.http import Caller, House, refuse_web_socket
from hourhand.api.limits import LeakyBucket
from hourhand.api.live import REVOKED, End, Hub, Listener
from hourhand.api.v8.notices import written
from hourhand.api.v8.wire import View
from hourhand.core import accounts, listeners, news
from hourhand.core.errors import NotFound, TooMany, Unauthenticated
from hourhand.core.listeners import Standing
from hourhand.db import DatabaseError

PATHS = ("/stream", "/ws")
AUTHENTICATE_SECONDS = 10.0
MOST_FRAMES_BEFORE = 5
MOST_BYTES_BEFORE = 2048
# Of one account, so that nobody's forgotten tabs fill the server.
MOST_LISTENING = 100
# Beyond that many events a client is told what changed, and not all that happened.
MOST_REPLAYED = 10_000
CLOSE_SECONDS = 1.0
_LATEST = 1 << 40
# What desktop programs say in the place of a page.
_ALWAYS = "https://localhost"
_PING = '{"type":"ping","model":null}'

_UNKNOWN = End(1008, "The api_token is not valid")
_SILENT = End(1008, "Say who you are within 10 seconds")
_UNCLEAR = End(1008, 'Say {"type":"authenticate","api_token":"…"} first')
_NOISY = End(1008, "You send too much")
_CROWDED = End(1008, "You listen too often")
_LATER = End(1013, "The database is not available: try again later")


class Said(Struct):
    """What a client sends."""

    type: str | None = None
    api_token: str | None = None
    since: float | None = None


class Stream:
    """The conversations of all who listen."""

    def __init__(self, house: House, gate: Gate) -> None:
        self._house = house
        self._gate = gate
        self._hub = Hub(house.database)
        self._origins = {_ALWAYS, house.settings.base_url, *house.settings.cors_origins}
        self._decoder = msgspec.json.Decoder(Said, strict=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One conversation, from the handshake on. Refuses pages of other origins."""
        origin = _header(scope, b"origin")
        if origin is not None and origin not in self._origins:
            await refuse_web_socket(send, 403, "This page may not listen here")
            return
        await send({"type": "websocket.accept"})
        try:
            async with asyncio.timeout(AUTHENTICATE_SECONDS):
                said = await self._authentication(receive)
            listener, standing = await self._admit(scope, said)
        except TimeoutError:
            await _close(send, _SILENT)
        except _Refused as refused:
            await _close(send, refused.end)
        except _Gone:
            pass
        else:
            await self._converse(listener, standing, said.since, receive, send)

    async def _authentication(self, receive: Any) -> Said:
        for _ in range(MOST_FRAMES_BEFORE):
            message = await receive()
            if message["type"] == "websocket.disconnect":
                raise _Gone
            if message["type"] != "websocket.receive":
                continue
            frame = message.get("bytes") or (message.get("text") or "").encode()
            said = self._read(frame)
            if said.type == "authenticate":
                return said
        raise _Refused(_UNCLEAR)

    def _read(self, frame: bytes) -> Said:
        try:
            if len(frame) > MOST_BYTES_BEFORE:
                raise _Refused(_UNCLEAR)
            return self._decoder.decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _Refused(_UNCLEAR) from None

    async def _admit(self, scope: Any, said: Said) -> tuple[Listener, Standing]:
        address = scope["client"][0] if scope.get("client") else ""
        try:
            account = await self._gate.by_token(said.api_token or "", address)
            standing = await self._house.database.read(lambda tx: listeners.standing(tx, account.id))
        except (Unauthenticated, NotFound):
            raise _Refused(_UNKNOWN) from None
        except TooMany:
            raise _Refused(_NOISY) from None
        except DatabaseError:
            raise _Refused(_LATER) from None
        if not accounts.holds(standing.account, account.auth_epoch):
            raise _Refused(REVOKED)
        if self._hub.count(account.id) >= MOST_LISTENING:
            raise _Refused(_CROWDED)
        caller = Caller(self._house, account, _header(scope, b"user-agent"))
        return Listener(caller, written, _zone, _PING), standing

    async def _converse(
        self, listener: Listener, standing: Standing, since: float | None, receive: Any, send: Any
    ) -> None:
        tasks = [
            asyncio.ensure_future(self._join(listener, standing, since)),
            asyncio.ensure_future(_hear(receive)),
            asyncio.ensure_future(_send(listener, send)),
        ]
        try:
            end = await _first(listener.ended, *tasks)
        except OSError:
            end = None  # the peer has gone
        except Exception:
            await _close(send, End(1011, "Internal error"))
            raise
        finally:
            self._hub.leave(listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if end is not None:
            await _close(send, end)

    async def _join(self, listener: Listener, standing: Standing, since: float | None) -> End | None:
        """Tell what the client missed, and let it listen. Returns only if that cannot be."""
        try:
            positions = standing.heads if since is None else await self._catch_up(listener, standing, since)
        except DatabaseError:
            return _LATER
        self._hub.join(listener, standing, positions, moved=since is not None)
        return await listener.ended

    async def _catch_up(self, listener: Listener, standing: Standing, since: float) -> dict[int, int]:
        """Tell what changed at or after a time. Returns up to where of each log that was."""
        moment = int(min(max(since, 0), _LATEST))
        database, account_id = self._house.database, standing.account.id
        positions = await database.read_long(lambda tx: listeners.starts(tx, standing.heads, moment))
        if sum(standing.heads.values()) - sum(positions.values()) > MOST_REPLAYED:
            listener.tell_all(await listener.caller.read_long(listeners.changed_since, moment))
            return standing.heads
        people = dict.fromkeys(standing.roles, (account_id,))
        entered: set[int] = set()
        for bucket in positions:
            more = True
            while more:
                told = await database.read_long(
                    lambda tx, at=bucket: news.read(tx, at, positions[at], people, (account_id,))  # type: ignore[misc]
                )
                listener.tell_of(told)
                entered |= told.moved.get(account_id, set())
                positions[bucket], more = told.position, told.more
        for workspace_id in entered.intersection(standing.roles):
            with suppress(NotFound):
                listener.tell_all(await listener.caller.read_long(listeners.opened, workspace_id))
        return positions


class _Gone(Exception):
    """The peer left."""


class _Refused(Exception):
    """Somebody may not listen."""

    def __init__(self, end: End) -> None:
        super().__init__(end.reason)
        self.end = end


async def _first(*ends: asyncio.Future[Any]) -> End | None:
    """How the first of them ended."""
    done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    end: End | None = next(end for end in ends if end in done).result()
    return end


async def _hear(receive: Any) -> End | None:
    """Take what the peer says, and let it mean nothing, until it leaves or says too much."""
    frames = LeakyBucket(1, 60, time.monotonic)
    while (await receive())["type"] != "websocket.disconnect":
        try:
            frames.take(None)
        except TooMany:
            return _NOISY
    return None


async def _send(listener: Listener, send: Any) -> End | None:
    while True:
        await send({"type": "websocket.send", "text": await listener.following()})


async def _close(send: Any, end: End) -> None:
    # A peer that has gone, or does not read, does not learn of it.
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await send({"type": "websocket.close", "code": end.code, "reason": end.reason})


def _zone(caller: Caller) -> Hashable:
    """Those who see times in the same zone are told in the same words."""
    return View.of(caller).zone


def _header(scope: Any, name: bytes) -> str | None:
    return next((value.decode("latin-1") for given, value in scope["headers"] if given == name), None)
