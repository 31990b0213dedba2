"""Files on their way: written by one, sent by another, as they grow. Nobody who reads slowly holds up who writes."""

from __future__ import annotations

import asyncio
import errno
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from io import FileIO

from hourhand.db import StorageFull, Unavailable

_PIECE_BYTES = 1 << 18


def filled(file: FileIO, parts: Iterable[bytes], most: int) -> Iterator[int]:
    """Write parts into a file; says its size as it grows. Raises `StorageFull` beyond `most` bytes, or without room."""
    size = 0
    for part in parts:
        size += len(part)
        if size > most:
            raise StorageFull("the report is larger than this server lets files be")
        _write(file, part)
        yield size


def refuse_again(file: FileIO) -> None:
    """Raise `Unavailable` where something of a file is there, perhaps sent: it would go on with another snapshot."""
    if os.fstat(file.fileno()).st_size:
        raise Unavailable("the line to the database was lost while the report was made")


def _write(file: FileIO, part: bytes) -> None:
    left = memoryview(part)
    try:
        # A disk that is nearly full takes a piece.
        while left:
            left = left[file.write(left) or 0 :]
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("there is no room for the report's file") from error
        raise


class Spool:
    """A file that has no name, and is gone with whoever holds it open. For one reader, on the loop it was made on."""

    def __init__(self) -> None:
        # Unbuffered, it is the plain file.
        self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        # Whether nobody reads it any more, and so nobody need write it.
        self.abandoned = False
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._size = 0
        self._ended = False
        self._error: BaseException | None = None

    def grown(self, size: int) -> None:
        """Say that there are so many bytes by now. From any thread."""
        self._loop.call_soon_threadsafe(self._note, size, False, None)

    def end(self, error: BaseException | None = None) -> None:
        """Say that this was all, or why there will be no more. From any thread."""
        self._loop.call_soon_threadsafe(self._note, None, True, error)

    async def parts(self) -> AsyncIterator[bytes]:
        """What is in it, as it comes. Raises what it ended with."""
        sent = 0
        while True:
            self._news.clear()
            while sent < self._size:
                part = os.pread(self.file.fileno(), min(_PIECE_BYTES, self._size - sent), sent)
                sent += len(part)
                yield part
                # A reader that is quick enough would have the loop to itself.
                await asyncio.sleep(0)
            if self._ended and sent == self._size:
                break
            await self._news.wait()
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Let go of it."""
        self.file.close()

    def _note(self, size: int | None, ended: bool, error: BaseException | None) -> None:
        self._size = self._size if size is None else size
        self._ended, self._error = ended, error
        self._news.set()
