"""A web socket's side of uvicorn, within limits, for peers that do not read, do not answer or send nonsense.

uvicorn closes a connection once all that was written has gone out, which for a peer that does not read is never.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

# How large a message from a peer may be, in bytes.
MOST_BYTES = 4096
MOST_PIECES = 64
# For the last bytes and the peer's own good-bye.
PARTING_SECONDS = 2.0


class Conversation(WebSocketsSansIOProtocol):
    """The protocol for `uvicorn.Config(ws=…)`."""

    _parting: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.close_timeout = PARTING_SECONDS

    def handle_text(self, event: Frame) -> None:
        """Text is handed on as bytes: whoever reads it as JSON sees by itself whether it is UTF-8."""
        self.handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_PIECES:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def keepalive_timeout(self) -> None:
        """A peer that no longer answers is gone."""
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        self._part()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._parting is not None:
            self._parting.cancel()

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self._part()

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        if self.close_sent and self.initial_response is None:
            # Broken off from here meanwhile, because of what the peer sent.
            raise ClientDisconnected
        await super().send(message)

    def _part(self) -> None:
        if self._parting is None and not self.disconnected:
            self._parting = self.loop.call_later(PARTING_SECONDS + 0.5, self.transport.abort)
