"""Talking HTTP on a connection that stays open, with as little work of one's own as can be."""

from __future__ import annotations

import asyncio
from base64 import b64encode

import msgspec


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, path: str, content: object
) -> None:
    """Send something, and wait for the answer. Raises when that is not 200."""
    body, credentials = msgspec.json.encode(content), b64encode(f"{token}:api_token".encode())
    writer.write(
        b"POST %b HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic %b\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (path.encode(), credentials, len(body), body)
    )
    head, answer = await message(reader)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer.decode(errors="replace"))


async def message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next request or answer: its head and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().index(b"content-length: ") + 16
    return head, await reader.readexactly(int(head[at : head.index(b"\r", at)]))
