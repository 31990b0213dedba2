"""Files as answers: sent as they come, so that the largest needs no more memory than the smallest.

Whoever leaves frees what makes the file, also before there is anything of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from litestar import Request, Response
from litestar.types import Receive, Scope, Send
from msgspec import Struct


class Kind(Struct, frozen=True):
    """A kind of file: what its name ends in, and its media type."""

    suffix: str
    media_type: str


CSV = Kind("csv", "text/csv; charset=utf-8")
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
XLS = Kind("xls", "application/vnd.ms-excel")
PDF = Kind("pdf", "application/pdf")


class Download(Response[bytes]):
    """A file under a name of letters, digits, `_` and `-`, in parts of which none is empty."""

    def __init__(self, kind: Kind, name: str, parts: AsyncIterator[bytes]) -> None:
        # Not Litestar's own, which looks at each argument for all that it may be.
        self._parts = parts
        # RFC 6266.
        disposition = f'attachment; filename="{name}.{kind.suffix}"'
        self._headers = [
            (b"content-type", kind.media_type.encode()),
            (b"content-disposition", disposition.encode()),
        ]

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> Any:
        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            leaving = asyncio.ensure_future(_left(receive))
            try:
                # What is refused is refused before the answer begins.
                part = await self._next(leaving)
                if part is not None:
                    await send({"type": "http.response.start", "status": 200, "headers": self._headers})
                while part is not None:
                    await send({"type": "http.response.body", "body": part, "more_body": bool(part)})
                    part = await self._next(leaving) if part else None
            finally:
                leaving.cancel()
                if isinstance(self._parts, AsyncGenerator):
                    await self._parts.aclose()

        return respond

    async def _next(self, leaving: asyncio.Future[None]) -> bytes | None:
        """The next part, empty after the last; None if nobody is there any more who would read it."""
        part = asyncio.ensure_future(anext(self._parts, b""))
        await asyncio.wait((part, leaving), return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            part.cancel()
            # Let it put away what it has begun.
            await asyncio.wait((part,))
            return None
        return part.result()


async def _left(receive: Receive) -> None:
    """Wait until nobody is there any more who would read the answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
