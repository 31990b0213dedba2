"""Files as answers: sent as they come, so that the largest needs no more memory than the smallest."""

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
    """A file under a name of letters, digits, `_` and `-`."""

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
                await send({"type": "http.response.start", "status": 200, "headers": self._headers})
                async for part in self._parts:
                    if leaving.done():
                        return
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            finally:
                leaving.cancel()
                if isinstance(self._parts, AsyncGenerator):
                    await self._parts.aclose()

        return respond


async def download(kind: Kind, name: str, parts: AsyncIterator[bytes]) -> Download:
    """The file, once its first part is there: what is refused is refused before the answer begins."""
    first = await anext(parts, b"")
    return Download(kind, name, _all(first, parts))


async def _all(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for part in parts:
            yield part
    finally:
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()


async def _left(receive: Receive) -> None:
    """Wait until nobody is there any more who would read the answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
