"""The way out of an answer: its head and its body in one system call instead of two.

The server in front writes the head as soon as it has it, and the loop sends what is written at once.
For a small answer that second call is a good part of what the whole request costs.
"""

from __future__ import annotations

import asyncio


class Outgoing(asyncio.Transport):
    """A transport to write answers to. It keeps a piece back until the next one comes, at most for this turn of
    the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._kept = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._kept:
            self._transport.writelines([self._kept, data])
            self._kept = b""
        else:
            self._kept = bytes(data)
            self._loop.call_soon(self._flush)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        kept, self._kept = self._kept, b""
        if kept and not self._transport.is_closing():
            self._transport.write(kept)
