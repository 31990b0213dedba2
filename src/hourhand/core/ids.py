"""Ids: `(sequence << 12) | bucket`, so that a bare number tells where its row lives.

Sequences are per bucket and kind, taken in leased blocks from a counter row. The lease commits
apart from the work that asked for it, so no caller waits for another's transaction.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time

from hourhand.db import Tx

BITS = 12
BUCKETS = 1 << BITS
LIMIT = 1 << 53
MOST_LEASED = 256
_HOT_SECONDS = 1.0

_LEASE = """
insert into id_counters (bucket, kind, next) values (:bucket, :kind, :first)
on conflict (bucket, kind) do update set next = id_counters.next + :size
returning next
"""


def bucket_of(thing_id: int) -> int:
    """The bucket that an id carries."""
    return thing_id & (BUCKETS - 1)


def bucket_of_text(text: str) -> int:
    """The bucket of an e-mail address or another name, by its hash."""
    return bucket_of_hash(hashlib.sha256(text.encode()).digest())


def bucket_of_hash(digest: bytes) -> int:
    """The bucket of a secret, by its own hash."""
    return int.from_bytes(digest[:2], "big") & (BUCKETS - 1)


def possible(thing_id: int | None) -> bool:
    """Whether a number from outside can be an id at all; others need not bother the database."""
    return thing_id is not None and BUCKETS <= thing_id < LIMIT


def new(tx: Tx, kind: str, bucket: int) -> int:
    """A fresh id of a kind, unique for ever. Ids of one kind grow within a bucket."""
    leases: _Leases = tx.memory.setdefault("id_leases", _Leases())
    return (leases.take(tx, kind, bucket) << BITS) | bucket


def new_guid(now: int) -> str:
    """A fresh UUID of version 7: its time first, so that new ones stand side by side in an index."""
    chance = int.from_bytes(os.urandom(10), "big")
    digits = f"{now * 1000 << 80 | 7 << 76 | chance >> 68 << 64 | 2 << 62 | chance & (1 << 62) - 1:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class _Leases:
    """The blocks this process holds. Blocks start at one id and double while they are used up fast."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._blocks: dict[tuple[int, str], _Block] = {}

    def take(self, tx: Tx, kind: str, bucket: int) -> int:
        key = (bucket, kind)
        with self._guard:
            block = self._blocks.get(key)
            if block is None or block.next == block.end:
                block = self._blocks[key] = self._lease(tx, kind, bucket, block)
                if tx.dialect == "sqlite":
                    # Here the lease is undone with the transaction; so must be what we remember of it.
                    tx.on_rollback(lambda: self._forget(key))
            taken = block.next
            block.next += 1
            return taken

    def _lease(self, tx: Tx, kind: str, bucket: int, last: _Block | None) -> _Block:
        now = time.monotonic()
        hot = last is not None and now - last.leased < _HOT_SECONDS
        size = min(last.size * 2, MOST_LEASED) if last is not None and hot else 1

        def lease(apart: Tx) -> int:
            row = apart.row(_LEASE, bucket=bucket, kind=kind, first=1 + size, size=size)
            assert row is not None
            return int(row[0])

        end = tx.apart(lease)
        return _Block(next=end - size, end=end, size=size, leased=now)

    def _forget(self, key: tuple[int, str]) -> None:
        with self._guard:
            self._blocks.pop(key, None)


class _Block:
    __slots__ = ("end", "leased", "next", "size")

    def __init__(self, *, next: int, end: int, size: int, leased: float) -> None:  # noqa: A002
        self.next = next
        self.end = end
        self.size = size
        self.leased = leased
